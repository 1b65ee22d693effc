// Where the rolls of a partition end, as far as its manifest says: up to there, a log that lost its end is still the
// one that the lake was made from.

import Basics

package struct RollEnd: Sendable {
    /// The offset of its last record in the lake.
    package let offset: Int64
    /// Nil in a lake older than fingerprints, and for adopted files.
    package let record: ManifestRecord?

    /// In offset order.
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
