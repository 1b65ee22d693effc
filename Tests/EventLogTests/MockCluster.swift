// librdkafka's mock cluster in this process: brokers that fail on command. It makes no topics by request and keeps
// about 5 MB a partition.

import CRdKafka
import Testing

@testable import EventLog

final class MockCluster: @unchecked Sendable {  // its functions lock inside
    private let owner: OpaquePointer
    let cluster: OpaquePointer
    let address: String

    /// Kafka protocol guide, "Api Keys".
    enum Request: Int16 {
        case produce = 0
        case fetch = 1
        case listOffsets = 2
        case offsetCommit = 8
        case heartbeat = 12
        case initProducerID = 22
    }

    init(brokers: Int32 = 1, topics: [String: Int32] = ["t": 1]) throws {
        var text = [CChar](repeating: 0, count: 512)
        owner = try #require(rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), &text, text.count))
        cluster = try #require(rd_kafka_mock_cluster_new(owner, brokers))
        address = String(cString: try #require(rd_kafka_mock_cluster_bootstraps(cluster)))
        for (name, partitions) in topics { rd_kafka_mock_topic_create(cluster, name, partitions, brokers) }
    }

    deinit {
        rd_kafka_mock_cluster_destroy(cluster)
        rd_kafka_destroy(owner)
    }

    func setDown(_ broker: Int32 = 1) { rd_kafka_mock_broker_set_down(cluster, broker) }
    func setUp(_ broker: Int32 = 1) { rd_kafka_mock_broker_set_up(cluster, broker) }
    func setDelay(milliseconds: Int32, _ broker: Int32 = 1) {
        rd_kafka_mock_broker_set_rtt(cluster, broker, milliseconds)
    }
    func setLeader(_ topic: String, _ partition: Int32, _ broker: Int32) {
        rd_kafka_mock_partition_set_leader(cluster, topic, partition, broker)
    }
    /// It is not there any more.
    func hide(_ topic: String) {
        rd_kafka_mock_topic_set_error(cluster, topic, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
    }
    func setCoordinator(ofGroup group: String, _ broker: Int32) {
        rd_kafka_mock_coordinator_set(cluster, "group", group, broker)
    }

    /// The next requests of this kind are answered with these errors, one each.
    func failNext(_ request: Request, _ errors: [rd_kafka_resp_err_t]) {
        var errors = errors
        rd_kafka_mock_push_request_errors_array(cluster, request.rawValue, errors.count, &errors)
    }
    func clearErrors(_ request: Request) { rd_kafka_mock_clear_request_errors(cluster, request.rawValue) }
}
