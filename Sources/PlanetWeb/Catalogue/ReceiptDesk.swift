// Holds acknowledged submissions until the catalogue has read their records back from the log, so that a receipt can
// state a record's revision. Gives up after two seconds: an acknowledged record is durable, whether or not it is read
// back.

import EventLog
import PlanetCore
import Telemetry
import Threads

final class ReceiptDesk: Sendable {
    /// What the log's order made of a record; nil if the read-back came too late.
    typealias Settled = [Decision?]

    struct Decision: Sendable {
        var revision = 0
        var change = Change.duplicate
        /// Why the record is quarantined, if it is.
        var issue: FieldIssue?
    }

    /// Writes the answer; nil: there is none yet.
    typealias Completion = @Sendable (Settled) -> (responder: Responder, response: Response)?

    static let patience: UInt64 = 2_000_000_000
    /// How many records of a partition are remembered for submissions whose ack comes after the read-back.
    static let remembered = 1 << 18
    static let rememberedRefusals = 4096

    /// The last records read from one partition, by offset.
    private struct Recent: Sendable {
        private struct Slot: Sendable {
            /// The offset's low bits: one slot serves all offsets `remembered` apart.
            let mark: UInt32
            let revision: Int32
            let change: Change
        }
        private var ring: [Slot?] = []
        /// By offset. Few: the web refuses what it can before the log does.
        private var refused: [Int64: FieldIssue] = [:]
        /// Every offset below this one was applied.
        var next: Int64 = 0

        mutating func add(_ item: HistoryItem) {
            let slot = Int(item.position.offset % Int64(remembered))
            if ring.count <= slot { ring.append(contentsOf: repeatElement(nil, count: slot + 1 - ring.count)) }
            ring[slot] = Slot(
                mark: UInt32(truncatingIfNeeded: item.position.offset), revision: Int32(clamping: item.revision),
                change: item.change)
        }

        mutating func add(_ issues: [Int64: FieldIssue]) {
            if refused.count + issues.count > rememberedRefusals { refused = [:] }
            refused.merge(issues) { $1 }
        }

        subscript(offset: Int64) -> Decision? {
            if let issue = refused[offset] { return Decision(issue: issue) }
            let place = Int(offset % Int64(remembered))
            guard place < ring.count, let slot = ring[place], slot.mark == UInt32(truncatingIfNeeded: offset) else {
                return nil
            }
            return Decision(revision: Int(slot.revision), change: slot.change)
        }
    }

    private struct Waiting: Sendable {
        var positions: [LogPosition]
        var deadline: UInt64
        var completion: Completion
    }

    private struct State: Sendable {
        var recent: [Int32: Recent] = [:]
        var waiting: [Waiting] = []

        /// Nil while one of the positions has not been read.
        func settled(_ positions: [LogPosition]) -> Settled? {
            for position in positions {
                guard let recent = recent[position.partition], recent.next > position.offset else { return nil }
            }
            return positions.map { recent[$0.partition]?[$0.offset] }
        }
    }
    private let state = Guarded(State())
    private let clock: @Sendable () -> UInt64
    private let late = Metrics.shared.counter(
        "planetarium_receipts_late_total", "Receipts sent without a revision because the read-back took too long.")

    /// `clock`: nanoseconds that never decrease.
    init(clock: @escaping @Sendable () -> UInt64 = { Clock.monotonic }) { self.clock = clock }

    /// Calls `completion` once every position has been applied, or without revisions after `patience`. On this thread
    /// if they are applied already, else on the catalogue's.
    func settle(_ positions: [LogPosition], _ completion: @escaping Completion) {
        let now: Settled? = state.withLock { state in
            if let settled = state.settled(positions) { return settled }
            state.waiting.append(
                Waiting(positions: positions, deadline: clock() + ReceiptDesk.patience, completion: completion))
            return nil
        }
        if let now, let (responder, response) = completion(now) { responder.complete(response) }
    }

    /// The decision about a record read lately; nil if it isn't remembered.
    func decision(partition: Int32, offset: Int64) -> Decision? {
        state.withLock { state in state.recent[partition].flatMap { $0.next > offset ? $0[offset] : nil } }
    }

    /// The catalogue has applied these items (one partition's in offset order). `next` says how far each partition is
    /// read, which includes records that were not valid.
    func applied(_ items: [HistoryItem], refused: [Int32: [Int64: FieldIssue]] = [:], next: [Int32: Int64]) {
        let now = clock()
        let ready: [(Waiting, Settled)] = state.withLock { state in
            for item in items { state.recent[item.position.partition, default: Recent()].add(item) }
            for (partition, issues) in refused { state.recent[partition, default: Recent()].add(issues) }
            for (partition, offset) in next { state.recent[partition, default: Recent()].next = offset }
            var ready: [(Waiting, Settled)] = []
            var left: [Waiting] = []
            for waiting in state.waiting {
                if let settled = state.settled(waiting.positions) {
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
        Responder.complete(ready.compactMap { waiting, settled in waiting.completion(settled) })
    }
}
