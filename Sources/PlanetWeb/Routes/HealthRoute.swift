// GET /livez, /readyz and /metrics.

import Telemetry

struct HealthRoute: Sendable {
    let services: WebServices

    /// The process answers.
    @Sendable func alive(_ request: Request, _ context: LoopContext) -> Outcome { .reply(.text("ok\n")) }

    /// The log is read to its end and there is a board: submissions are accepted, the charts are right.
    @Sendable func ready(_ request: Request, _ context: LoopContext) -> Outcome {
        if let trouble = services.health.trouble() { return .reply(.unavailable(trouble, retryAfter: 5)) }
        guard services.isCatalogueReady else { return .reply(services.notReady) }
        guard services.board.snapshot != nil else { return .reply(.boardNotReady) }
        if let trouble = services.budgets?.trouble { return .reply(.unavailable(trouble, retryAfter: 5)) }
        return .reply(.text("ok\n" + (services.budgets?.hint.map { "\($0)\n" } ?? "")))
    }

    @Sendable func metrics(_ request: Request, _ context: LoopContext) -> Outcome {
        .reply(.text(Metrics.shared.prometheusText(), type: "text/plain; version=0.0.4; charset=utf-8"))
    }
}
