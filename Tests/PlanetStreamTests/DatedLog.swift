// A log in memory whose records have the time stamps that a test gives them, as those of other programs in Kafka may.

import EventLog

final class DatedLog: EventLog {
    private let log: any EventLog
    /// Microseconds, by offset.
    private let date: @Sendable (Int64) -> Int64

    init(_ log: any EventLog, date: @escaping @Sendable (Int64) -> Int64) {
        self.log = log
        self.date = date
    }

    func identity(of topic: String) throws(LogError) -> String { try log.identity(of: topic) }
    func ensureTopic(_ name: String, _ options: TopicOptions) throws(LogError) { try log.ensureTopic(name, options) }
    func writer() throws(LogError) -> any LogWriter { try log.writer() }
    func reader(topics: [String], from: StartPosition, group: String?) throws(LogError) -> any LogReader {
        DatedReader(try log.reader(topics: topics, from: from, group: group), date)
    }
    func bounds(of topic: String) throws(LogError) -> [PartitionBounds] { try log.bounds(of: topic) }
    func fetch(topic: String, partition: Int32, offsets: [Int64]) throws(LogError) -> RecordBatch {
        dated(try log.fetch(topic: topic, partition: partition, offsets: offsets), date)
    }
    func close() { log.close() }
}

private func dated(_ batch: RecordBatch, _ date: (Int64) -> Int64) -> RecordBatch {
    var dated = RecordBatch()
    for index in batch.entries.indices {
        let entry = batch.entries[index]
        dated.append(
            key: batch.key(index), value: batch.value(index), headers: dated.addHeaders(batch.headers(index)),
            topic: entry.topic, partition: entry.partition, offset: entry.offset, timestamp: date(entry.offset))
    }
    return dated
}

private final class DatedReader: LogReader {
    private let reader: any LogReader
    private let date: (Int64) -> Int64

    init(_ reader: any LogReader, _ date: @escaping (Int64) -> Int64) {
        self.reader = reader
        self.date = date
    }

    var topics: [String] { reader.topics }
    var interrupt: @Sendable () -> Void { reader.interrupt }
    func takeChanges() -> [PartitionChange] { reader.takeChanges() }
    func acknowledgeRevocation() { reader.acknowledgeRevocation() }
    func poll(maxRecords: Int, maxBytes: Int, timeout: UInt64) throws(LogError) -> RecordBatch {
        dated(try reader.poll(maxRecords: maxRecords, maxBytes: maxBytes, timeout: timeout), date)
    }
    func takeEnds() -> [PartitionEnd] { reader.takeEnds() }
    func seek(topic: String, partition: Int32, offset: Int64) throws(LogError) {
        try reader.seek(topic: topic, partition: partition, offset: offset)
    }
    func commit(topic: String, partition: Int32, offset: Int64) throws(LogError) {
        try reader.commit(topic: topic, partition: partition, offset: offset)
    }
    func close() { reader.close() }
}
