// The LogReader of both embedded logs: polls its sources, and waits at the bell while they have nothing. A group has
// one member here: every reader reads every partition.

import Basics
import Threads

final class TailReader: LogReader {
    let topics: [String]
    let interrupt: @Sendable () -> Void
    private let sources: [any TailSource]
    private let bell: Bell
    private let raised = Interrupt()
    /// How often to check the sources for another process's commits, in nanoseconds.
    private let lookInterval: UInt64
    /// The source to start with next time, so that none starves.
    private var turn = 0
    private var isClosed = false
    private var changes: [PartitionChange]

    init(topics: [String], sources: [any TailSource], bell: Bell, lookInterval: UInt64 = .max) {
        self.topics = topics
        self.sources = sources
        self.bell = bell
        self.lookInterval = lookInterval
        changes = [.assigned(sources.flatMap(\.partitions).map { TopicPartition(topics[$0.topic], $0.partition) })]
        interrupt = { [raised, bell] in
            raised.raise()
            bell.nudge()
        }
    }

    deinit { close() }

    func takeChanges() -> [PartitionChange] {
        defer { changes = [] }
        return changes
    }

    func acknowledgeRevocation() {}

    func poll(maxRecords: Int, maxBytes: Int, timeout: UInt64) throws(LogError) -> RecordBatch {
        var batch = RecordBatch()
        let (sum, overflow) = Clock.monotonic.addingReportingOverflow(timeout)
        let deadline = overflow ? UInt64.max : sum
        var look = true
        while true {
            if isClosed || bell.isClosed { throw .closed }
            if raised.take() { return batch }
            // Before polling: whatever is committed after this rings again.
            let seen = bell.rings
            if look {
                var room = Room(records: maxRecords, bytes: maxBytes)
                for i in sources.indices {
                    try sources[(turn + i) % sources.count].collect(into: &batch, &room)
                }
                turn = (turn + 1) % sources.count
                if !batch.isEmpty { return batch }
            }
            let now = Clock.monotonic
            guard now < deadline else { return batch }
            look = bell.wait(after: seen, or: raised, timeout: min(deadline - now, lookInterval))
            if !look {
                for source in sources where try source.changedElsewhere() { look = true }
            }
        }
    }

    func seek(topic: String, partition: Int32, offset: Int64) throws(LogError) {
        guard !isClosed else { throw .closed }
        guard let index = topics.firstIndex(of: topic) else { throw .unknownTopic(topic) }
        for source in sources where try source.seek(topic: index, partition: partition, offset: offset) { return }
        throw .unknownTopic("\(topic), partition \(partition)")
    }

    func commit(topic: String, partition: Int32, offset: Int64) throws(LogError) {
        guard topics.contains(topic) else { throw .unknownTopic(topic) }
    }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        for source in sources { source.close() }
    }
}
