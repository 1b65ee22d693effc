// A request whose records are on their way into the log: waits for the acks of both topics, then for the receipts, then
// answers. Completed once, on the log's or the catalogue's thread.

import EventLog
import PlanetCore
import Telemetry
import Threads

final class PendingReply: Sendable {
    private struct State: Sendable {
        var waitsFor: Int
        var accepted: [LogPosition] = []
        var refused: [LogPosition] = []
        var failure: LogError?
        var isQuarantineLost = false
    }
    private let services: WebServices
    private let responder: Responder
    private let claim: IdempotencyClaim?
    private let change: ConditionalChange?
    private let audit: AuditEntry?
    private let state: Guarded<State>
    /// Makes the answer from what was stored.
    private let answer: @Sendable ([Receipt]) -> Response

    /// `topics`: how many topics' acks to wait for (1 or 2). `change`: ends with the answer.
    init(
        services: WebServices, responder: Responder, claim: IdempotencyClaim?, change: ConditionalChange? = nil,
        topics: Int, audit: AuditEntry?,
        answer: @escaping @Sendable ([Receipt]) -> Response
    ) {
        self.services = services
        self.responder = responder
        self.claim = claim
        self.change = change
        self.audit = services.auditLog == nil ? nil : audit
        self.answer = answer
        state = Guarded(State(waitsFor: topics))
    }

    func stored(_ positions: [LogPosition], in topic: StoredTopic) {
        step { state in
            if topic == .rejected { state.refused = positions } else { state.accepted = positions }
        }
    }

    func failed(_ error: LogError, in topic: StoredTopic) {
        step { state in
            // Refused records that could not be stored don't undo stored ones; the answer still lists them and says so.
            if topic == .rejected {
                self.services.metrics.rejectsNotKept.add()
                state.isQuarantineLost = true
            } else {
                state.failure = error
            }
        }
    }

    private func step(_ add: (inout State) -> Void) {
        let done: State? = state.withLock { state in
            add(&state)
            state.waitsFor -= 1
            return state.waitsFor == 0 ? state : nil
        }
        guard let done else { return }
        if let failure = done.failure {
            // Before the answer: the client may retry at once.
            claim?.abandon()
            change?.end()
            note([], failure: "\(failure)")
            responder.complete(failure.response)
            return
        }
        let runs: [StoredRun] =
            .joining(done.accepted, topic: .discoveries) + .joining(done.refused, topic: .rejected)
        claim?.finish(runs)
        note(runs)
        let positions = done.accepted
        services.desk.settle(positions) { [responder, answer, change] settled in
            change?.end()
            let answer = answer(
                zip(positions, settled).map { position, settled in Receipt(position: position, settled) })
            return (
                responder, done.isQuarantineLost ? answer.with("X-Planetarium-Quarantine", "not-kept") : answer
            )
        }
    }
}

extension PendingReply {
    private func note(_ runs: [StoredRun], failure: String? = nil) {
        guard let audit else { return }
        services.auditLog?.add(audit.line(runs, services.topics, failure: failure))
    }
}

extension LogError {
    /// The one place that turns a log's error into an answer.
    var response: Response {
        switch self {
        case .busy:
            Response.problem(503, "Too many submissions are waiting for the log; nothing was taken. Try again.").with(
                "Retry-After", "1")
        case .tooLarge(let limit):
            .problem(413, "The log takes records of at most \(limit) bytes; nothing was taken.")
        case .unavailable(let reason), .replaced(let reason):
            Response.problem(503, "The log cannot be written now (\(reason)). Try again with the same Idempotency-Key.")
                .with("Retry-After", "2")
        case .closed:
            Response.problem(503, "The server is stopping; nothing was taken.").with("Retry-After", "2")
        case .unknownTopic(let topic):
            Response.problem(503, "The log has no topic \(topic) now; nothing was taken.").with("Retry-After", "5")
        case .offsetOutOfRange, .unusable:
            .problem(500, "The log is not usable.")
        }
    }
}
