// The lake's thread: takes records from the engine, lays them out, and commits rolls. Owns the open Parquet files.
// RecordJudge decides what is in a record. A failing lake is retried until it works; meanwhile the engine waits.

import Lake
import Parquet
import PlanetCore
import Synchronization
import Telemetry
import Threads

final class LakeSink: Sendable {
    /// How long to retry a failing lake after the service was asked to stop.
    private static let patienceAtStop: UInt64 = 5_000_000_000
    private static let longestPause: UInt64 = 5_000_000_000
    /// Pause between two checks whether the lake is writable: while nothing else would show it, and while it isn't.
    private static let lookPauses: (calm: UInt64, troubled: UInt64) = (10_000_000_000, 500_000_000)

    private let queue: Handover<LakeMessage>
    private let checkpoints: CheckpointThread?
    /// Partitions whose roll is due by the policy; the engine ends it, because only the engine has the aggregates of
    /// that moment.
    private let due = Guarded<Set<PartitionKey>>([])
    /// Last offsets of committed rolls, until the engine takes them.
    private let rolled = Guarded<[PartitionKey: Int64]>([:])
    private let stopAsked = Atomic<UInt64>(0)
    private let failed = Guarded<LakeError?>(nil)
    private let metrics = LakeMetrics()
    /// Nil while the lake works.
    private let trouble: Guarded<String?>

    private let onCommit: (@Sendable (LakeRoll) -> Void)?

    /// `onCommit`: called with every committed roll, on the lake's thread. `trouble`: of the previous sink, shown until
    /// something proves that it is over.
    init(
        capacity: Int, checkpoints: CheckpointThread? = nil, onCommit: (@Sendable (LakeRoll) -> Void)? = nil,
        trouble: String? = nil
    ) {
        queue = Handover(capacity: capacity)
        self.trouble = Guarded(trouble)
        self.checkpoints = checkpoints
        self.onCommit = onCommit
    }

    // MARK: The engine's side

    /// Blocks while the lake is slow. False once the sink has given up (`failure` says why).
    func give(_ message: LakeMessage) -> Bool { queue.give(message) }

    /// Partitions whose roll should end now; each is returned once.
    func takeDue() -> Set<PartitionKey> {
        due.withLock { due in
            let all = due
            due = []
            return all
        }
    }

    /// What was committed to the lake since the last call: the last offset of each partition.
    func takeRolled() -> [PartitionKey: Int64] {
        rolled.withLock { rolled in
            let all = rolled
            rolled = [:]
            return all
        }
    }

    /// Reports a roll that an earlier process had already committed.
    func noteRolled(_ partition: PartitionKey, _ last: Int64) { rolled.withLock { $0[partition] = last } }

    /// Waits until everything given before is done and the partition forgotten; drops what is in no committed roll.
    /// False once the sink has given up.
    func release(_ partition: PartitionKey) -> Bool {
        let reply = Reply<Bool>()
        guard give(.release(partition, reply)) else { return false }
        return reply.wait()
    }

    /// No more messages will follow.
    func close() { queue.close() }

    /// From now on gives up a failing lake after a while, without losing anything: the next start reads it again.
    func stopSoon() { stopAsked.store(max(1, Clock.monotonic), ordering: .relaxed) }

    var failure: LakeError? { failed.withLock { $0 } }
    var currentTrouble: String? { trouble.withLock { $0 } }
    var waiting: Int { queue.count }

    // MARK: The lake's side

    /// The thread's body: until closed and empty, or until the lake fails for good. `wake` interrupts the engine's
    /// poll. `compactor` works while the thread is idle. `probe` throws while the lake takes no data.
    func run(
        _ makeWriter: (PartitionKey) -> LakeWriter, compactor: LakeCompactor? = nil,
        probe: (() throws(LakeError) -> Void)? = nil, wake: () -> Void
    ) {
        let upkeep = compactor.map { LakeUpkeep($0) }
        defer { upkeep?.end() }
        var writers: [PartitionKey: LakeWriter] = [:]
        var told: Set<PartitionKey> = []
        var layout = BatchLayout()
        var nextLook: UInt64 = 0
        do throws(LakeError) {
            while true {
                let message = queue.take(timeout: upkeep?.isBusy == true ? 1_000_000 : 100_000_000)
                if let probe, message == nil || currentTrouble != nil { look(probe, &nextLook) }
                switch message {
                case .batch(let batch):
                    let writer = writers[batch.partition] ?? makeWriter(batch.partition)
                    writers[batch.partition] = writer
                    try store(batch, writer, &layout)
                case .roll(let partition, let moment, let rows):
                    told.remove(partition)
                    if let writer = writers[partition], writer.isOpen { try end(partition, writer, moment, rows) }
                case .checkpoint(let snapshot): checkpoints?.give(snapshot)
                case .release(let partition, let reply):
                    told.remove(partition)
                    due.withLock { _ = $0.remove(partition) }
                    writers.removeValue(forKey: partition)?.abandon()
                    reply.give(true)
                case nil:
                    if queue.isFinished { return }
                    upkeep?.step(Array(writers.values))
                }
                for (partition, writer) in writers where !told.contains(partition) && writer.shouldRoll() {
                    told.insert(partition)
                    due.withLock { _ = $0.insert(partition) }
                    wake()
                }
            }
        } catch {
            Log.error("lake given up", ["error": error])
            for writer in writers.values { writer.abandon() }
            failed.withLock { $0 = error }
            trouble.withLock { $0 = "\(error)" }
            queue.close()
            // What waits is in the log; taking it unblocks an engine that must come to its end.
            while let message = queue.take(timeout: 0) {
                if case .release(_, let reply) = message { reply.give(false) }
                if case .checkpoint = message { checkpoints?.give(nil) }
            }
            wake()
        }
    }

    /// What stays in memory until the roll's end would not reveal a full disk.
    private func look(_ probe: () throws(LakeError) -> Void, _ next: inout UInt64) {
        guard Clock.monotonic >= next else { return }
        let before = currentTrouble
        do {
            try probe()
            trouble.withLock { $0 = nil }
            if before != nil { Log.info("the lake takes data again") }
        } catch {
            trouble.withLock { $0 = "\(error)" }
            metrics.noteFailure(error)
            if before == nil { Log.warning("the lake takes no data", ["error": error]) }
        }
        next = Clock.monotonic + (currentTrouble == nil ? Self.lookPauses.calm : Self.lookPauses.troubled)
    }

    private func store(_ batch: StoredBatch, _ writer: LakeWriter, _ layout: inout BatchLayout) throws(LakeError) {
        var days = layout.fill(batch, writer)
        try untilItWorks("append") { () throws(LakeError) in try writer.append(days, offsets: batch.offsets) }
        layout.takeBack(&days, of: batch.partition.topic)
    }

    private func end(
        _ partition: PartitionKey, _ writer: LakeWriter, _ moment: RollMoment, _ rows: [AggregateRow]
    ) throws(LakeError) {
        if partition.topic == .discoveries, let last = writer.nextOffset.map({ $0 - 1 }) {
            var batch = RowBatch(LakeTables.aggregates.schema)
            LakeTables.fill(&batch, rows, lastOffset: last, partition: partition.partition, moment)
            try untilItWorks("aggregates") { () throws(LakeError) in
                try writer.add(batch, to: LakeTables.aggregates.name)
            }
        }
        var done: LakeRoll?
        try untilItWorks("roll") { () throws(LakeError) in
            done = try writer.roll(record: moment.record, gone: moment.gone)
        }
        if let done {
            trouble.withLock { $0 = nil }
            rolled.withLock { $0[partition] = done.last }
            onCommit?(done)
            Log.info(
                "lake roll",
                [
                    "topic": writer.topic, "partition": partition.partition, "first": done.first, "last": done.last,
                    "rows": done.rows, "bytes": done.bytes,
                ])
        }
    }

    /// Retries what may work later, at growing intervals.
    private func untilItWorks(_ what: String, _ body: () throws(LakeError) -> Void) throws(LakeError) {
        var pause: UInt64 = 50_000_000
        var hasFailed = false
        while true {
            do {
                try body()
                if hasFailed { trouble.withLock { $0 = nil } }
                return
            } catch {
                let stop = stopAsked.load(ordering: .relaxed)
                let isPatient = stop == 0 || Clock.monotonic < stop + LakeSink.patienceAtStop
                guard error.isRetriable, isPatient else { throw error }
                Log.warning("lake does not take data", ["what": what, "error": error, "pause_ms": pause / 1_000_000])
                hasFailed = true
                trouble.withLock { $0 = "\(error)" }
                Clock.pause(pause)
                pause = min(pause * 2, LakeSink.longestPause)
            }
        }
    }
}
