// The stream as the executable sees it: start, stop, status. Keeps an engine and a lake thread running; after a failure
// that a retry can't fix, everything is read again from the log.

import Basics
import EventLog
import Lake
import PlanetCore
import Synchronization
import Telemetry
import Threads

package final class StreamService: Sendable {
    private struct State: Sendable {
        var thread: SystemThread?
        var interrupt: (@Sendable () -> Void)?
        var sink: LakeSink?
        /// The last sink's, while there is none or the next has not proved itself.
        var lakeTrouble: String?
    }
    private let log: any EventLog
    private let lake: LakeAddress
    private let store: any FileStore
    /// Held until `stop`.
    private let lock: Guarded<(any LakeLock)?>
    private let options: StreamOptions
    private let current = Guarded(StreamStatus())
    private let state = Guarded(State())
    private let stopping = Atomic<Bool>(false)
    private let pause = Guarded<Bool>(false)
    private let spread = Guarded<KeyedPartitions?>(nil)
    /// How long the lake's last rolls and the locks' release may take altogether if the store waits for other machines.
    private static let storePatienceAtStop: UInt64 = 10_000_000_000

    /// Opens the lake and locks it.
    package init(
        log: any EventLog, lake: LakeAddress, options: StreamOptions = StreamOptions()
    ) throws(LakeError) {
        self.log = log
        self.options = options
        self.lake = lake
        store = try lake.open()
        lock = Guarded(try lake.lock(StreamService.scope(options), in: store))
        // Unknown if the topics have yet to be made; every run of the engine asks again.
        try LakeUpkeep.prepare(store, lake, options, log: try? log.identity(of: options.topics.discoveries))
    }

    /// Members of a group lock each partition.
    private static func scope(_ options: StreamOptions) -> LakeScope { options.group == nil ? .lake : .member }

    /// Makes the missing topics and starts the threads.
    package func start() throws {
        for isLast in [false, false, true] {
            do {
                for topic in options.wantedTopics {
                    try LogPatience.wait { () throws(LogError) in try log.ensureTopic(topic.name, topic.options) }
                }
                if options.group != nil { try settleKeys() }
                break
            } catch LogError.unknownTopic where !isLast {
                // Removed meanwhile.
            }
        }
        let thread = SystemThread.start("stream-engine") { [self] in supervise() }
        state.withLock { $0.thread = thread }
    }

    /// Reads what is under way, commits the open rolls, publishes the last snapshot, and waits for all that.
    package func stop() {
        stopping.store(true, ordering: .sequentiallyConsistent)
        let (thread, interrupt, sink) = state.withLock { state in
            let thread = state.thread
            state.thread = nil
            return (thread, state.interrupt, state.sink)
        }
        sink?.stopSoon()
        store.giveUpSoon(within: StreamService.storePatienceAtStop)
        interrupt?()
        pause.withLock { $0 = true }
        pause.wakeAll()
        thread?.join()
        lock.withLock { $0 = nil }
    }

    package var status: StreamStatus {
        var status = current.withLock { $0 }
        // The engine may be waiting for the lake and then can't report it.
        if let trouble = lakeTrouble { status.trouble = "lake: \(trouble)" }
        // It may be waiting for the log, too, and not know what others have found.
        if let reason = options.mismatch.reason, status.trouble?.contains(reason) != true { status.trouble = reason }
        return status
    }

    private var lakeTrouble: String? {
        let (sink, before) = state.withLock { ($0.sink, $0.lakeTrouble) }
        return sink.map(\.currentTrouble) ?? before
    }

    /// Which partitions the planets' keys are spread over; nil on an embedded log, and before the start.
    package var keys: KeyedPartitions? { spread.withLock { $0 } }

    /// As many partitions as the lake says, else the log, else as there are now; all three say it from now on.
    private func settleKeys() throws {
        var identity = try LakeIdentity(store)
        let topic = options.topics.discoveries
        let now = Int32(try LogPatience.wait { () throws(LogError) in try log.bounds(of: topic) }.count)
        if let born = identity?.keyPartitions, born > now {
            // Reported once the threads run, like everything that speaks against the log.
            options.mismatch.note(
                "the lake began with \(born) partitions of \(topic), the log has \(now). \(LogMismatch.advice)")
            return
        }
        let (known, chapter) = (identity?.keyPartitions, identity?.chapter ?? 1)
        let keys = try LogPatience.wait { () throws(LogError) in
            try KeyedPartitions.settle(log, of: topic, in: options.topics.state, known: known, chapter: chapter)
        }
        try identity?.keep(keyPartitions: keys.count, in: store)
        log.keepKeys(of: topic, within: keys.count)
        spread.withLock { $0 = keys }
    }

    private func supervise() {
        while !stopping.load(ordering: .sequentiallyConsistent) {
            let failure: String
            do {
                switch try runOnce() {
                case .stopped: return
                case .failed(let why): failure = why
                }
            } catch {
                if let error = error as? LakeError { LakeMetrics().noteFailure(error) }
                failure = "\(error)"
            }
            Log.error("stream failed", ["error": failure, "again_in_ms": options.restartPause / 1_000_000])
            current.withLock {
                $0.isCaughtUp = false
                $0.trouble = failure
            }
            tellWebs()
            _ = pause.wait(timeout: options.restartPause) { $0 ? true : nil }
        }
    }

    /// Says that the log is a different one. Waits for nothing: the next pause repeats it.
    private func tellWebs() {
        guard options.group != nil, let reason = options.mismatch.reason else { return }
        try? log.writer().append(MismatchNotice.batch(reason), topic: options.topics.live, ticket: 0) { _ in }
    }

    /// The lock on the lake, taken again if others took it over because this process was silent for long.
    private func stillLocked() throws(LakeError) -> (any LakeLock)? {
        guard let held = lock.withLock({ $0 }) else { return nil }
        do {
            try held.check()
            return held
        } catch .locked {
            let again = try lake.lock(StreamService.scope(options), in: store)
            lock.withLock { $0 = again }
            return again
        }
    }

    /// From the first partition to the end of one engine.
    private func runOnce() throws -> Engine.End {
        if let reason = options.mismatch.reason { return .failed(reason) }
        let lock = try stillLocked()
        let reader = try log.reader(
            topics: options.topics.stored, from: .earliest, group: options.group)
        // Last of all: leaving the group lets others take over this process's partitions.
        defer { reader.close() }
        let logName = try log.identity(of: options.topics.discoveries)
        let identity = try LakeIdentity.open(
            store, log: logName, topics: options.topics.stored)
        let checkpoints = options.checkpoint.map { _ in CheckpointThread(store, lake: identity.lake, log: logName) }
        let sink = LakeSink(
            capacity: options.lakeQueue, checkpoints: checkpoints, onCommit: options.onCommit, trouble: lakeTrouble)
        let interrupt = reader.interrupt
        state.withLock { state in
            state.interrupt = interrupt
            state.sink = sink
        }
        if stopping.load(ordering: .sequentiallyConsistent) { sink.stopSoon() }

        let starts = Guarded<[PartitionKey: LakeStart]>([:])
        let around = Engine.Surroundings(
            log: log, reader: identity.numbering.isPlain ? reader : NumberedReader(reader, identity.numbering),
            sink: sink, lake: lake, store: store, lock: options.group == nil ? lock : nil,
            options: options, status: current,
            isStopping: { [self] in stopping.load(ordering: .sequentiallyConsistent) }, starts: starts,
            identity: identity, logName: logName, keys: keys, checkpoints: checkpoints)
        var tail: StateTail?
        defer { tail?.stop() }
        let engine: Engine
        if options.group == nil {
            let tally = Tally()
            engine = try Engine(
                around, tally: tally,
                publisher: try SolePublisher(log, tally, topic: options.topics.live, numbering: identity.numbering))
        } else {
            let started = try StateTail(log, topic: options.topics.state, wake: interrupt)
            tail = started
            let publisher = try SharedPublisher(
                log, started, options, owner: Hex.random(bytes: 16), numbering: identity.numbering)
            engine = try Engine(around, tally: nil, publisher: publisher)
        }
        let lakeThread = SystemThread.start("stream-lake") { [store, options] in
            let compactor =
                options.group == nil
                ? options.compaction.map { LakeCompactor(store, primaries: LakeUpkeep.primaries, options: $0) } : nil
            sink.run(
                { partition in
                    let start = starts.withLock { $0[partition] }
                    return LakeWriter(
                        store, topic: options.topics.name(of: partition.topic), partition: partition.partition,
                        primary: LakeSink.primary(partition.topic), sides: LakeSink.sides(partition.topic),
                        policy: options.roll, committed: start?.committed, lock: start?.lock)
                }, compactor: compactor, probe: { () throws(LakeError) in try store.probe() }, wake: interrupt)
        }
        let checkpointThread = checkpoints.map { thread in
            SystemThread.start("stream-ckpt") { thread.run() }
        }
        let end = engine.run { lakeThread.join() }
        checkpoints?.close()
        checkpointThread?.join()
        if case .stopped = end, let failure = sink.failure {
            Log.error("lake not flushed at the stop; the next start stores the rest", ["error": failure])
        }
        return end
    }
}

extension LakeSink {
    static func primary(_ topic: StoredTopic) -> LakeTable {
        switch topic {
        case .discoveries: LakeTables.discoveries
        case .rejected: LakeTables.rejected
        }
    }

    /// In the order of the batches that LakeTables fills.
    static func sides(_ topic: StoredTopic) -> [LakeTable] {
        switch topic {
        case .discoveries: [LakeTables.rejected, LakeTables.aggregates, PredictionTable.table]
        case .rejected: []
        }
    }
}
