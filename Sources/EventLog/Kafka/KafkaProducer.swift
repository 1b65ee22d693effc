// One librdkafka producer with its event queue and topics. Replaced after a fatal error. KafkaInflight knows which
// batch a message belongs to.

import Basics
import CRdKafka
import Threads

final class KafkaProducer: Sendable {
    let client: KafkaClient
    let queue: KafkaQueue
    private let topics = Guarded<[String: KafkaPointer]>([:])

    init(_ settings: KafkaSettings) throws(LogError) {
        client = try KafkaClient(settings, .producer) { configuration in
            rd_kafka_conf_set_events(configuration, RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR)
        }
        queue = KafkaQueue(client) { rd_kafka_queue_get_main($0) }
    }

    deinit { for topic in topics.withLock({ $0 }).values { rd_kafka_topic_destroy(topic.raw) } }

    /// Gives the records to librdkafka in order until it refuses one; returns how many it took, and why it stopped.
    /// Records without a key go to `unkeyed`, the others to one of the first `spread` partitions (nil: of all).
    func produce(
        _ batch: RecordBatch, topic name: String, unkeyed: Int32, spread: Int32?, slot: UInt32, limit: Int
    ) -> (Int, LogError?) {
        guard let topic = topic(name) else { return (0, .unavailable("no memory for topic \(name)")) }
        let headers = KafkaHeaders(batch.headerSets)
        return batch.bytes.withUnsafeBytes { bytes in
            // Empty is not null: an empty value needs an address, too.
            let empty: StaticString = ""
            let base = bytes.baseAddress ?? UnsafeRawPointer(empty.utf8Start)
            for (index, entry) in batch.entries.enumerated() {
                let hasKey = !entry.key.isEmpty
                let list = headers.copy(entry.headers)
                // -1: the client's own partitioner decides, by the same rule.
                let keyed = spread.map { Partitioner.partition(of: batch.bytes[entry.key], among: $0) } ?? -1
                let error = crdkafka_produce(
                    client.raw, topic.raw, hasKey ? keyed : unkeyed, hasKey ? base + entry.key.lowerBound : nil,
                    entry.key.count, entry.value.map { base + $0.lowerBound }, entry.value?.count ?? 0, list,
                    MessageTag(slot: slot, index: index).bits)
                if error != RD_KAFKA_RESP_ERR_NO_ERROR {
                    if let list { rd_kafka_headers_destroy(list) }
                    return (index, LogError(delivery: error, topic: name, limit: limit))
                }
            }
            return (batch.count, nil)
        }
    }

    private func topic(_ name: String) -> KafkaPointer? {
        topics.withLock { topics in
            if let known = topics[name] { return known }
            guard let raw = rd_kafka_topic_new(client.raw, name, nil) else { return nil }
            topics[name] = KafkaPointer(raw: raw)
            return KafkaPointer(raw: raw)
        }
    }
}

/// The header lists of a batch in librdkafka's form, each made once and copied for every message that uses it.
private final class KafkaHeaders {
    private var lists: [OpaquePointer?]

    init(_ sets: [[RecordHeader]]) {
        lists = sets.map { headers in
            guard !headers.isEmpty, let list = rd_kafka_headers_new(headers.count) else { return nil }
            for header in headers {
                let size = header.value.count
                header.value.withUnsafeBytes { value in
                    // Size -1 would mean a C string, a missing address a null value.
                    let empty: StaticString = ""
                    _ = rd_kafka_header_add(
                        list, header.name, header.name.utf8.count,
                        value.baseAddress ?? UnsafeRawPointer(empty.utf8Start),
                        size)
                }
            }
            return list
        }
    }

    func copy(_ set: Int) -> OpaquePointer? { lists[set].flatMap { rd_kafka_headers_copy($0) } }

    deinit { for list in lists { if let list { rd_kafka_headers_destroy(list) } } }
}

extension LogError {
    /// What the failure of one message means for its batch.
    init(delivery error: rd_kafka_resp_err_t, topic: String, limit: Int) {
        switch error {
        case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE: self = .tooLarge(limit: limit)
        case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART,
            RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
            self = .unknownTopic(topic)
        case RD_KAFKA_RESP_ERR__QUEUE_FULL: self = .busy
        default: self = .unavailable("Kafka: \(error.text)")
        }
    }
}
