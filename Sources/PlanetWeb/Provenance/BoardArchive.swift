// Earlier boards as the web asks for them. Whoever the executable names makes them from the lake; here are question and
// answer alone.

/// What there is to say to a question for an earlier board.
package enum ArchivedBoard: Sendable {
    /// `isExact`: the same question always has this answer.
    case board(json: [UInt8], digest: String, isExact: Bool)
    /// None of the forms that name a board.
    case notAPosition
    /// A time that has not come.
    case future
    /// `stored`: how far the lake is, in the form a question has.
    case notStoredYet(stored: String)
    case failed(String)
}

package protocol BoardArchive: Sendable {
    /// False when too many questions wait. `answer` may be called on any thread, also before this returns.
    func ask(_ asOf: String, _ answer: @escaping @Sendable (ArchivedBoard) -> Void) -> Bool
}
