// librdkafka's list of topics, partitions and offsets as a Swift object.

import CRdKafka
import Glibc

final class KafkaTopicList {
    let raw: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

    /// RD_KAFKA_OFFSET_INVALID: the group's committed offset.
    static let committed: Int64 = -1001
    static let beginning: Int64 = -2
    static let end: Int64 = -1

    init() {
        guard let raw = rd_kafka_topic_partition_list_new(8) else {
            preconditionFailure("BUG: a list is never refused")
        }
        self.raw = raw
    }

    deinit { rd_kafka_topic_partition_list_destroy(raw) }

    /// `text`: kept beside the offset by a group.
    func add(_ topic: String, _ partition: Int32, offset: Int64 = committed, text: String = "") {
        guard let element = rd_kafka_topic_partition_list_add(raw, topic, partition) else { return }
        element.pointee.offset = offset
        guard !text.isEmpty else { return }
        // The list frees it.
        element.pointee.metadata = UnsafeMutableRawPointer(strdup(text))
        element.pointee.metadata_size = text.utf8.count
    }

    var elements: UnsafeBufferPointer<rd_kafka_topic_partition_t> { raw.elements }
}

extension UnsafeMutablePointer<rd_kafka_topic_partition_list_t> {
    var elements: UnsafeBufferPointer<rd_kafka_topic_partition_t> {
        UnsafeBufferPointer(start: pointee.elems, count: Int(pointee.cnt))
    }
}
