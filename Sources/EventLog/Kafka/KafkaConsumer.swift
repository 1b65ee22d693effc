// One librdkafka consumer, and the messages taken from it but not yet delivered. Assigns, seeks and closes. KafkaReader
// decides what is assigned when.

import Basics
import CRdKafka
import Telemetry
import Threads

final class KafkaConsumer {
    let client: KafkaClient
    let queue: KafkaQueue
    /// Outlives the client, whose callbacks use it.
    private let membership: KafkaMembership
    private var taken: [UnsafeMutablePointer<rd_kafka_message_t>] = []
    /// Ends of partitions that were reached.
    private var ends: [TopicPartition: Int64] = [:]
    /// Partitions with an error; true: the consumer has lost its offset in it.
    private var troubles: [TopicPartition: Bool] = [:]
    private var buffer = [UnsafeMutablePointer<rd_kafka_message_t>?](repeating: nil, count: 512)
    /// As it was last assigned.
    private var standing: [TopicPartition: Int64] = [:]
    /// Where the partitions go on that the last assignment took the place of, until they are known to have stopped.
    private var stopping: [TopicPartition: Int64] = [:]
    /// The topic of the last message: most neighbours share it.
    private var lastTopic: (raw: OpaquePointer?, index: Int) = (nil, 0)

    init(
        _ settings: KafkaSettings, _ membership: KafkaMembership, topics: [String], group: String?
    ) throws(LogError) {
        self.membership = membership
        client = try KafkaClient(settings, .consumer(group: group)) { membership.register($0) }
        queue = KafkaQueue(client) { rd_kafka_queue_get_consumer($0) }
    }

    deinit { dropTaken() }

    func subscribe(_ topics: [String]) throws(LogError) {
        let list = KafkaTopicList()
        for topic in topics { list.add(topic, -1) }
        let error = rd_kafka_subscribe(client.raw, list.raw)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else { throw .unusable("cannot subscribe: \(error.text)") }
    }

    /// Nil: reads nothing any more.
    func assign(_ places: [TopicPartition: Int64]?) {
        awaitStops()
        stopping = Dictionary(uniqueKeysWithValues: standing.keys.map { ($0, places?[$0] ?? 0) })
        standing = places ?? [:]
        guard let places else {
            rd_kafka_assign(client.raw, nil)
            return
        }
        let list = KafkaTopicList()
        for (place, offset) in places { list.add(place.topic, place.partition, offset: offset) }
        let error = rd_kafka_assign(client.raw, list.raw)
        if error != RD_KAFKA_RESP_ERR_NO_ERROR { Log.warning("kafka assign failed", ["error": error.text]) }
    }

    /// librdkafka ends the process where it has to stop a partition a second time before the first stop is done
    /// (rd_kafka_assignment_partition_stopped), as when an assignment is replaced twice in a moment, or closed right
    /// after it was replaced. A seek waits in the partition's queue behind the stop; what it does besides, the next
    /// assignment or the end undoes.
    private func awaitStops() {
        guard !stopping.isEmpty else { return }
        let list = KafkaTopicList()
        for (place, offset) in stopping { list.add(place.topic, place.partition, offset: offset) }
        if let error = rd_kafka_seek_partitions(client.raw, list.raw, 1000) { rd_kafka_error_destroy(error) }
        stopping = [:]
    }

    func addPartitions(_ places: [TopicPartition]) {
        for place in places { standing[place] = KafkaTopicList.beginning }
        let list = KafkaTopicList()
        for place in places { list.add(place.topic, place.partition, offset: KafkaTopicList.beginning) }
        guard let error = rd_kafka_incremental_assign(client.raw, list.raw) else { return }
        Log.warning("kafka assign failed", ["error": rd_kafka_error_code(error).text])
        rd_kafka_error_destroy(error)
    }

    func seek(_ topic: String, _ partition: Int32, _ offset: Int64) throws(LogError) {
        let deadline = Clock.monotonic + 5_000_000_000
        while true {
            let list = KafkaTopicList()
            list.add(topic, partition, offset: offset)
            let error = rd_kafka_seek_partitions(client.raw, list.raw, 5000)
            var code = error.map { rd_kafka_error_code($0) } ?? RD_KAFKA_RESP_ERR_NO_ERROR
            if let error { rd_kafka_error_destroy(error) }
            if code == RD_KAFKA_RESP_ERR_NO_ERROR { code = list.elements[0].err }
            if code == RD_KAFKA_RESP_ERR_NO_ERROR { return }
            // Assigned a moment ago, and librdkafka has not started on it yet.
            guard code == RD_KAFKA_RESP_ERR__STATE, Clock.monotonic < deadline else {
                throw .unavailable("seek in \(topic), partition \(partition): \(code.text)")
            }
            Clock.pause(5_000_000)
        }
    }

    /// Puts the next records into the batch; waits for the first one.
    func take(
        maxRecords: Int, maxBytes: Int, wait: UInt64, into batch: inout RecordBatch, _ messages: inout KafkaMessages,
        _ index: (UnsafePointer<CChar>) -> Int?
    ) throws(LogError) {
        var room = Room(records: maxRecords, bytes: maxBytes)
        var wait = Int32((wait + 999_999) / 1_000_000)
        while true {
            if taken.isEmpty {
                // librdkafka waits until the whole buffer is full, so we wait for one message only.
                let want = wait > 0 ? 1 : min(buffer.count, room.records)
                let count = rd_kafka_consume_batch_queue(queue.raw, wait, &buffer, want)
                let waited = wait > 0
                wait = 0
                guard count > 0 else { return }
                for i in 0..<Int(count) { if let message = buffer[i] { taken.append(message) } }
                if waited && taken.count == 1 && room.records > 1 {
                    let more = rd_kafka_consume_batch_queue(queue.raw, 0, &buffer, min(buffer.count, room.records) - 1)
                    for i in 0..<max(0, Int(more)) { if let message = buffer[i] { taken.append(message) } }
                }
            }
            var used = 0
            defer { taken.removeFirst(used) }
            for message in taken {
                switch message.pointee.err {
                case RD_KAFKA_RESP_ERR_NO_ERROR:
                    guard room.records > 0, room.admits(KafkaMessages.size(message)) else { return }
                    let topic = topicIndex(message, index)
                    messages.add(message, topic: UInt8(truncatingIfNeeded: topic), to: &batch)
                case RD_KAFKA_RESP_ERR__PARTITION_EOF:
                    if let topic = rd_kafka_topic_name(message.pointee.rkt).map({ String(cString: $0) }) {
                        ends[TopicPartition(topic, message.pointee.partition)] = message.pointee.offset
                    }
                default: try complain(message.pointee)
                }
                rd_kafka_message_destroy(message)
                used += 1
            }
        }
    }

    private func topicIndex(
        _ message: UnsafeMutablePointer<rd_kafka_message_t>, _ index: (UnsafePointer<CChar>) -> Int?
    ) -> Int {
        if message.pointee.rkt != lastTopic.raw {
            lastTopic = (message.pointee.rkt, rd_kafka_topic_name(message.pointee.rkt).flatMap(index) ?? 0)
        }
        return lastTopic.index
    }

    func takeTroubles() -> [TopicPartition: Bool] {
        defer { troubles = [:] }
        return troubles
    }

    func takeEnds() -> [TopicPartition: Int64] {
        defer { ends = [:] }
        return ends
    }

    /// Errors arrive as messages. librdkafka recovers from most of them itself.
    private func complain(_ message: rd_kafka_message_t) throws(LogError) {
        if let fatal = client.fatalError { throw .unavailable("the Kafka consumer failed for good: \(fatal)") }
        let topic = message.rkt.flatMap { rd_kafka_topic_name($0) }.map { String(cString: $0) } ?? ""
        let place = TopicPartition(topic, message.partition)
        let isLost = [RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET, RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE].contains(message.err)
        troubles[place] = isLost || troubles[place] == true
        Log.warning("kafka consumer", ["error": message.err.text, "topic": topic, "partition": message.partition])
    }

    func dropTaken() {
        for message in taken { rd_kafka_message_destroy(message) }
        taken = []
        ends = [:]
    }

    func dropTaken(at place: TopicPartition) {
        ends[place] = nil
        taken.removeAll { message in
            guard message.pointee.partition == place.partition, let name = rd_kafka_topic_name(message.pointee.rkt),
                String(cString: name) == place.topic
            else { return false }
            rd_kafka_message_destroy(message)
            return true
        }
    }

    /// Leaves the group, so that others get its partitions at once; takes two seconds at most.
    func close() {
        dropTaken()
        awaitStops()
        let closing = KafkaQueue(client) { rd_kafka_queue_new($0) }
        if let error = rd_kafka_consumer_close_queue(client.raw, closing.raw) {
            rd_kafka_error_destroy(error)
            return
        }
        let deadline = Clock.monotonic + 2_000_000_000
        while rd_kafka_consumer_closed(client.raw) == 0 {
            guard Clock.monotonic < deadline else {
                return client.abandon("the consumer could not leave its group in time")
            }
            guard let event = rd_kafka_queue_poll(closing.raw, 50) else { continue }
            // Not through the callback: in this queue it arrives as an event.
            if rd_kafka_event_type(event) == RD_KAFKA_EVENT_REBALANCE { rd_kafka_assign(client.raw, nil) }
            rd_kafka_event_destroy(event)
        }
    }
}
