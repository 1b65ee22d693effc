// The engine's thread: reads the log, keeps the aggregates, hands rows to the lake and frames to the live topic.
// One run from offset 0 to a stop or a failure; StreamService starts the next. (A checkpoint would give `run` a place to begin.)

import EventLog
import Synchronization
import Telemetry
import Threads

final class Engine {
    /// Why a run ended.
    enum End: Sendable {
        case stopped
        case failed(String)
    }

    private let log: any EventLog
    private let reader: any LogReader
    private let sink: LakeSink
    private let options: StreamOptions
    private let status: Guarded<StreamStatus>
    private let isStopping: @Sendable () -> Bool
    /// Last offset in the lake when the run began: rows up to here are stored already.
    private let committed: [PartitionKey: Int64]

    private var judge = RecordJudge()
    private let aggregates = Aggregates()
    private var feed: LiveFeed
    private var events: [CatalogueEvent] = []
    private var pending: StoredBatch?
    /// Partitions with rows in an open roll, and the day of them.
    private var open: [PartitionKey: Int] = [:]
    /// By partition: the newest time stamp seen.
    private var newest: [PartitionKey: Int64] = [:]
    private var next: [PartitionKey: Int64] = [:]
    private var goal: [PartitionKey: Int64] = [:]
    private var isCaughtUp = false
    private var records: Int64 = 0
    private var lastLag: UInt64 = 0
    private var source: (headers: [RecordHeader], text: String?) = ([], nil)

    private let counted: Counter
    private let lag: Gauge

    init(
        _ log: any EventLog, _ reader: any LogReader, _ sink: LakeSink, committed: [PartitionKey: Int64],
        _ options: StreamOptions, _ status: Guarded<StreamStatus>, isStopping: @escaping @Sendable () -> Bool
    ) throws(LogError) {
        self.log = log
        self.reader = reader
        self.sink = sink
        self.committed = committed
        self.options = options
        self.status = status
        self.isStopping = isStopping
        feed = LiveFeed(aggregates, writer: try log.writer(), topic: options.liveTopic)
        counted = Metrics.shared.counter("planetarium_stream_records_total", "Records read by the stream engine.")
        lag = Metrics.shared.gauge(
            "planetarium_stream_lag_records", "Records in the log not yet read by the stream engine.")
        for topic in StoredTopic.allCases {
            for bounds in try log.bounds(of: topic.name(options)) where bounds.next > bounds.first {
                goal[PartitionKey(topic: topic, partition: bounds.partition)] = bounds.next
            }
        }
    }

    func run() -> End {
        let end = loop()
        // Whatever the end: what was handed over is rolled, so that the next start reads less again.
        for partition in open.keys.sorted(by: { $0.topic.rawValue < $1.topic.rawValue }) { endRoll(partition) }
        sink.close()
        if case .stopped = end {
            feed.publishSnapshot(aggregates, now: Clock.monotonic) { settle() }
        }
        report()
        return end
    }

    private func loop() -> End {
        report()
        while !isStopping() {
            if let failure = sink.failure { return .failed("lake: \(failure)") }
            for partition in sink.takeDue() { endRoll(partition) }
            updateCaughtUp()
            var now = Clock.monotonic
            feed.publish(aggregates, now: now, isCaughtUp: isCaughtUp) { settle() }
            now = Clock.monotonic
            let wait = min(feed.due(now: now, isCaughtUp: isCaughtUp) ?? .max, 250_000_000)
            let batch: RecordBatch
            do {
                batch = try reader.poll(maxRecords: options.pollRecords, maxBytes: options.pollBytes, timeout: wait)
            } catch {
                if case .closed = error { return .stopped }
                return .failed("log: \(error)")
            }
            if !batch.isEmpty {
                guard process(batch) else { return .failed("lake: \(sink.failure.map { "\($0)" } ?? "closed")") }
                feed.noteChange(now: Clock.monotonic)
            }
            if Clock.monotonic > lastLag + 1_000_000_000 { report() }
        }
        return .stopped
    }

    /// False when the lake has given up.
    private func process(_ batch: RecordBatch) -> Bool {
        events.removeAll(keepingCapacity: true)
        for index in batch.entries.indices {
            let entry = batch.entries[index]
            guard let topic = StoredTopic(rawValue: Int(entry.topic)) else { continue }
            let partition = PartitionKey(topic: topic, partition: entry.partition)
            // A reader that starts anew may give a record again.
            if let next = next[partition], entry.offset < next { continue }
            next[partition] = entry.offset + 1
            let isStored = entry.offset <= committed[partition] ?? -1
            // Before the record is judged: the aggregates of a roll that ends here must not know it, nor the keyed state.
            if !isStored, !makeRoom(for: entry, partition) { return false }
            newest[partition] = max(newest[partition] ?? .min, entry.timestamp)
            switch topic {
            case .discoveries:
                let judged = judge.discovery(batch, index, source: sourceOf(batch, index))
                if !isStored { add(judged.stored, entry, partition) }
                events.append(judged.event)
            case .rejected:
                let judged = judge.rejected(batch, index, source: sourceOf(batch, index))
                if !isStored { add(.reject(judged.stored), entry, partition) }
                events.append(judged.event)
            }
        }
        applyEvents()
        records += Int64(batch.count)
        counted.add(batch.count)
        return flush()
    }

    private func applyEvents() {
        aggregates.apply(events[...])
        events.removeAll(keepingCapacity: true)
    }

    // MARK: Towards the lake

    /// Hands over what belongs to another partition or day, and ends the roll of another day.
    private func makeRoom(for entry: RecordBatch.Entry, _ partition: PartitionKey) -> Bool {
        let day = Int(UTCTime.day(ofMicros: entry.timestamp))
        if let batch = pending, batch.partition != partition || batch.day != day {
            guard flush() else { return false }
        }
        if let openDay = open[partition], openDay != day {
            applyEvents()
            guard endRoll(partition) else { return false }
        }
        open[partition] = day
        return true
    }

    private func add(_ stored: RecordJudge.Stored, _ entry: RecordBatch.Entry, _ partition: PartitionKey) {
        var batch =
            pending
            ?? StoredBatch(
                partition: partition, day: Int(UTCTime.day(ofMicros: entry.timestamp)),
                offsets: entry.offset...entry.offset)
        pending = nil
        batch.offsets = batch.offsets.lowerBound...entry.offset
        switch stored {
        case .record(let record): batch.records.append(record)
        case .reject(let reject): batch.rejects.append(reject)
        }
        pending = batch
    }

    private func flush() -> Bool {
        guard let batch = pending else { return true }
        pending = nil
        return sink.give(.batch(batch))
    }

    /// Ends the partition's open roll with the aggregates of this moment.
    @discardableResult
    private func endRoll(_ partition: PartitionKey) -> Bool {
        guard open.removeValue(forKey: partition) != nil else { return true }
        var rows: [AggregateRow] = []
        if partition.topic == .discoveries {
            settle()
            var groups = GroupWriter()
            for aggregate in aggregates.all {
                groups.removeAll()
                aggregate.write(.all, to: &groups)
                for item in groups.items {
                    rows.append(
                        AggregateRow(
                            aggregate: type(of: aggregate).name, group: item.group, json: item.json ?? [],
                            value: item.value, count: item.count, isMeasured: item.isMeasured))
                }
            }
        }
        return sink.give(.roll(partition, newest: newest[partition] ?? 0, rows))
    }

    private func settle() {
        aggregates.settle { each in judge.forEachPlanet(each) }
    }

    /// The record's `source`. Neighbours mostly have equal headers.
    private func sourceOf(_ batch: RecordBatch, _ index: Int) -> String? {
        let headers = batch.headerSets[batch.entries[index].headers]
        if headers == source.headers { return source.text }
        let value = headers.first { $0.name == "source" }?.value
        source = (headers, value.map { String(decoding: $0, as: UTF8.self) })
        return source.text
    }

    // MARK: What others see

    private func updateCaughtUp() {
        guard !isCaughtUp else { return }
        isCaughtUp = goal.allSatisfy { next[$0.key] ?? 0 >= $0.value }
        if isCaughtUp {
            Log.info("stream caught up", ["records": records, "planets": judge.catalogue.planets.count])
            report()
        }
    }

    private func report() {
        lastLag = Clock.monotonic
        var behind: Int64 = 0
        for topic in StoredTopic.allCases {
            // A log that can't be asked now shows at the next poll.
            guard let bounds = try? log.bounds(of: topic.name(options)) else { continue }
            for partition in bounds {
                let read = next[PartitionKey(topic: topic, partition: partition.partition)] ?? partition.first
                behind += max(0, partition.next - read)
            }
        }
        lag.set(Double(behind))
        let trouble = sink.currentTrouble.map { "lake: \($0)" }
        let now = (behind, isCaughtUp, records, judge.catalogue.planets.count, feed.epoch)
        status.withLock { status in
            status.lag = now.0
            status.isCaughtUp = now.1
            status.records = now.2
            status.planets = now.3
            status.epoch = now.4
            status.trouble = trouble
        }
    }
}

extension StoredTopic {
    func name(_ options: StreamOptions) -> String {
        switch self {
        case .discoveries: options.discoveriesTopic
        case .rejected: options.rejectedTopic
        }
    }
}
