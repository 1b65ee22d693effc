// The reader on a cluster: a member of a consumer group, or a reader of all partitions. Everything happens on the
// polling thread, including the group's rebalance callback. Offsets are committed when the caller says so, never by
// librdkafka.

import Basics
import Threads

final class KafkaReader: LogReader {
    let topics: [String]
    let interrupt: @Sendable () -> Void
    let lookup: KafkaLookup
    /// The log's `close` uses it to end a poll.
    let wake: ReaderWake
    private let membership: KafkaMembership
    private var commits: KafkaCommits?
    /// Nil when closed.
    private var consumer: KafkaConsumer?
    private var changes: [PartitionChange] = []
    /// Reported but not begun: a `seek` may still change the offsets.
    private var upcoming: [TopicPartition: Int64]?
    private(set) var assigned: Set<TopicPartition> = []
    private var continuity: KafkaContinuity
    private var isHoldingRevocation = false
    private var messages = KafkaMessages()
    /// Nil in a group: the group's leader looks.
    private var nextLook: UInt64?
    private let lookInterval: UInt64

    init(
        _ settings: KafkaSettings, _ lookup: KafkaLookup, topics: [String], from start: StartPosition, group: String?
    ) throws(LogError) {
        self.topics = topics
        self.lookup = lookup
        continuity = KafkaContinuity(lookup, from: start)
        lookInterval = UInt64(settings.options.kafkaNewPartitionsMilliseconds) * 1_000_000
        var places: [TopicPartition: Int64] = [:]
        for topic in topics {
            guard group == nil else {
                _ = try lookup.topics.partitions(of: topic)
                continue
            }
            // Asked for now: `latest` is the topic's end at this moment, not at the first fetch.
            for bounds in try lookup.bounds(of: topic) {
                places[TopicPartition(topic, bounds.partition)] =
                    start == .earliest ? bounds.first : bounds.next
            }
        }
        let membership = KafkaMembership(topics)
        self.membership = membership
        let consumer = try KafkaConsumer(settings, membership, topics: topics, group: group)
        self.consumer = consumer
        commits = group.map { KafkaCommits(consumer.client, settings.patience, group: $0) }
        wake = ReaderWake(consumer.queue)
        interrupt = { [wake] in wake.interrupt() }
        guard group != nil else {
            nextLook = Clock.monotonic + lookInterval
            begin(places)
            return
        }
        try consumer.subscribe(topics)
    }

    deinit { close() }

    func takeChanges() -> [PartitionChange] {
        defer { changes = [] }
        return changes
    }

    func takeEnds() -> [PartitionEnd] {
        let ends = consumer?.takeEnds() ?? [:]
        return ends.map { PartitionEnd(partition: $0.key, offset: $0.value) }
    }

    func poll(maxRecords: Int, maxBytes: Int, timeout: UInt64) throws(LogError) -> RecordBatch {
        let (sum, overflow) = Clock.monotonic.addingReportingOverflow(timeout)
        let deadline = overflow ? UInt64.max : sum
        var batch = RecordBatch()
        messages.begin()
        while true {
            guard let consumer, !wake.isClosed else { throw .closed }
            if wake.take() { return batch }
            commits?.collect(wait: 0)
            if note(membership.takeEvents(), consumer) { return batch }
            if let places = upcoming {
                upcoming = nil
                assigned = Set(places.keys)
                continuity.begin(places)
                consumer.assign(places)
            }
            let now = Clock.monotonic
            if isHoldingRevocation {
                guard now < deadline else { return batch }
                wake.wait(deadline - now)
                continue
            }
            lookForPartitions(now, consumer)
            try resolve(consumer.takeTroubles(), consumer)
            try consumer.take(
                maxRecords: maxRecords, maxBytes: maxBytes,
                wait: min(deadline > now ? deadline - now : 0, 1_000_000_000),
                into: &batch, &messages, topicIndex)
            if !batch.isEmpty {
                continuity.took(batch, of: topics)
                lookup.watch.withLock { $0 }?.read(batch, of: topics)
                return batch
            }
            if Clock.monotonic >= deadline && membership.isQuiet { return batch }
        }
    }

    private func resolve(_ troubles: [TopicPartition: Bool], _ consumer: KafkaConsumer) throws(LogError) {
        guard !troubles.isEmpty else { return }
        lookup.watch.withLock { $0 }?.hurry()
        let lost = troubles.filter { $0.value && assigned.contains($0.key) }.keys
        guard !lost.isEmpty else { return }
        let failures = lost.sorted().compactMap { continuity.resolve($0) }
        // Assign all anew: librdkafka can't seek a partition without a position, nor assign a group's one by one.
        consumer.dropTaken()
        consumer.assign(continuity.places(assigned))
        if let failure = failures.first { throw failure }
    }

    private func topicIndex(_ name: UnsafePointer<CChar>) -> Int? { topics.firstIndex(of: String(cString: name)) }

    /// True when there is something to report.
    private func note(_ events: [KafkaMembership.Event], _ consumer: KafkaConsumer) -> Bool {
        for event in events {
            switch event {
            case .assign(let partitions):
                takeAway(consumer)
                begin(Dictionary(partitions.map { ($0, KafkaTopicList.committed) }) { first, _ in first })
            case .revoke(let partitions, let isLost):
                forgetAssignment(consumer)
                if partitions.isEmpty || isLost {
                    consumer.assign(nil)
                    if !partitions.isEmpty { changes.append(.lost(partitions)) }
                } else {
                    isHoldingRevocation = true
                    changes.append(.revoked(partitions))
                }
            }
        }
        return !events.isEmpty
    }

    /// Before an assignment: where topics have changed, librdkafka joins the group anew and tells of no revocation
    /// while the last assignment waits to be begun (rd_kafka_cgrp_revoke_all_rejoin). Others may have had the
    /// partitions since.
    private func takeAway(_ consumer: KafkaConsumer) {
        let before = assigned.union(upcoming?.keys.map { $0 } ?? [])
        guard !before.isEmpty else { return }
        forgetAssignment(consumer)
        changes.append(.lost(before.sorted()))
    }

    private func forgetAssignment(_ consumer: KafkaConsumer) {
        upcoming = nil
        assigned = []
        consumer.dropTaken()
    }

    private func begin(_ places: [TopicPartition: Int64]) {
        upcoming = places
        changes.append(.assigned(places.keys.sorted()))
    }

    func acknowledgeRevocation() {
        guard isHoldingRevocation, let consumer else { return }
        commits?.settle()
        isHoldingRevocation = false
        consumer.assign(nil)
    }

    func seek(topic: String, partition: Int32, offset: Int64) throws(LogError) {
        guard let consumer else { throw .closed }
        guard topics.contains(topic) else { throw .unknownTopic(topic) }
        let place = TopicPartition(topic, partition)
        guard upcoming?[place] != nil || assigned.contains(place) else {
            throw .unknownTopic("\(topic), partition \(partition)")
        }
        let bounds = try lookup.bounds(of: topic, [partition])[0]
        guard offset >= bounds.first && offset <= bounds.next else { throw .offsetOutOfRange(first: bounds.first) }
        if upcoming?[place] != nil {
            upcoming?[place] = offset
        } else {
            consumer.dropTaken(at: place)
            continuity.begin([place: offset])
            try consumer.seek(topic, partition, offset)
        }
    }

    func commit(topic: String, partition: Int32, offset: Int64) throws(LogError) {
        guard topics.contains(topic) else { throw .unknownTopic(topic) }
        guard consumer != nil else { throw .closed }
        commits?.commit(topic, partition, offset)
    }

    /// If a topic has grown, its new partitions are read from their first record.
    private func lookForPartitions(_ now: UInt64, _ consumer: KafkaConsumer) {
        guard let due = nextLook, now >= due else { return }
        var new: [TopicPartition] = []
        for topic in topics {
            // If the cluster can't be asked now, the next look asks again.
            guard let count = try? lookup.topics.partitions(of: topic) else { continue }
            new += (0..<count).map { TopicPartition(topic, $0) }.filter { !assigned.contains($0) }
        }
        nextLook = Clock.monotonic + lookInterval
        guard !new.isEmpty else { return }
        for each in new { assigned.insert(each) }
        continuity.begin(Dictionary(uniqueKeysWithValues: new.map { ($0, 0) }))
        consumer.addPartitions(new)
        changes.append(.assigned(new))
    }

    func close() {
        guard let consumer else { return }
        // A missing commit only makes the next reader read a little again: the lake knows what is stored.
        commits?.settle(atMost: 2000)
        membership.isClosing = true
        wake.detach()
        consumer.close()
        commits = nil
        self.consumer = nil
    }
}
