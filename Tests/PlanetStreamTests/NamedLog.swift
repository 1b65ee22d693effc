// A log that says of itself what a test wants: two with one name are what a cluster has before and after a topic was
// deleted and made again.

import EventLog

final class NamedLog: EventLog {
    private let log: any EventLog
    private let name: String

    init(_ log: any EventLog, _ name: String) {
        self.log = log
        self.name = name
    }

    func identity(of topic: String) throws(LogError) -> String { "\(name)/\(topic)" }
    func ensureTopic(_ name: String, _ options: TopicOptions) throws(LogError) { try log.ensureTopic(name, options) }
    func writer() throws(LogError) -> any LogWriter { try log.writer() }
    func reader(topics: [String], from: StartPosition, group: String?) throws(LogError) -> any LogReader {
        try log.reader(topics: topics, from: from, group: group)
    }
    func bounds(of topic: String) throws(LogError) -> [PartitionBounds] { try log.bounds(of: topic) }
    func fetch(topic: String, partition: Int32, offsets: [Int64]) throws(LogError) -> RecordBatch {
        try log.fetch(topic: topic, partition: partition, offsets: offsets)
    }
    func close() { log.close() }
}
