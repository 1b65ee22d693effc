// The engine's thread: reads the log, keeps the aggregates, hands rows to the lake and frames to the live topic. One
// run from a start to a stop or failure; StreamService starts the next. Ownership.swift decides on partitions;
// EngineLake.swift is its side of the lake.

import Basics
import EventLog
import Lake
import PlanetCore
import Telemetry
import Threads

final class Engine {
    /// Why a run ended.
    enum End: Sendable {
        case stopped
        case failed(String)
    }

    /// What the engine works with.
    struct Surroundings {
        var log: any EventLog
        var reader: any LogReader
        var sink: LakeSink
        var lake: LakeAddress
        var store: any FileStore
        /// On the whole lake; nil if each partition has its own.
        var lock: (any LakeLock)?
        var options: StreamOptions
        var status: Guarded<StreamStatus>
        var isStopping: @Sendable () -> Bool
        /// Where each partition's rows continue in the lake; the lake's thread reads it when it opens a writer.
        var starts: Guarded<[PartitionKey: LakeStart]>
        /// Which lake and which log they are.
        var identity: LakeIdentity
        var logName: String
        /// Which partitions the planets' keys are spread over; nil on an embedded log, where no record is misplaced.
        var keys: KeyedPartitions?
        var checkpoints: CheckpointThread?
    }

    let log: any EventLog
    let reader: any LogReader
    let sink: LakeSink
    let around: Surroundings
    let options: StreamOptions
    let publisher: any BoardPublisher
    let deadLetters: DeadLetters
    let sentOn: SentOnRecords
    /// Why the run must end although the lake works.
    var failure: String?

    /// In the order of `StoredTopic` and partition.
    var owned: [OwnedPartition] = []
    var places: [PartitionKey: Int] = [:]
    /// The tally of all partitions; nil if each has its own.
    let sharedTally: Tally?
    /// Recently revoked partitions, kept in case the rebalance returns them.
    var parked: [PartitionKey: OwnedPartition] = [:]
    /// The group has assigned the partitions.
    var isAssigned = false

    var pending: StoredBatch?
    /// What is being processed.
    var inHand = RecordBatch()
    var source: (headers: [RecordHeader], text: String?) = ([], nil)
    private var isCaughtUp = false
    /// The last poll returned nothing.
    private var isIdle = true
    private var records: Int64 = 0
    /// As last reported by the log.
    private var behind: Int64 = 0
    private var held: Int64 = 0
    var askAgain: UInt64 = 0
    static let patienceWithLog: UInt64 = 5_000_000_000
    /// Since when it has not answered the engine's questions.
    var unansweredSince: UInt64?
    /// It was asked in vain while the engine was to stop.
    var isSilentAtStop = false
    /// Partitions whose roll is due, and stays open until the log can be asked whether it is the one it was.
    var heldRolls: Set<PartitionKey> = []
    private var lookAgain: UInt64 = 0
    /// Why the log can't be asked or written to now; nil while it can.
    private var logTrouble: String?
    private var lastReport: UInt64 = 0
    private var reportedEpoch = ""
    /// Why partitions can't be taken on now; nil while all is well.
    var trouble: String?

    private let recordsRead: Counter
    private let lag: Gauge
    private let ahead: Gauge
    private var isAhead = false

    init(_ around: Surroundings, tally: Tally?, publisher: any BoardPublisher) throws(LogError) {
        self.around = around
        log = around.log
        reader = around.reader
        sink = around.sink
        options = around.options
        sharedTally = tally
        self.publisher = publisher
        let writer = try around.log.writer()
        deadLetters = DeadLetters(writer, topic: around.options.topics.deadLetters)
        sentOn = SentOnRecords(writer, topic: around.options.topics.discoveries, wake: around.reader.interrupt)
        recordsRead = Metrics.shared.counter("planetarium_stream_records_total", "Records read by the stream engine.")
        ahead = Metrics.shared.gauge(
            "planetarium_log_ahead_seconds", "How far the newest record's time stamp lies in the future.")
        lag = Metrics.shared.gauge(
            "planetarium_stream_lag_records", "Records in this process's partitions not yet read by the stream engine.")
    }

    /// `untilStored` waits for the lake's thread, which ends once everything handed over is in place.
    func run(untilStored: () -> Void) -> End {
        let end = loop()
        // However it ends: what was handed over is rolled, so that the next start reads less again.
        for partition in owned { endRoll(partition) }
        if case .stopped = end { takeLastCheckpoints() }
        sink.close()
        if case .stopped = end { publisher.finish(owned) }
        untilStored()
        commitRolls()
        report()
        return end
    }

    private func loop() -> End {
        report()
        do throws(EngineFailure) {
            try takeChanges()
            while !around.isStopping() {
                if let failure = sink.failure { return .failed("lake: \(failure)") }
                if let failure { return .failed(failure) }
                if let reason = options.mismatch.reason { return .failed(reason) }
                let due = sink.takeDue().union(heldRolls)
                for key in due {
                    if let place = places[key] { endRoll(owned[place]) }
                }
                if !takeCheckpoints(after: due) { continue }
                commitRolls()
                updateCaughtUp()
                publisher.publish(owned, now: Clock.monotonic)
                let wait = min(publisher.due(owned, now: Clock.monotonic) ?? .max, 250_000_000)
                let batch: RecordBatch
                do {
                    batch = try reader.poll(maxRecords: options.pollRecords, maxBytes: options.pollBytes, timeout: wait)
                } catch {
                    if case .closed = error { return .stopped }
                    return .failed("log: \(error)")
                }
                try takeChanges()
                isIdle = batch.isEmpty
                if !batch.isEmpty {
                    guard process(batch) else {
                        return .failed(failure ?? "lake: \(sink.failure.map { "\($0)" } ?? "closed")")
                    }
                    publisher.noteChange(now: Clock.monotonic)
                }
                takeEnds()
                sentOn.send()
                if Clock.monotonic > lastReport + 1_000_000_000 || publisher.epoch != reportedEpoch { report() }
            }
        } catch {
            return .failed(error.text)
        }
        return .stopped
    }

    /// False once the lake has given up, or the log refuses records that are to be sent on.
    private func process(_ batch: RecordBatch) -> Bool {
        inHand = batch
        defer { inHand = RecordBatch() }
        var partition: OwnedPartition?
        for index in batch.entries.indices {
            let entry = batch.entries[index]
            guard let topic = StoredTopic(rawValue: entry.topic) else { continue }
            // Most neighbours are of one partition.
            if partition?.key.partition != entry.partition || partition?.key.topic != topic {
                partition = places[PartitionKey(topic: topic, partition: entry.partition)].map { owned[$0] }
            }
            // Nil: given up after it was fetched. Below `next`: a restarted reader may return a record again.
            guard let partition, entry.offset >= partition.next else { continue }
            let isStored = entry.offset <= partition.committed
            // Before the record is judged: neither the aggregates of a roll that ends here nor the keyed state may
            // include it.
            if !isStored, !makeRoom(for: entry, partition) { return false }
            let expected = max(partition.next, partition.first)
            if entry.offset > expected { noteGap(expected..<entry.offset, partition) }
            partition.next = entry.offset + 1
            partition.newest = max(partition.newest, entry.timestamp)
            partition.lastIndex = index
            switch topic {
            case .discoveries:
                let judged = partition.tally.judge.discovery(
                    batch, index, source: sourceOf(batch, index), among: around.keys, decoded: options.decoded)
                if !isStored {
                    switch judged.stored {
                    case .record: break
                    case .reject(let reject):
                        deadLetters.add(batch, index, from: partition, reject, base: base(of: partition))
                    case .misplaced(_, let key):
                        guard sendOn(batch, index, key: key, from: partition) else { return false }
                    }
                    add(judged.stored, entry, partition)
                }
                partition.tally.events.append(judged.event)
            case .rejected:
                let judged = partition.tally.judge.rejected(batch, index, source: sourceOf(batch, index))
                if !isStored { add(.reject(judged.stored), entry, partition) }
                partition.tally.events.append(judged.event)
            }
        }
        for partition in owned {
            partition.tally.applyEvents()
            fingerprint(partition)
        }
        deadLetters.send()
        sentOn.send()
        records += Int64(batch.count)
        recordsRead.add(batch.count)
        return flush()
    }

    // MARK: What others see

    private func updateCaughtUp() {
        guard isAssigned else { return }
        let now = owned.allSatisfy(\.isCaughtUp)
        guard now != isCaughtUp else { return }
        isCaughtUp = now
        if now { Log.info("stream caught up", ["records": records, "counted": counted, "planets": planets]) }
        report()
    }

    /// Records that the figures count.
    private var counted: Int {
        if let sharedTally { return sharedTally.aggregates.records }
        return owned.reduce(0) { $0 + $1.tally.aggregates.records }
    }

    private var planets: Int {
        if let sharedTally { return sharedTally.planets }
        return owned.reduce(0) { $0 + $1.tally.planets }
    }

    /// Nil if the log can't be asked now. Asking an absent cluster takes seconds, so it is not repeated soon, nor while
    /// the engine is to stop.
    private func recordsBehind() -> Int64? {
        guard !around.isStopping(), Clock.monotonic >= askAgain else { return nil }
        var behind: Int64 = 0
        var held: Int64 = 0
        for topic in StoredTopic.allCases where owned.contains(where: { $0.key.topic == topic }) {
            guard let bounds = try? bounds(of: options.topics.name(of: topic)) else {
                unansweredSince = unansweredSince ?? Clock.monotonic
                askAgain = Clock.monotonic + Engine.patienceWithLog
                noteLog("the log does not answer")
                return nil
            }
            for bounds in bounds {
                guard let place = places[PartitionKey(topic: topic, partition: bounds.partition)] else { continue }
                look(at: bounds.first, owned[place])
                behind += max(0, bounds.next + bounds.held - max(owned[place].position, bounds.first))
                held += bounds.held
            }
        }
        unansweredSince = nil
        note(held)
        probeLog()
        return behind
    }

    /// A full disk stays unnoticed while nothing is sent; while much is, this would get in the way.
    private func probeLog() {
        guard logTrouble != nil || isIdle, Clock.monotonic >= lookAgain else { return }
        do throws(LogError) {
            try log.probe()
            noteLog(nil)
        } catch {
            noteLog("\(error)")
        }
        lookAgain = Clock.monotonic + (logTrouble == nil ? 10_000_000_000 : 500_000_000)
    }

    private func noteLog(_ trouble: String?) {
        guard (trouble == nil) != (logTrouble == nil) else { return }
        logTrouble = trouble.map { "log: \($0)" }
        if let trouble {
            Log.warning("the log is in trouble", ["reason": trouble])
        } else {
            Log.info("the log is well again")
        }
    }

    /// Why the lag remains although reading can't shorten it.
    private func note(_ now: Int64) {
        if now > 0, held == 0 {
            Log.warning("records wait behind a producer's open transaction", ["records": now])
        } else if now == 0, held > 0 {
            Log.info("no record waits behind an open transaction any more")
        }
        held = now
    }

    /// A clock that was far ahead and then set back leaves records with future time stamps; so do other programs. Days
    /// and rates are those of the time stamps.
    private func compareWithClock() {
        let now = Clock.wallMicros
        let newest = owned.map(\.newest).max() ?? .min
        let micros = newest > now ? newest - now : 0
        ahead.set(Double(micros) / 1e6)
        // A day: the clocks of several machines differ by less.
        let wasAhead = isAhead
        isAhead = micros > UTCDay.micros
        guard isAhead, !wasAhead else { return }
        Log.warning(
            "records from the future: the clock stood ahead when they came, or is behind now",
            ["newest": RFC3339.text(micros: newest), "now": RFC3339.text(micros: now)])
    }

    func report() {
        lastReport = Clock.monotonic
        compareWithClock()
        reportedEpoch = publisher.epoch
        if let now = recordsBehind() { behind = now }
        lag.set(Double(behind))
        let trouble = trouble ?? refusal ?? logTrouble
        let now = (behind, isCaughtUp, records, planets, publisher.epoch, owned.map(\.name), held, counted)
        around.status.withLock { status in
            status.lag = now.0
            status.isCaughtUp = now.1
            status.records = now.2
            status.planets = now.3
            status.epoch = now.4
            status.partitions = now.5
            status.held = now.6
            status.counted = now.7
            status.trouble = trouble
        }
    }
}

/// Where a partition's rows continue in the lake, and the lock under which that was found out.
struct LakeStart: Sendable {
    var committed: Int64?
    var lock: (any LakeLock)?
}

/// Ends a run; the next one starts afresh.
struct EngineFailure: Error {
    let text: String
}
