// GET /api/board?as_of=: the board as it was. Made from the lake by whoever the executable names (BoardArchive); here are the question and
// the answer alone.

import HTTPWire

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

extension BoardRoute {
    func showEarlier(_ asOf: String, _ request: Request) -> Outcome {
        guard let archive = services.archive else {
            return .reply(.problem(404, "This process reads no lake, so it has no earlier boards."))
        }
        let responder = request.responder
        let known = request.header("if-none-match")
        let isAsked = archive.ask(asOf) { answer in
            responder.complete(BoardRoute.response(answer, to: asOf, known: known))
        }
        if isAsked { return .pending }
        return .reply(
            Response.problem(503, "Too many earlier boards are being made. Try again.").with("Retry-After", "1"))
    }

    static func response(_ answer: ArchivedBoard, to asOf: String, known: String?) -> Response {
        func refusal(_ status: Int, _ rule: String, _ detail: String) -> Response {
            let fault = Problem.Fault(field: "as_of", value: String(asOf.prefix(200)), rule: rule, detail: detail)
            return .problem(status, "There is no board as of that.", errors: [fault])
        }
        switch answer {
        case .board(let json, let digest, let isExact):
            let tag = EntityTag(digest, isWeak: !isExact)
            let isUnchanged = known.map { tag.isIn(ifNoneMatch: $0) } ?? false
            let response = isUnchanged ? Response.empty(status: 304) : .json(json)
            return response.with("ETag", tag.description)
                .with("Cache-Control", isExact ? "public, max-age=86400, immutable" : "no-cache")
        case .notAPosition:
            return refusal(
                400, "not_a_position",
                "An offset of partition 0, TOPIC/PARTITION:OFFSET,… or a time such as 2026-11-24T01:02:03Z.")
        case .future: return refusal(400, "out_of_range", "The time has not come yet.")
        case .notStoredYet(let stored):
            return refusal(
                404, "as_of_not_stored_yet",
                "The lake does not have all of it yet; it holds \(stored.isEmpty ? "nothing" : stored)."
            )
            .with("Retry-After", "10")
        case .failed: return .problem(500, "The lake cannot be read.")
        }
    }
}
