// A partition this process reads: how far it is, what of it the lake has, and the tally its records go to.
// Not how it came to be owned (Ownership.swift).

import Basics
import Lake
import PlanetCore

final class OwnedPartition {
    let key: PartitionKey
    /// The topic's name in the log.
    let topic: String
    /// Shared by all partitions where the process owns the whole log.
    let tally: Tally
    /// The next offset to be applied.
    var next: Int64 = 0
    /// Where the log was read to its end: beyond `next` where its last offsets are no records (PartitionEnd).
    var reached: Int64 = 0
    /// The offset last committed to the group.
    var told: Int64 = 0
    /// Caught up from here on: the log's end when the partition came.
    var goal: Int64 = 0
    /// The last offset in the lake when the partition came: rows up to here are stored already.
    var committed: Int64 = -1
    /// Where the next stored batch begins; nil: at its first record. Offsets that the log left out (compaction, a
    /// transaction's marks) belong to the batch after them, so that file names have no gaps.
    var storeNext: Int64?
    /// UTC days of the rows in the open roll, in the order they came; none without one.
    var openDays: [UTCDay] = []
    /// The last record taken of the batch in hand, by its place in it.
    var lastIndex: Int?
    /// The last record taken before that.
    var record: ManifestRecord?
    /// The last record in the lake, or else the first one that was taken: what is read must come after it.
    var anchor: ManifestRecord?
    /// Where the log began when the partition came.
    var first: Int64 = 0
    /// Offsets without a record since the last look at the log's bounds; more are not asked about.
    var gaps: [Range<Int64>] = []
    static let keptGaps = 64
    /// Offsets that the log had removed before they were read, until a roll tells of them.
    var gone: [ClosedRange<Int64>] = []
    /// The newest time stamp seen.
    var newest: Int64 = .min
    /// Kept while others might write this partition of the lake too.
    var lock: (any LakeLock)?
    /// The state last published (SharedPublisher).
    var publishedNext: Int64 = 0
    var publishedAt: UInt64 = 0

    init(_ key: PartitionKey, topic: String, _ tally: Tally) {
        self.key = key
        self.topic = topic
        self.tally = tally
    }

    var place: TopicPartition { TopicPartition(topic, key.partition) }

    /// Everything below it was read, as far as there was a record.
    var position: Int64 { max(next, reached) }

    var isCaughtUp: Bool { position >= goal }

    /// "planet-discoveries/3": its name in the topic planet-state.
    var name: String { "\(topic)/\(key.partition)" }

    /// The lake holds everything up to `offset`.
    func isStored(_ offset: Int64?) {
        committed = offset ?? -1
        storeNext = offset.map { $0 + 1 }
    }
}

extension Positions {
    /// How far these are.
    init(of partitions: some Sequence<OwnedPartition>) {
        self.init()
        for partition in partitions { self[partition.place] = partition.next }
    }
}
