// Where things lie in the cluster: bounds of partitions, a group's offsets, single records. Each call is bounded in
// time and follows nothing.

import CRdKafka
import Threads

final class KafkaLookup: Sendable {
    private let client: KafkaClient
    private let uncommitted: KafkaClient
    let topics: KafkaTopics
    private let patience: KafkaPatience
    private var wait: Int32 { patience.milliseconds }
    /// Held while a call has the client read records.
    private let reading = Guarded(KafkaMessages())
    private let name = Guarded<String?>(nil)
    /// Set by the readers.
    let watch = Guarded<LogWatch?>(nil)

    init(_ settings: KafkaSettings) throws(LogError) {
        client = try KafkaClient(settings, .lookup)
        uncommitted = try KafkaClient(settings, .uncommitted)
        topics = KafkaTopics(client, settings)
        patience = settings.patience
    }

    /// The cluster's id (KIP-78); "unnamed" if it answers and has none.
    func cluster() throws(LogError) -> String {
        if let known = name.withLock({ $0 }) { return known }
        var found = "unnamed"
        if let text = rd_kafka_clusterid(client.raw, wait) {
            found = String(cString: text)
            rd_kafka_mem_free(client.raw, text)
        } else {
            try topics.askForAnything()
        }
        if found.isEmpty { found = "unnamed" }
        name.withLock { $0 = found }
        return found
    }

    func ensure(_ topic: String, _ options: TopicOptions) throws(LogError) {
        try topics.makeIfMissing(topic, options)
        let deadline = Clock.monotonic + KafkaLookup.patienceWithLeaders
        while true {
            let reason: String
            do throws(LogError) {
                _ = try bounds(of: topic)
                return
            } catch {
                switch error {
                case .unavailable(let text): reason = text
                case .unknownTopic: reason = "topic \(topic) was made and is not there yet"
                default: throw error
                }
            }
            guard Clock.monotonic < deadline else { throw .unavailable(reason) }
            Clock.pause(50_000_000)
        }
    }

    /// How long to wait for a new topic's partitions: each needs a leader, and that broker must learn of it.
    private static let patienceWithLeaders: UInt64 = 30_000_000_000

    func bounds(of topic: String) throws(LogError) -> [PartitionBounds] {
        let partitions = try topics.partitions(of: topic)
        return try bounds(of: topic, Array(0..<partitions))
    }

    /// Three requests to each leader, whatever the number of partitions.
    func bounds(of topic: String, _ partitions: [Int32]) throws(LogError) -> [PartitionBounds] {
        let first = try offsets(topic, partitions, KafkaTopicList.beginning, client)
        let next = try offsets(topic, partitions, KafkaTopicList.end, client)
        let ends = try offsets(topic, partitions, KafkaTopicList.end, uncommitted)
        return partitions.indices.map { index in
            var bounds = PartitionBounds(
                partition: partitions[index], first: min(first[index], next[index]), next: next[index])
            bounds.held = max(0, ends[index] - next[index])
            return bounds
        }
    }

    /// ListOffsets (KIP-79): the time stamps -2 and -1 mean the first and the next offset. If the client reads
    /// committed records only, the end is the last stable one, before the first open transaction. Asks again, within
    /// the time allowed, while a partition changes its leader.
    private func offsets(
        _ topic: String, _ partitions: [Int32], _ time: Int64, _ client: KafkaClient
    ) throws(LogError) -> [Int64] {
        let deadline = Clock.monotonic + UInt64(wait) * 1_000_000
        while true {
            let list = KafkaTopicList()
            for partition in partitions { list.add(topic, partition, offset: time) }
            var error = rd_kafka_offsets_for_times(client.raw, list.raw, wait)
            var place = ""
            if error == RD_KAFKA_RESP_ERR_NO_ERROR,
                let failed = list.elements.first(where: { $0.err != RD_KAFKA_RESP_ERR_NO_ERROR })
            {
                (error, place) = (failed.err, ", partition \(failed.partition)")
            }
            if error == RD_KAFKA_RESP_ERR_NO_ERROR { return list.elements.map { max(0, $0.offset) } }
            // The topic has grown, and this client doesn't know that yet.
            let isNew = error == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION
            if isNew { topics.refresh(topic, client) }
            guard isNew || KafkaLookup.betweenLeaders.contains(error.rawValue), Clock.monotonic < deadline else {
                throw .unavailable("offsets of topic \(topic)\(place): \(error.text)")
            }
            Clock.pause(50_000_000)
        }
    }

    private static let betweenLeaders: Set = [
        RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION.rawValue, RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE.rawValue,
        RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH.rawValue, RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH.rawValue,
        RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE.rawValue,
    ]

    func lag(of topic: String, group: String) throws(LogError) -> [PartitionLag] {
        let bounds = try bounds(of: topic)
        let committed = try KafkaGroup(client, patience, group).notes(topic, bounds.map(\.partition))
        return bounds.map { PartitionLag(bounds: $0, committed: committed[$0.partition]?.offset) }
    }

    func notes(of topic: String, group: String) throws(LogError) -> [Int32: GroupNote] {
        let partitions = try topics.partitions(of: topic)
        return try KafkaGroup(client, patience, group).notes(topic, Array(0..<partitions))
    }

    func keep(_ notes: [Int32: GroupNote], of topic: String, group: String) throws(LogError) {
        try KafkaGroup(client, patience, group).keep(topic, notes)
    }

    /// The records at these offsets, in the order asked for; missing ones are left out.
    func fetch(topic: String, partition: Int32, offsets: [Int64]) throws(LogError) -> RecordBatch {
        guard partition >= 0, partition < (try topics.partitions(of: topic)) else {
            throw .unknownTopic("\(topic), partition \(partition)")
        }
        let bounds = try bounds(of: topic, [partition])[0]
        let wanted = Set(offsets.filter { $0 >= bounds.first && $0 < bounds.next }).sorted()
        guard !wanted.isEmpty else { return RecordBatch() }
        let found = try reading.withLock { (messages) throws(LogError) -> RecordBatch in
            defer {
                messages.begin()
                rd_kafka_assign(client.raw, nil)
            }
            return try read(topic, partition, wanted, bounds.next, &messages)
        }
        var places: [Int64: Int] = [:]
        for (index, entry) in found.entries.enumerated() { places[entry.offset] = index }
        var batch = RecordBatch()
        for offset in offsets {
            guard let at = places[offset] else { continue }
            let entry = found.entries[at]
            batch.append(
                key: found.key(at), value: found.value(at), headers: batch.addHeaders(found.headers(at)),
                partition: entry.partition, offset: entry.offset, timestamp: entry.timestamp)
        }
        return batch
    }

    /// Goes through the partition, and jumps where the next wanted record is far away.
    private func read(
        _ topic: String, _ partition: Int32, _ wanted: [Int64], _ end: Int64,
        _ messages: inout KafkaMessages
    ) throws(LogError) -> RecordBatch {
        var batch = RecordBatch()
        let deadline = Clock.monotonic + UInt64(wait) * 1_000_000
        var left = wanted[...]
        /// The next offset expected; nil before the first jump.
        var at: Int64?
        while let target = left.first {
            if at.map({ target - $0 > 100 }) ?? true {
                let list = KafkaTopicList()
                list.add(topic, partition, offset: target)
                rd_kafka_assign(client.raw, list.raw)
                at = target
            }
            guard let message = rd_kafka_consumer_poll(client.raw, 100) else {
                guard Clock.monotonic < deadline else {
                    throw .unavailable("reading topic \(topic): no answer in time")
                }
                continue
            }
            defer { rd_kafka_message_destroy(message) }
            switch message.pointee.err {
            case RD_KAFKA_RESP_ERR_NO_ERROR:
                let offset = message.pointee.offset
                // Left over from before the jump.
                guard let expected = at, offset >= expected else { continue }
                at = offset + 1
                if offset == target { messages.add(message, topic: 0, to: &batch) }
                // Compaction dropped the wanted record before it.
                left = left.drop { $0 <= offset }
            case RD_KAFKA_RESP_ERR__PARTITION_EOF:
                if message.pointee.offset >= end { return batch }
            // The record was removed after the bounds were asked for.
            case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET: return batch
            default:
                if let fatal = client.fatalError { throw .unavailable("reading topic \(topic): \(fatal)") }
            }
            guard Clock.monotonic < deadline else { throw .unavailable("reading topic \(topic): no answer in time") }
        }
        return batch
    }
}
