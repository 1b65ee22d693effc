// A consumer group's offsets as an administrator reads and sets them, without being a member. Each call asks the
// cluster once and is bounded in time. A member's own commits: KafkaCommits.

import CRdKafka

struct KafkaGroup {
    private let client: KafkaClient
    private let group: String
    private let wait: Int32

    init(_ client: KafkaClient, _ patience: KafkaPatience, _ group: String) {
        self.client = client
        self.group = group
        wait = patience.milliseconds
    }

    /// The offsets that it has, by partition, with the text beside each.
    func notes(_ topic: String, _ partitions: [Int32]) throws(LogError) -> [Int32: GroupNote] {
        let list = KafkaTopicList()
        for partition in partitions { list.add(topic, partition) }
        var question: OpaquePointer? = rd_kafka_ListConsumerGroupOffsets_new(group, list.raw)
        defer { rd_kafka_ListConsumerGroupOffsets_destroy(question) }
        let queue = KafkaQueue(client) { rd_kafka_queue_new($0) }
        let answer = try ask(RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS, queue) {
            rd_kafka_ListConsumerGroupOffsets(client.raw, &question, 1, $0, queue.raw)
        }
        defer { rd_kafka_event_destroy(answer) }
        var count = 0
        let groups = rd_kafka_event_ListConsumerGroupOffsets_result(answer).flatMap {
            rd_kafka_ListConsumerGroupOffsets_result_groups($0, &count)
        }
        var notes: [Int32: GroupNote] = [:]
        for element in try elements(groups, count) where element.offset >= 0 {
            let bytes = UnsafeRawBufferPointer(start: element.metadata, count: element.metadata_size)
            notes[element.partition] = GroupNote(offset: element.offset, text: String(decoding: bytes, as: UTF8.self))
        }
        return notes
    }

    /// Sets them. The cluster refuses that while the group has members.
    func keep(_ topic: String, _ notes: [Int32: GroupNote]) throws(LogError) {
        let list = KafkaTopicList()
        for (partition, note) in notes { list.add(topic, partition, offset: note.offset, text: note.text) }
        var question: OpaquePointer? = rd_kafka_AlterConsumerGroupOffsets_new(group, list.raw)
        defer { rd_kafka_AlterConsumerGroupOffsets_destroy(question) }
        let queue = KafkaQueue(client) { rd_kafka_queue_new($0) }
        let answer = try ask(RD_KAFKA_ADMIN_OP_ALTERCONSUMERGROUPOFFSETS, queue) {
            rd_kafka_AlterConsumerGroupOffsets(client.raw, &question, 1, $0, queue.raw)
        }
        defer { rd_kafka_event_destroy(answer) }
        var count = 0
        let groups = rd_kafka_event_AlterConsumerGroupOffsets_result(answer).flatMap {
            rd_kafka_AlterConsumerGroupOffsets_result_groups($0, &count)
        }
        for element in try elements(groups, count) where element.err != RD_KAFKA_RESP_ERR_NO_ERROR {
            throw .unavailable("offsets of group \(group), partition \(element.partition): \(element.err.text)")
        }
    }

    /// The event with the answer, which the caller destroys before the queue.
    private func ask(
        _ operation: rd_kafka_admin_op_t, _ queue: KafkaQueue, _ question: (OpaquePointer?) -> Void
    ) throws(LogError) -> OpaquePointer {
        let options = rd_kafka_AdminOptions_new(client.raw, operation)
        defer { rd_kafka_AdminOptions_destroy(options) }
        rd_kafka_AdminOptions_set_request_timeout(options, wait, nil, 0)
        question(options)
        guard let event = rd_kafka_queue_poll(queue.raw, wait + 1000) else {
            throw .unavailable("offsets of group \(group): no answer")
        }
        let error = rd_kafka_event_error(event)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else {
            rd_kafka_event_destroy(event)
            throw .unavailable("offsets of group \(group): \(error.text)")
        }
        return event
    }

    /// The partitions of the one group that an answer is about.
    private func elements(
        _ groups: UnsafeMutablePointer<OpaquePointer?>?, _ count: Int
    ) throws(LogError) -> UnsafeBufferPointer<rd_kafka_topic_partition_t> {
        guard let groups, count == 1 else { throw .unavailable("offsets of group \(group): no answer") }
        if let error = rd_kafka_group_result_error(groups[0]) {
            throw .unavailable("offsets of group \(group): \(rd_kafka_error_code(error).text)")
        }
        return rd_kafka_group_result_partitions(groups[0]).map { UnsafeMutablePointer(mutating: $0).elements }
            ?? UnsafeBufferPointer(start: nil, count: 0)
    }
}
