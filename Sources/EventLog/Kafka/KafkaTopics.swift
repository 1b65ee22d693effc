// Which topics the cluster has, and making those that are missing.

import CRdKafka
import Telemetry
import Threads

final class KafkaTopics: Sendable {
    let client: KafkaClient
    private let patience: KafkaPatience
    private let listeners: KafkaListeners
    /// The number of partitions of each topic, as last seen.
    private let known = Guarded<[String: Int32]>([:])
    /// Topics made a moment ago, and until when that is so (monotonic): brokers learn of them one after the other, and
    /// one that has not yet says that there is none.
    private let made = Guarded<[String: UInt64]>([:])
    private static let untilAllKnow: UInt64 = 30_000_000_000
    /// How many partitions the keys of a topic are spread over, if not all.
    private let spreads = Guarded<[String: Int32]>([:])

    init(_ client: KafkaClient, _ settings: KafkaSettings) {
        self.client = client
        patience = settings.patience
        listeners = KafkaListeners(settings)
    }

    var wait: Int32 { patience.milliseconds }

    /// The number of partitions as last seen; asks the cluster only if it is unknown.
    func remembered(_ name: String) throws(LogError) -> Int32 {
        if let count = known.withLock({ $0[name] }) { return count }
        return try partitions(of: name)
    }

    func keepKeys(of topic: String, within partitions: Int32) { spreads.withLock { $0[topic] = partitions } }

    /// Nil: over all.
    func spread(of topic: String) -> Int32? { spreads.withLock { $0[topic] } }

    /// The number of partitions; asks the cluster. Throws `.unknownTopic`.
    func partitions(of name: String) throws(LogError) -> Int32 {
        guard let found = try find(name) else {
            known.withLock { $0[name] = nil }
            throw .unknownTopic(name)
        }
        return found.count
    }

    /// Asks again, within the time allowed, for a topic made a moment ago.
    private func find(_ name: String) throws(LogError) -> (count: Int32, replicas: Int32)? {
        let deadline = Clock.monotonic + UInt64(wait) * 1_000_000
        while true {
            if let found = try look(name) { return found }
            let now = Clock.monotonic
            let isNew = made.withLock { now < $0[name] ?? 0 }
            guard isNew, now < deadline else { return nil }
            Clock.pause(50_000_000)
        }
    }

    /// Makes the topic if it is missing. The brokers learn of it one after the other (KafkaLookup.ensure waits for
    /// them).
    func makeIfMissing(_ name: String, _ options: TopicOptions) throws(LogError) {
        if try look(name) != nil { return }
        guard options.partitions > 0 else { throw .unusable("topic \(name): \(options.partitions) partitions") }
        try create(name, options)
    }

    /// Copies of the topic's first partition.
    func replication(of name: String) throws(LogError) -> Int32 {
        guard let found = try find(name) else { throw .unknownTopic(name) }
        return found.replicas
    }

    /// Throws if the cluster does not answer.
    func askForAnything() throws(LogError) {
        var found: UnsafePointer<rd_kafka_metadata>?
        let error = rd_kafka_metadata(client.raw, 0, nil, &found, wait)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR, let found else {
            throw .unavailable("no answer from the cluster: \(error.text)\(listeners.advice)")
        }
        rd_kafka_metadata_destroy(found)
    }

    /// Makes another client ask for the topic's partitions again: each remembers the last answer for minutes.
    func refresh(_ name: String, _ client: KafkaClient) {
        guard let topic = rd_kafka_topic_new(client.raw, name, nil) else { return }
        defer { rd_kafka_topic_destroy(topic) }
        var found: UnsafePointer<rd_kafka_metadata>?
        if rd_kafka_metadata(client.raw, 0, topic, &found, wait) == RD_KAFKA_RESP_ERR_NO_ERROR, let found {
            rd_kafka_metadata_destroy(found)
        }
    }

    /// The numbers of partitions and of copies of the first one. Nil: no such topic.
    private func look(_ name: String) throws(LogError) -> (count: Int32, replicas: Int32)? {
        guard let topic = rd_kafka_topic_new(client.raw, name, nil) else {
            throw .unusable("\(name) is not a valid topic name")
        }
        defer { rd_kafka_topic_destroy(topic) }
        var found: UnsafePointer<rd_kafka_metadata>?
        let error = rd_kafka_metadata(client.raw, 0, topic, &found, wait)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR, let found else {
            throw .unavailable("no answer from the cluster: \(error.text)\(listeners.advice)")
        }
        defer { rd_kafka_metadata_destroy(found) }
        guard found.pointee.topic_cnt == 1 else { return nil }
        let about = found.pointee.topics[0]
        switch about.err {
        case RD_KAFKA_RESP_ERR_NO_ERROR: break
        case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC: return nil
        case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION: throw .unusable("\(name) is not a valid topic name")
        case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED: throw .unusable("topic \(name): \(about.err.text)")
        default: throw .unavailable("topic \(name): \(about.err.text)")
        }
        guard about.partition_cnt > 0 else { return nil }
        let count = about.partition_cnt
        known.withLock { $0[name] = count }
        return (count, about.partitions[0].replica_cnt)
    }

    private func create(_ name: String, _ options: TopicOptions) throws(LogError) {
        var text = [CChar](repeating: 0, count: 512)
        let replication = options.replication ?? -1  // the cluster's default (KIP-464)
        guard let topic = rd_kafka_NewTopic_new(name, options.partitions, replication, &text, text.count) else {
            throw .unusable("topic \(name): \(textUpToNull(text))")
        }
        defer { rd_kafka_NewTopic_destroy(topic) }
        for (key, value) in KafkaTopics.configuration(options) { rd_kafka_NewTopic_set_config(topic, key, value) }
        let queue = KafkaQueue(client) { rd_kafka_queue_new($0) }
        let admin = rd_kafka_AdminOptions_new(client.raw, RD_KAFKA_ADMIN_OP_CREATETOPICS)
        defer { rd_kafka_AdminOptions_destroy(admin) }
        rd_kafka_AdminOptions_set_request_timeout(admin, wait, nil, 0)
        rd_kafka_AdminOptions_set_operation_timeout(admin, wait, nil, 0)
        var topics: [OpaquePointer?] = [topic]
        rd_kafka_CreateTopics(client.raw, &topics, 1, admin, queue.raw)
        guard let event = rd_kafka_queue_poll(queue.raw, wait + 1000) else {
            throw .unavailable("the cluster did not make topic \(name) in time")
        }
        defer { rd_kafka_event_destroy(event) }
        let error = rd_kafka_event_error(event)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else { throw .unavailable("topic \(name) not made: \(error.text)") }
        var count = 0
        guard let result = rd_kafka_event_CreateTopics_result(event),
            let results = rd_kafka_CreateTopics_result_topics(result, &count), count == 1
        else { throw .unavailable("topic \(name) not made: no answer") }
        switch rd_kafka_topic_result_error(results[0]) {
        case RD_KAFKA_RESP_ERR_NO_ERROR:
            Log.info("topic made", ["topic": name, "partitions": options.partitions])
        case RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS: break  // another process was faster
        case let failure:
            let why = rd_kafka_topic_result_error_string(results[0]).map { String(cString: $0) } ?? failure.text
            throw .unusable("topic \(name) not made: \(why)")
        }
        made.withLock { $0[name] = Clock.monotonic + KafkaTopics.untilAllKnow }
    }

    /// Kafka's own names for a topic's settings (documentation, "Topic Configs").
    private static func configuration(_ options: TopicOptions) -> [(String, String)] {
        var all = [("cleanup.policy", options.isCompacted ? "compact" : "delete")]
        if let copies = options.minInsyncReplicas { all.append(("min.insync.replicas", "\(copies)")) }
        switch options.durability {
        case .durable:
            all.append(("retention.ms", "\(options.retentionMilliseconds ?? -1)"))
            if let bytes = options.segmentBytes { all.append(("segment.bytes", "\(bytes)")) }
        case .volatile(let bytes):
            // Kafka drops whole segments: four of them, so that about `bytes` are kept.
            let each = max(1 << 20, bytes / Int(max(1, options.partitions)))
            all.append(("retention.bytes", "\(each)"))
            all.append(("segment.bytes", "\(max(1 << 18, each / 4))"))
            all.append(("retention.ms", "\(options.retentionMilliseconds ?? 3_600_000)"))
        }
        return all
    }
}
