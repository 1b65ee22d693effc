// Where the rolls of a partition end, as far as its manifest tells of them: where a log that lost its end still is the
// one that the lake was made from.

import Basics

package struct RollEnd: Sendable {
    /// Of its last record, in the lake.
    package let offset: Int64
    /// Nil in a lake from before there were fingerprints, and of files that were adopted.
    package let record: ManifestRecord?

    /// In the order of offsets.
    package static func all(
        of place: TopicPartition, in store: any FileStore
    ) throws(LakeError) -> [RollEnd] {
        var ends: [RollEnd] = []
        _ = try ManifestHistory(store, topic: place.topic, partition: place.partition) { entry in
            guard entry.kind == .roll || entry.kind == .adoption else { return }
            ends.append(RollEnd(offset: entry.record?.offset ?? entry.last, record: entry.record))
        }
        return ends
    }
}
