// Takes back what a class did to planets: each gets the value again that it had before, by records that say from which
// revision they were made, so that nothing of others is touched, whatever comes in between. All that are asked for go
// together, a record each; those that need several get them one after another. What was done when a process ends stays
// done, and the rest is done by the next request.
// Not which records lead to a value (RestorePlan.swift), nor who may (Routes/ClassUndoRoute.swift).

import EventLog
import PlanetCore
import Threads

/// What became of one key.
struct RestoredKey: Sendable {
    enum Outcome: String, Sendable, CaseIterable {
        case restored
        /// There was nothing before.
        case withdrawn
        /// It is as it was before already.
        case unchanged
        /// Others have changed it since: it stays.
        case stays
        /// What it was is not readable, or its record was not read back in time: to be tried again.
        case unsettled
    }
    let key: String
    var outcome: Outcome
    /// Of the last record, and what it did.
    var receipt: Receipt?
    var reason: String?
}

final class ClassRestoration: Sendable {
    /// A key, and what it is to be again.
    struct Goal: Sendable {
        let key: String
        /// The record that gave it its value then; nil: there was none.
        let item: HistoryItem?
        let undo: ClassMark.Undo
    }
    private struct Pending: Sendable {
        let goal: Goal
        let value: PlanetState.Value
    }
    private struct Sent: Sendable {
        let pending: Pending
        let isLast: Bool
    }

    private let services: WebServices
    private let code: String
    private let headers: [RecordHeader]
    private let audit: AuditEntry
    private let results = Guarded<[RestoredKey]>([])
    private let completion: @Sendable (Result<[RestoredKey], LogError>) -> Void

    init(
        _ services: WebServices, _ code: String, _ action: AuditEntry.Action, _ request: Request,
        _ completion: @escaping @Sendable (Result<[RestoredKey], LogError>) -> Void
    ) {
        self.services = services
        self.code = code
        var plain = request.caller
        plain.member = nil
        headers =
            [RecordHeader("content-type", "application/json")]
            + SubmitRoute.headers(
                Request(head: request.head, body: [], responder: request.responder, caller: plain))
        audit = AuditEntry(action, request)
        self.completion = completion
    }

    /// False where too many wait for what log and lake hold.
    func start(_ goals: [Goal]) -> Bool {
        let items = goals.compactMap(\.item).filter(ClassRestoration.hasValue)
        return services.history.askAll(items) { [self] found in
            switch found {
            case .failure(let error): completion(.failure(error))
            case .success(let values):
                var pending: [Pending] = []
                for goal in goals {
                    if let item = goal.item, ClassRestoration.hasValue(item) {
                        let value = values[item.position.partition]?[item.position.offset]
                        guard let value = value.flatMap({ ClassRestoration.value($0) }) else {
                            settle(goal, .unsettled, reason: "what it was before can't be read")
                            continue
                        }
                        pending.append(Pending(goal: goal, value: value))
                    } else {
                        pending.append(Pending(goal: goal, value: .nothing))
                    }
                }
                step(pending)
            }
        }
    }

    private static func hasValue(_ item: HistoryItem) -> Bool {
        item.change != .withdrawal && item.change != .alias_removal
    }

    private static func value(_ json: [UInt8]) -> PlanetState.Value? {
        var decoder = DiscoveryDecoder(isStored: true)
        switch decoder.decode(json) {
        case .accept(let valid): return .planet(valid.discovery)
        case .alias(let alias, _): return .alias(alias)
        case .reject: return nil
        }
    }

    private func settle(
        _ goal: Goal, _ outcome: RestoredKey.Outcome, _ receipt: Receipt? = nil, reason: String? = nil
    ) {
        results.withLock {
            $0.append(RestoredKey(key: goal.key, outcome: outcome, receipt: receipt, reason: reason))
        }
    }

    private static let othersReason = "others have changed it since"

    /// One record for each that is not what it is to be.
    private func step(_ pending: [Pending]) {
        var batch = RecordBatch()
        var sent: [Sent] = []
        for each in pending {
            guard let row = services.catalogue.row(each.goal.key), isOurs(row) else {
                settle(each.goal, .stays, reason: ClassRestoration.othersReason)
                continue
            }
            guard let records = RestorePlan.records(from: row.state, to: each.value) else {
                settle(each.goal, .unsettled, reason: "no record leads back to what it was")
                continue
            }
            guard let record = records.first else {
                settle(each.goal, .unchanged)
                continue
            }
            let isLast = records.count == 1
            let mark = ClassMark(code: code, undo: isLast ? each.goal.undo : .step)
            let headers = batch.addHeaders(
                headers + [RecordHeader(RecordBasis.header, "\(row.revision)")] + mark.headers)
            batch.append(key: each.goal.key.utf8, value: record.logValue, headers: headers)
            sent.append(Sent(pending: each, isLast: isLast))
        }
        if sent.isEmpty { return completion(.success(results.withLock { $0 })) }
        append(batch, sent)
    }

    /// Nobody else came in between.
    private func isOurs(_ row: PlanetRow) -> Bool {
        guard case .changed(let layer) = services.classes.standing(of: row.key, in: code) else { return false }
        return row.current?.position == layer.last
    }

    private func append(_ batch: RecordBatch, _ sent: [Sent]) {
        services.append(batch, to: .discoveries) { [self] result in
            switch result {
            case .success(let positions): stored(positions, sent)
            case .failure(let error):
                services.auditLog?.add(audit.line([], services.topics, failure: "\(error)"))
                completion(.failure(error))
            }
        }
    }

    private func stored(_ positions: [LogPosition], _ sent: [Sent]) {
        services.auditLog?.add(audit.line(.joining(positions, topic: .discoveries), services.topics))
        services.desk.settle(positions) { [self] settled in
            var next: [Pending] = []
            for (index, each) in sent.enumerated() {
                let receipt = Receipt(position: positions[index], settled[index])
                if isToGoOn(each, receipt) { next.append(each.pending) }
            }
            step(next)
            return nil
        }
    }

    private func isToGoOn(_ sent: Sent, _ receipt: Receipt) -> Bool {
        let goal = sent.pending.goal
        guard let change = receipt.change else {
            settle(
                goal, .unsettled, receipt,
                reason: receipt.issue?.detail ?? "its record is stored, and was not read back in time")
            return false
        }
        if change == .late || change == .duplicate {
            settle(goal, .stays, receipt, reason: ClassRestoration.othersReason)
            return false
        }
        if sent.isLast { settle(goal, sent.pending.value == .nothing ? .withdrawn : .restored, receipt) }
        return !sent.isLast
    }
}
