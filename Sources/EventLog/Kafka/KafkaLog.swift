// A Kafka cluster as the log, through librdkafka: opens clients, makes topics, says where things lie. KafkaWriter
// writes, KafkaReader reads.

import Threads

package final class KafkaLog: EventLog {
    private struct State: Sendable {
        var writer: KafkaWriter?
        /// The open readers'.
        var wakes: [ReaderWake] = []
        var isClosed = false
    }
    private let settings: KafkaSettings
    private let lookup: KafkaLookup
    private let state = Guarded(State())

    /// Talks to no broker yet. Throws `.unusable` for a property that does not exist or may not be set.
    package init(servers: String, _ options: LogOptions = LogOptions()) throws(LogError) {
        settings = try KafkaSettings(servers: servers, options)
        lookup = try KafkaLookup(settings)
    }

    deinit { close() }

    package func ensureTopic(_ name: String, _ options: TopicOptions) throws(LogError) {
        try lookup.ensure(name, options)
    }

    package func differences(of topic: String, from options: TopicOptions) throws(LogError) -> [String] {
        try lookup.topics.differences(of: topic, from: options)
    }

    /// Also true if the cluster doesn't return the topic's settings.
    package func mayDropRecords(of topic: String) throws(LogError) -> Bool {
        (try? lookup.topics.settings(of: topic)["cleanup.policy"])?.contains("compact") ?? true
    }

    package func keepKeys(of topic: String, within partitions: Int32) {
        lookup.topics.keepKeys(of: topic, within: partitions)
    }

    package func writer() throws(LogError) -> any LogWriter {
        guard settings.options.access == .readWrite else { throw .unusable("the log was opened for reading only") }
        return try state.withLock { (state) throws(LogError) -> any LogWriter in
            if state.isClosed { throw .closed }
            if let writer = state.writer { return writer }
            let writer = try KafkaWriter(settings, lookup.topics)
            state.writer = writer
            return writer
        }
    }

    package func reader(topics: [String], from: StartPosition, group: String?) throws(LogError) -> any LogReader {
        guard !topics.isEmpty, topics.count <= 255 else { throw .unknownTopic("") }
        let reader = try KafkaReader(settings, lookup, topics: topics, from: from, group: group)
        let isClosed: Bool = state.withLock { state in
            state.wakes.removeAll { $0.isDetached }
            state.wakes.append(reader.wake)
            return state.isClosed
        }
        if isClosed { throw .closed }
        return reader
    }

    package func identity(of topic: String) throws(LogError) -> String {
        _ = try lookup.topics.remembered(topic)
        return "kafka:\(try lookup.cluster())/\(topic)"
    }

    package func bounds(of topic: String) throws(LogError) -> [PartitionBounds] { try lookup.bounds(of: topic) }

    package func bounds(of topic: String, partition: Int32) throws(LogError) -> PartitionBounds? {
        guard partition >= 0, partition < (try lookup.topics.partitions(of: topic)) else { return nil }
        return try lookup.bounds(of: topic, [partition]).first
    }

    package func lag(of topic: String, group: String) throws(LogError) -> [PartitionLag] {
        try lookup.lag(of: topic, group: group)
    }

    package func notes(of topic: String, group: String) throws(LogError) -> [Int32: GroupNote] {
        try lookup.notes(of: topic, group: group)
    }

    package func keep(_ notes: [Int32: GroupNote], of topic: String, group: String) throws(LogError) {
        try lookup.keep(notes, of: topic, group: group)
    }

    package func fetch(topic: String, partition: Int32, offsets: [Int64]) throws(LogError) -> RecordBatch {
        try lookup.fetch(topic: topic, partition: partition, offsets: offsets)
    }

    package func isWatched(by watch: LogWatch?) { lookup.watch.withLock { $0 = watch } }

    package func giveUpSoon() { settings.patience.giveUpSoon() }

    package func close() {
        let (writer, wakes) = state.withLock { state in
            state.isClosed = true
            return (state.writer, state.wakes)
        }
        writer?.close()
        for wake in wakes { wake.close() }
    }
}
