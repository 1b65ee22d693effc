// GET /api/board, present and past, and the live feed as Server-Sent Events and over WebSocket (docs/LIVE.md).

import HTTPWire
import Provenance

struct BoardRoute: Sendable {
    let services: WebServices

    @Sendable func show(_ request: Request, _ context: LoopContext) -> Outcome {
        if let asOf = request.query.first(where: { $0.name == "as_of" }) { return showEarlier(asOf.value, request) }
        guard let snapshot = services.board.snapshot else { return .reply(.boardNotReady) }
        let tag = EntityTag(snapshot.resume)
        let response = Response.read(request, [tag], isCoded: true) { .json(snapshot.body) }
            .with("Cache-Control", "no-cache")
        guard response.body.count > Response.quicklyCoded, let coding = request.coding,
            snapshot.body.known(coding) == nil
        else { return .reply(response) }
        // The answer as it is where no thread is free: better than none.
        let responder = request.responder
        return services.searches.offer { responder.complete(response) } ? .working(Work()) : .reply(response)
    }

    @Sendable func events(_ request: Request, _ context: LoopContext) -> Outcome {
        switch LiveWish.read(request.query, names: services.board.names) {
        case .success(let form):
            .eventStream(services.hub, resume: request.header("last-event-id") ?? resume(request), form)
        case .failure(let faults): .reply(faults.response)
        }
    }

    @Sendable func socket(_ request: Request, _ context: LoopContext) -> Outcome {
        switch LiveWish.read(request.query, names: services.board.names) {
        case .success(let form): .webSocket(services.hub, resume: resume(request), form)
        case .failure(let faults): .reply(faults.response)
        }
    }

    private func resume(_ request: Request) -> String? { request.query.first { $0.name == "resume" }?.value }
}

// MARK: Earlier boards

extension BoardRoute {
    private func showEarlier(_ asOf: String, _ request: Request) -> Outcome {
        guard let archive = services.archive else {
            return .reply(.problem(404, "This process reads no lake, so it has no earlier boards."))
        }
        let responder = request.responder
        let isAsked = archive.ask(asOf) { answer in
            responder.complete(BoardRoute.response(answer, to: asOf, request))
        }
        return isAsked ? .working(Work()) : .reply(.unavailable("Too many earlier boards are being made. Try again."))
    }

    private static func response(
        _ answer: Result<EarlierBoard, EarlierBoardError>, to asOf: String, _ request: Request
    ) -> Response {
        func refusal(_ status: Int, _ rule: RequestRule, _ detail: String) -> Response {
            let fault = Problem.Fault(field: "as_of", value: String(asOf.prefix(200)), rule: rule, detail: detail)
            return .problem(status, "There is no board for this as_of.", errors: [fault])
        }
        switch answer {
        case .success(let board):
            let tag = EntityTag(board.digest, isWeak: !board.isExact)
            return Response.read(request, [tag], isCoded: true) { .json(board.json) }
                .with("Cache-Control", board.isExact ? "public, max-age=86400, immutable" : "no-cache")
        case .failure(.notAPosition):
            return refusal(
                400, .not_a_position,
                "An offset of partition 0, TOPIC/PARTITION:OFFSET,… or a time such as 2026-11-24T01:02:03Z.")
        case .failure(.future): return refusal(400, .out_of_range, "The time is in the future.")
        case .failure(.notStoredYet(let stored)):
            return refusal(
                404, .as_of_not_stored_yet,
                "The lake does not have all of it yet; it holds \(stored.isEmpty ? "nothing" : stored)."
            )
            .with("Retry-After", "10")
        case .failure(.failed): return .problem(500, "The lake cannot be read.")
        }
    }
}
