// Over how many partitions the keys of a topic are spread: as many as it had at its birth. A topic that grows later
// keeps to that number, so that all records of a key stay in one partition. It stands in a compacted topic of the same
// log (planet-state), where every process finds it, and in the lake.

import Basics
import Telemetry
import Threads

package struct KeyedPartitions: Sendable, Equatable {
    package let topic: String
    package let count: Int32
    /// 8 hexadecimal digits: tells these records from those of another log under the topic's name.
    package let name: String
    /// Of several records of a topic the highest counts; of equal ones the first in the log.
    let generation: Int
    /// Which of its lake's logs this one is, as people count: 1 is the first. The planets of those before are in the
    /// lake alone.
    package let chapter: Int

    /// The partition of a key that is not empty, by the rule of Kafka's Java client.
    package func home(of key: String) -> Int32 {
        Partitioner.partition(of: Array(key.utf8)[...], among: count)
    }

    /// For tests, and for whoever has asked the log.
    package init(topic: String, count: Int32, name: String, generation: Int = 1, chapter: Int = 1) {
        self.topic = topic
        self.count = count
        self.name = name
        self.generation = generation
        self.chapter = chapter
    }

    private static let kind = "partitions"
    /// Reading the topic where it stands, and waiting for the acknowledgement, may take as long.
    private static let patience: UInt64 = 60_000_000_000

    /// What the log says; nil where it says nothing yet. Reads the whole of `state`.
    package static func read(
        _ log: any EventLog, of topic: String, in state: String
    ) throws(LogError) -> KeyedPartitions? {
        var goals: [TopicPartition: Int64] = [:]
        for bounds in try log.bounds(of: state) where bounds.next > bounds.first {
            goals[TopicPartition(state, bounds.partition)] = bounds.next
        }
        let reader = try log.reader(topics: [state], from: .earliest, group: nil)
        defer { reader.close() }
        _ = reader.takeChanges()
        let deadline = Clock.monotonic + patience
        var found: KeyedPartitions?
        while !goals.isEmpty {
            let batch = try reader.poll(maxRecords: 4096, maxBytes: 8 << 20, timeout: 250_000_000)
            _ = reader.takeChanges()
            for (index, entry) in batch.entries.enumerated() {
                if let said = KeyedPartitions(batch, index), said.topic == topic,
                    said.generation > found?.generation ?? 0
                {
                    found = said
                }
                let place = TopicPartition(state, entry.partition)
                if let goal = goals[place], entry.offset + 1 >= goal { goals[place] = nil }
            }
            for end in reader.takeEnds() {
                if let goal = goals[end.partition], end.offset >= goal { goals[end.partition] = nil }
            }
            guard Clock.monotonic < deadline else { throw .unavailable("reading topic \(state): no end in time") }
        }
        return found
    }

    private init?(_ batch: borrowing RecordBatch, _ index: Int) {
        func text(_ name: String) -> String? { batch.header(index, name).map { String(decoding: $0, as: UTF8.self) } }
        guard text("kind") == KeyedPartitions.kind, let topic = text("topic"), let name = text("name"),
            let count = text("partitions").flatMap({ Int32($0) }), count > 0,
            let generation = text("generation").flatMap({ Int($0) }), generation > 0
        else { return nil }
        self.init(
            topic: topic, count: count, name: name, generation: generation,
            chapter: text("chapter").flatMap { Int($0) } ?? 1)
    }

    /// The number that the log has, else `known` (the lake's), else as many as there are now. Written down where it
    /// was not, and where the lake knows better. `chapter`: the lake's, where there is one at hand.
    package static func settle(
        _ log: any EventLog, of topic: String, in state: String, known: Int32? = nil, chapter: Int? = nil
    ) throws(LogError) -> KeyedPartitions {
        let now = Int32(try log.bounds(of: topic).count)
        let said = try read(log, of: topic, in: state)
        // A topic that has fewer than it had at birth is another one.
        if let said, said.count == known ?? said.count, said.chapter == chapter ?? said.chapter,
            known != nil || said.count <= now
        {
            return said
        }
        let made = try begin(
            log, of: topic, in: state, count: known ?? now, chapter: chapter ?? said?.chapter ?? 1, after: said)
        switch said {
        case let said? where said.count == made.count:
            Log.info("the log is one of several of its lake", ["topic": topic, "chapter": made.chapter])
        case let said?:
            Log.warning(
                "another number of partitions has the keys from now on; other processes must be started again",
                ["topic": topic, "partitions": made.count, "was": said.count, "now": now])
        case nil:
            Log.info("partitions that have the keys", ["topic": topic, "partitions": made.count, "now": now])
        }
        return made
    }

    /// Writes a number down that counts from now on, under a new name; returns what counts, another process's record if
    /// that came first.
    package static func begin(
        _ log: any EventLog, of topic: String, in state: String, count: Int32, chapter: Int = 1,
        after said: KeyedPartitions?
    ) throws(LogError) -> KeyedPartitions {
        let new = KeyedPartitions(
            topic: topic, count: count, name: Hex.random(bytes: 4), generation: (said?.generation ?? 0) + 1,
            chapter: chapter)
        let reply = Reply<Result<[LogPosition], LogError>>()
        try log.writer().append(new.record, topic: state, ticket: 0) { reply.give($0.result) }
        _ = try reply.wait().get()
        return try read(log, of: topic, in: state) ?? new
    }

    /// A key of its own, so that compaction keeps the first of two that were written at once.
    private var record: RecordBatch {
        var batch = RecordBatch()
        let headers = batch.addHeaders([
            RecordHeader("kind", KeyedPartitions.kind), RecordHeader("topic", topic),
            RecordHeader("partitions", "\(count)"), RecordHeader("name", name),
            RecordHeader("generation", "\(generation)"), RecordHeader("chapter", "\(chapter)"),
        ])
        batch.append(key: "partitions/\(topic)/\(name)".utf8, value: Array("\(count)".utf8), headers: headers)
        return batch
    }
}
