// Holds acknowledged submissions until the catalogue has read their records back from the log, so that a receipt can say which
// revision a record became. Gives up after two seconds: an acknowledged record is durable, whatever the read-back does.

import EventLog
import PlanetCore
import Telemetry
import Threads

final class ReceiptDesk: Sendable {
    /// What the log's order made of a record; nil where the read-back came too late.
    typealias Settled = [Decision?]

    struct Decision: Sendable {
        var revision = 0
        var change = Change.duplicate
        /// Why the record is quarantined, where it is.
        var issue: FieldIssue?
    }

    /// Writes the answer.
    typealias Completion = @Sendable (Settled) -> (responder: Responder, response: Response)

    static let patience: UInt64 = 2_000_000_000
    /// How many applied records a partition remembers for submissions whose ack comes after the read-back.
    private static let remembered = 1 << 18

    private static let rememberedRefusals = 4096

    private struct Applied: Sendable {
        /// Offset of the first remembered record.
        var first: Int64 = 0
        /// Ring: slot = offset % remembered.
        var ring: [(revision: Int32, change: Change)] = []
        /// By offset. Few: the web refuses what it can before the log does.
        var refused: [Int64: FieldIssue] = [:]
        /// Every offset below this one was applied.
        var next: Int64 = 0
    }
    private struct Waiting: Sendable {
        var positions: [LogPosition]
        var deadline: UInt64
        var completion: Completion
    }
    private struct State: Sendable {
        var applied: [Int32: Applied] = [:]
        var waiting: [Waiting] = []
    }
    private let state = Guarded(State())
    private let late = Metrics.shared.counter(
        "planetarium_receipts_late_total", "Receipts sent without a revision because the read-back took too long.")

    /// Calls `completion` as soon as every position has been applied, or without revisions after `patience`. On this thread if
    /// they have been applied already, else on the catalogue's.
    func settle(_ positions: [LogPosition], _ completion: @escaping Completion) {
        let now: Settled? = state.withLock { state in
            if let settled = ReceiptDesk.lookUp(positions, in: state) { return settled }
            state.waiting.append(
                Waiting(positions: positions, deadline: Clock.monotonic + ReceiptDesk.patience, completion: completion))
            return nil
        }
        if let now {
            let (responder, response) = completion(now)
            responder.complete(response)
        }
    }

    /// Of a record that has been read lately; nil where it isn't remembered.
    func decision(partition: Int32, offset: Int64) -> Decision? {
        state.withLock { state in
            let place = LogPosition(partition: partition, offset: offset, timestamp: 0)
            return ReceiptDesk.lookUp([place], in: state)?.first ?? nil
        }
    }

    /// The catalogue has applied these items (one partition's in offset order). `next` says how far each partition is read, which
    /// also covers records that were not valid.
    func applied(
        _ items: [HistoryItem], refused: [Int32: [Int64: FieldIssue]] = [:], next: [Int32: Int64]
    ) {
        let now = Clock.monotonic
        let ready: [(Waiting, Settled)] = state.withLock { state in
            for item in items {
                let slot = Int(item.offset % Int64(ReceiptDesk.remembered))
                var applied = state.applied.removeValue(forKey: item.partition) ?? Applied(first: item.offset)
                if applied.ring.count <= slot {
                    let missing = slot + 1 - applied.ring.count
                    applied.ring.append(contentsOf: repeatElement((revision: 0, change: .duplicate), count: missing))
                }
                applied.ring[slot] = (Int32(clamping: item.revision), item.change)
                state.applied[item.partition] = applied
            }
            for (partition, issues) in refused {
                let first = issues.keys.min() ?? 0
                var applied = state.applied.removeValue(forKey: partition) ?? Applied(first: first)
                if applied.refused.count + issues.count > ReceiptDesk.rememberedRefusals { applied.refused = [:] }
                applied.refused.merge(issues) { $1 }
                state.applied[partition] = applied
            }
            for (partition, offset) in next { state.applied[partition, default: Applied(first: offset)].next = offset }
            var ready: [(Waiting, Settled)] = []
            var left: [Waiting] = []
            for waiting in state.waiting {
                if let settled = ReceiptDesk.lookUp(waiting.positions, in: state) {
                    ready.append((waiting, settled))
                } else if waiting.deadline <= now {
                    ready.append((waiting, waiting.positions.map { _ in nil }))
                    self.late.add()
                } else {
                    left.append(waiting)
                }
            }
            state.waiting = left
            return ready
        }
        guard !ready.isEmpty else { return }
        Responder.complete(ready.map { waiting, settled in waiting.completion(settled) })
    }

    private static func lookUp(_ positions: [LogPosition], in state: State) -> Settled? {
        for position in positions {
            guard let applied = state.applied[position.partition], applied.next > position.offset else { return nil }
        }
        return positions.map { position in
            guard let applied = state.applied[position.partition], position.offset >= applied.first,
                position.offset >= applied.next - Int64(remembered)
            else { return nil }
            if let issue = applied.refused[position.offset] { return Decision(issue: issue) }
            let slot = Int(position.offset % Int64(remembered))
            guard slot < applied.ring.count else { return nil }
            return Decision(revision: Int(applied.ring[slot].revision), change: applied.ring[slot].change)
        }
    }
}
