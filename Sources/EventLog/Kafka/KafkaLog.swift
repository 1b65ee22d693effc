// A Kafka cluster as the log, through librdkafka: opens clients, makes topics, answers where things lie.
// Writing is KafkaWriter's work, reading KafkaReader's.

package final class KafkaLog: EventLog {
    package init(servers: String, _ options: LogOptions = LogOptions()) throws(LogError) {
        throw .unusable("kafka://\(servers): not built yet")
    }

    package func ensureTopic(_ name: String, _ options: TopicOptions) throws(LogError) { throw .closed }
    package func writer() throws(LogError) -> any LogWriter { throw .closed }
    package func reader(topics: [String], from: StartPosition, group: String?) throws(LogError) -> any LogReader {
        throw .closed
    }
    package func bounds(of topic: String) throws(LogError) -> [PartitionBounds] { throw .closed }
    package func lag(of topic: String, group: String) throws(LogError) -> [PartitionLag] { throw .closed }
    package func fetch(topic: String, partition: Int32, offsets: [Int64]) throws(LogError) -> RecordBatch {
        throw .closed
    }
    package func close() {}
}
