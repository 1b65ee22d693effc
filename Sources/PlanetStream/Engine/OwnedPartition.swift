// A partition that this process reads: its progress, what the lake has of it, and the tally of its records.
// Ownership.swift acquires it.

import Basics
import Lake
import PlanetCore

final class OwnedPartition {
    let key: PartitionKey
    /// The topic's name in the log.
    let topic: String
    /// Shared by all partitions if the process owns the whole log.
    let tally: Tally
    /// The next offset to be applied.
    var next: Int64 = 0
    /// How far the log was read: beyond `next` if its last offsets are no records (PartitionEnd).
    var reached: Int64 = 0
    /// The offset last committed to the group.
    var told: Int64 = 0
    /// Caught up from here on: the log's end when the partition was taken on.
    var goal: Int64 = 0
    /// The last offset in the lake when the partition was taken on: rows up to it are stored already.
    var committed: Int64 = -1
    /// Where the next stored batch begins; nil: at its first record. Offsets that the log skips (compaction,
    /// transaction markers) count to the following batch, so that file names have no gaps.
    var storeNext: Int64?
    /// UTC days of the rows in the open roll, in order of arrival; empty without a roll.
    var openDays: [UTCDay] = []
    /// The last record taken from the batch in hand: its index in the batch.
    var lastIndex: Int?
    /// The last record taken before that.
    var record: ManifestRecord?
    /// The last record in the lake, or else the first one taken: what is read must follow it.
    var anchor: ManifestRecord?
    /// Where the log began when the partition was taken on.
    var first: Int64 = 0
    /// Offsets without a record since the last look at the log's bounds; the number is limited.
    var gaps: [Range<Int64>] = []
    static let keptGaps = 64
    /// Offsets that the log had removed before they were read, until a roll records them.
    var gone: [ClosedRange<Int64>] = []
    /// Misplaced records below it, in the log's own offsets, were sent on before.
    var sentThrough: Int64 = 0
    /// Some were sent on that are not known to be below `sentThrough`.
    var hasSentOn = false
    /// The newest time stamp seen.
    var newest: Int64 = .min
    /// Held while others might write this partition of the lake, too.
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

    /// Everything below it was read, as far as there were records.
    var position: Int64 { max(next, reached) }

    var isCaughtUp: Bool { position >= goal }

    /// "planet-discoveries/3": its name in the topic planet-state.
    var name: String { "\(place)" }

    /// The lake holds everything up to `offset`.
    func isStored(_ offset: Int64?) {
        committed = offset ?? -1
        storeNext = offset.map { $0 + 1 }
    }
}

extension Positions {
    /// The positions of these partitions.
    init(of partitions: some Sequence<OwnedPartition>) {
        self.init()
        for partition in partitions { self[partition.place] = partition.next }
    }
}
