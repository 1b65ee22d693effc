// A log in memory: for tests and demonstrations ("memory:"), and for the volatile topics of the SQLite log.
// Durable only while the process lives.

import Threads

package final class MemoryLog: EventLog {
    let store: MemoryStore
    private let bell: Bell
    private let queue: QueuedWriter

    package convenience init(_ options: LogOptions = LogOptions()) {
        self.init(options, bell: Bell())
    }

    /// Rings `bell` after each append, so that a reader can wait for two logs at one bell.
    init(_ options: LogOptions, bell: Bell) {
        let store = MemoryStore(durableLimit: options.memoryBytes)
        let metrics = LogMetrics(backend: "memory")
        self.store = store
        self.bell = bell
        queue = QueuedWriter(
            thread: "log-memory", options, metrics, knows: { store.has($0) },
            work: { intake, tasks in MemoryLog.carryOut(tasks, store, bell, intake, metrics) })
    }

    deinit { close() }

    private static func carryOut(
        _ tasks: [WriterTask], _ store: MemoryStore, _ bell: Bell, _ intake: Intake, _ metrics: LogMetrics
    ) {
        let begun = Clock.monotonic
        var acks: [(PendingAppend, Result<[LogPosition], LogError>)] = []
        acks.reserveCapacity(tasks.count)
        var records = 0
        for task in tasks {
            switch task {
            case .makeTopic(let name, let options, let reply):
                store.makeTopic(name, options)
                reply.give(nil)
            case .append(let submission):
                let result = Result { () throws(LogError) in try store.append(submission.batch, to: submission.topic) }
                if case .success = result {
                    records += submission.batch.count
                    metrics.bytes.add(submission.batch.bytes.count)
                } else {
                    metrics.failures.add()
                }
                acks.append((submission, result))
            }
        }
        guard !acks.isEmpty else { return }
        bell.ring()
        metrics.records.add(records)
        metrics.commits.add()
        metrics.commitRecords.record(Double(records))
        metrics.commitSeconds.record(seconds: Double(Clock.monotonic - begun) / 1e9)
        for (submission, result) in acks {
            // Before the ack: whoever has it may rely on the room.
            intake.settle(records: submission.batch.count, bytes: submission.bytes)
            submission.onAck(Ack(ticket: submission.ticket, result: result))
        }
    }

    package func ensureTopic(_ name: String, _ options: TopicOptions) throws(LogError) {
        guard !store.has(name) else { return }
        try queue.intake.makeTopic(name, options)
    }

    package func writer() throws(LogError) -> any LogWriter { queue }

    package func reader(topics: [String], from: StartPosition, group: String?) throws(LogError) -> any LogReader {
        for topic in topics where !store.has(topic) { throw .unknownTopic(topic) }
        return TailReader(
            topics: topics, sources: [MemorySource(store, topics: topics, from: from)], bell: bell)
    }

    package func identity(of topic: String) throws(LogError) -> String {
        guard store.has(topic) else { throw .unknownTopic(topic) }
        return "memory:\(store.name)/\(topic)"
    }

    package func bounds(of topic: String) throws(LogError) -> [PartitionBounds] {
        guard let bounds = store.bounds(of: topic) else { throw .unknownTopic(topic) }
        return bounds
    }

    package func notes(of topic: String, group: String) throws(LogError) -> [Int32: GroupNote] {
        store.notes(of: topic, group: group)
    }

    package func keep(_ notes: [Int32: GroupNote], of topic: String, group: String) throws(LogError) {
        store.keep(notes, of: topic, group: group)
    }

    package func fetch(topic: String, partition: Int32, offsets: [Int64]) throws(LogError) -> RecordBatch {
        try store.fetch(topic: topic, partition: partition, offsets: offsets)
    }

    package func close() {
        queue.close()
        bell.close()
    }
}
