// A board as it was: the question and the answer. The stream makes it from the lake (PlanetStream/Replay), the web
// shows it (PlanetWeb/Routes).

package struct EarlierBoard: Sendable {
    /// A snapshot frame with `as_of`, `positions` and `url`.
    package let json: [UInt8]
    package let digest: String
    /// Whether the question always means this board: a time, or one partition's offset, may mean another one later.
    package let isExact: Bool

    package init(json: [UInt8], digest: String, isExact: Bool) {
        self.json = json
        self.digest = digest
        self.isExact = isExact
    }
}

package enum EarlierBoardError: Error, Sendable, Equatable {
    /// Not in any of the forms that name a board.
    case notAPosition
    /// A time in the future.
    case future
    /// It is, or may be, in the log, but not yet in the lake. `stored`: how far the lake reaches, in the question's
    /// form.
    case notStoredYet(stored: String)
    /// The lake cannot be read.
    case failed(String)
}

package protocol BoardArchive: Sendable {
    typealias Answer = @Sendable (Result<EarlierBoard, EarlierBoardError>) -> Void

    /// False if too many questions wait. `answer` may be called on any thread, even before this returns.
    func ask(_ asOf: String, _ answer: @escaping Answer) -> Bool
}
