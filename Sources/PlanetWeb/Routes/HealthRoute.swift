// GET /livez, /readyz and /metrics.

import Synchronization
import Telemetry

struct HealthRoute: Sendable {
    let services: WebServices

    /// The process answers.
    @Sendable func alive(_ request: Request, _ context: LoopContext) -> Outcome { .reply(.text("ok\n")) }

    /// Log read to its end, board there: submissions are taken and the charts are right.
    @Sendable func ready(_ request: Request, _ context: LoopContext) -> Outcome {
        guard services.isReady.load(ordering: .acquiring) else {
            return .reply(
                Response.problem(503, "The catalogue is still being read from the log.").with("Retry-After", "1"))
        }
        guard services.board.snapshot != nil else {
            return .reply(Response.problem(503, "The stream has not published a board yet.").with("Retry-After", "1"))
        }
        return .reply(.text("ok\n"))
    }

    @Sendable func metrics(_ request: Request, _ context: LoopContext) -> Outcome {
        .reply(.text(Metrics.shared.prometheusText(), type: "text/plain; version=0.0.4; charset=utf-8"))
    }
}
