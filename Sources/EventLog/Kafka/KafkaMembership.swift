// What the group tells this member: librdkafka's rebalance callback puts it here, KafkaReader takes it. Used on the
// polling thread only: the callback runs within its poll.

import Basics
import CRdKafka
import Telemetry

final class KafkaMembership {
    enum Event {
        case assign([TopicPartition])
        case revoke([TopicPartition], isLost: Bool)
    }
    private let topics: [String]
    private var events: [Event] = []
    /// Partitions are given up at once: nobody will look at events any more.
    var isClosing = false
    private let rebalances = Metrics.shared.counter(
        "planetarium_log_rebalances_total", "Changes of the partitions this process reads.",
        labels: ["backend": "kafka"])

    init(_ topics: [String]) { self.topics = topics }

    var isQuiet: Bool { events.isEmpty }

    func takeEvents() -> [Event] {
        defer { events = [] }
        return events
    }

    /// Call it while the client is made; `self` must outlive the client.
    func register(_ configuration: OpaquePointer) {
        rd_kafka_conf_set_opaque(configuration, Unmanaged.passUnretained(self).toOpaque())
        rd_kafka_conf_set_rebalance_cb(configuration) { client, error, list, opaque in
            guard let client, let opaque else { return }
            Unmanaged<KafkaMembership>.fromOpaque(opaque).takeUnretainedValue().rebalance(client, error, list)
        }
    }

    private func rebalance(
        _ client: OpaquePointer, _ error: rd_kafka_resp_err_t,
        _ list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?
    ) {
        if isClosing {
            rd_kafka_assign(client, nil)
            return
        }
        var partitions: [TopicPartition] = []
        if let list {
            for element in list.elements {
                let topic = String(cString: element.topic)
                if topics.contains(topic) { partitions.append(TopicPartition(topic, element.partition)) }
            }
        }
        rebalances.add()
        switch error {
        case RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS: events.append(.assign(partitions))
        case RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS:
            events.append(.revoke(partitions, isLost: rd_kafka_assignment_lost(client) != 0))
        default:
            Log.warning("kafka rebalance failed", ["error": error.text])
            events.append(.revoke(partitions, isLost: true))
        }
        Log.info("kafka partitions", ["change": error.text, "partitions": partitions.count])
        // The poll that runs this callback waits for messages: end it.
        guard let queue = rd_kafka_queue_get_consumer(client) else { return }
        rd_kafka_queue_yield(queue)
        rd_kafka_queue_destroy(queue)
    }
}
