// GET /api/board, and the live feed as Server-Sent Events and over WebSocket (docs/LIVE.md).

import HTTPWire

struct BoardRoute: Sendable {
    let services: WebServices

    @Sendable func show(_ request: Request, _ context: LoopContext) -> Outcome {
        if let asOf = request.query.first(where: { $0.name == "as_of" }) { return showEarlier(asOf.value, request) }
        guard let snapshot = services.board.snapshot else { return .reply(.boardNotReady) }
        let tag = EntityTag(snapshot.resume)
        let unchanged = request.header("if-none-match").map { tag.isIn(ifNoneMatch: $0) } ?? false
        let response = unchanged ? Response.empty(status: 304) : .json(snapshot.payload)
        return .reply(response.with("ETag", tag.description).with("Cache-Control", "no-cache"))
    }

    @Sendable func events(_ request: Request, _ context: LoopContext) -> Outcome {
        .eventStream(services.hub, resume: request.header("last-event-id") ?? resume(request))
    }

    @Sendable func socket(_ request: Request, _ context: LoopContext) -> Outcome {
        .webSocket(services.hub, resume: resume(request))
    }

    private func resume(_ request: Request) -> String? { request.query.first { $0.name == "resume" }?.value }
}
