// How many partitions the keys of a topic are spread over: as many as the topic had when it was made. A topic that
// grows later keeps that number, so that all records of a key stay in one partition. It is stored in the lake and in a
// compacted topic of the same log (planet-state), where every process finds it.

import Basics
import Telemetry
import Threads

package struct KeyedPartitions: Sendable, Equatable {
    package let topic: String
    package let count: Int32
    /// 8 hexadecimal digits: tells these records from those of a different log whose topic has the same name.
    package let name: String
    /// Of several records of a topic the highest generation counts; of equal ones the first in the log.
    let generation: Int
    /// The number of this log among those of its lake, from 1. The planets of earlier ones are in the lake alone.
    package let chapter: Int

    /// The partition of a key (not empty), by the rule of Kafka's Java client.
    package func home(of key: String) -> Int32 {
        Partitioner.partition(of: Array(key.utf8)[...], among: count)
    }

    /// For tests, and for callers that have asked the log.
    package init(topic: String, count: Int32, name: String, generation: Int = 1, chapter: Int = 1) {
        self.topic = topic
        self.count = count
        self.name = name
        self.generation = generation
        self.chapter = chapter
    }

    private static let kind = "partitions"
    /// Time limit for reading the topic to its end, and for waiting for the acknowledgement.
    private static let patience: UInt64 = 60_000_000_000

    /// What the log says; nil if it says nothing yet. Reads the whole of `state`.
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

    /// The log's number, else `known` (the lake's), else the current number of partitions. Writes it if the log has
    /// none, or if the lake knows better. `chapter`: the lake's, if there is one at hand.
    package static func settle(
        _ log: any EventLog, of topic: String, in state: String, known: Int32? = nil, chapter: Int? = nil
    ) throws(LogError) -> KeyedPartitions {
        let now = Int32(try log.bounds(of: topic).count)
        let said = try read(log, of: topic, in: state)
        // A topic with fewer partitions than at its birth is a different one.
        if let said, said.count == known ?? said.count, said.chapter == chapter ?? said.chapter,
            known != nil || said.count <= now
        {
            return said
        }
        let made = try begin(
            log, of: topic, in: state, count: known ?? now, chapter: chapter ?? said?.chapter ?? 1, after: said)
        switch said {
        case let said? where said.count == made.count:
            Log.info("the log is not the only one of its lake", ["topic": topic, "chapter": made.chapter])
        case let said?:
            Log.warning(
                "the keys are spread over another number of partitions from now on; restart the other processes",
                ["topic": topic, "partitions": made.count, "was": said.count, "now": now])
        case nil:
            Log.info("partitions for the keys", ["topic": topic, "partitions": made.count, "now": now])
        }
        return made
    }

    /// Writes a number that counts from now on, under a name of its own. Returns the one in force: another process's if
    /// it came first.
    package static func begin(
        _ log: any EventLog, of topic: String, in state: String, count: Int32, chapter: Int = 1,
        after said: KeyedPartitions?
    ) throws(LogError) -> KeyedPartitions {
        let generation = (said?.generation ?? 0) + 1
        let new = KeyedPartitions(
            topic: topic, count: count, name: name(try log.identity(of: topic), generation), generation: generation,
            chapter: chapter)
        let reply = Reply<Result<[LogPosition], LogError>>()
        try log.writer().append(new.record, topic: state, ticket: 0) { reply.give($0.result) }
        _ = try reply.wait().get()
        return try read(log, of: topic, in: state) ?? new
    }

    /// The same for all who ask, so that one who can't write it knows it, too (spark/planetarium/sent_on.py).
    private static func name(_ identity: String, _ generation: Int) -> String {
        String(SHA256.hex(Array("\(identity) \(generation)".utf8)).prefix(8))
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
