// Where a reader stands in each partition, and where it goes on after the consumer has lost its place: the consumer
// never jumps by itself (auto.offset.reset=error). LogWatch finds out whether the records there are those that were
// read.

import Basics
import Telemetry

struct KafkaContinuity {
    private let lookup: KafkaLookup
    /// Where to start a partition without a committed offset.
    private let start: StartPosition
    /// The next offset to be read.
    private var next: [TopicPartition: Int64] = [:]
    private let removed = Metrics.shared.counter(
        "planetarium_log_records_removed_total", "Offsets that the log removed before they were read.",
        labels: ["backend": "kafka"])

    init(_ lookup: KafkaLookup, from start: StartPosition) {
        self.lookup = lookup
        self.start = start
    }

    /// Reads these from these offsets on; a negative one means the group's.
    mutating func begin(_ places: [TopicPartition: Int64]) {
        for (place, offset) in places { next[place] = offset >= 0 ? offset : nil }
    }

    mutating func took(_ batch: RecordBatch, of topics: [String]) {
        for (place, index) in batch.lastIndices(of: topics) { next[place] = batch.entries[index].offset + 1 }
    }

    /// Where to continue reading these.
    func places(_ partitions: Set<TopicPartition>) -> [TopicPartition: Int64] {
        Dictionary(uniqueKeysWithValues: partitions.map { ($0, next[$0] ?? KafkaTopicList.committed) })
    }

    /// Finds where to continue a partition in which the consumer has lost its place. Before the partition's beginning:
    /// there, and the loss is logged. Beyond its end: at its beginning; returns why this can't be the same log.
    mutating func resolve(_ place: TopicPartition) -> LogError? {
        // If the cluster can't be asked now, the consumer will report it again from the old place.
        guard let bounds = try? lookup.bounds(of: place.topic, [place.partition])[0] else { return nil }
        let position = next[place] ?? (start == .earliest ? bounds.first : bounds.next)
        guard position <= bounds.next else {
            next[place] = bounds.first
            return .replaced(
                "\(place) ends before offset \(bounds.next), and was read up to \(position). \(LogMismatch.advice)")
        }
        next[place] = max(position, bounds.first)
        guard position < bounds.first else { return nil }
        removed.add(Int(bounds.first - position))
        Log.error(
            "records are gone: the log removed them before they were read",
            ["topic": place.topic, "partition": place.partition, "first": position, "last": bounds.first - 1])
        return nil
    }
}
