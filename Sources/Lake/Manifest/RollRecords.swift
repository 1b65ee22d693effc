// The last record of each roll of a partition, as far as its manifest tells of them: where a log that lost its end
// still is the one that the lake was made from.

import Basics

package enum RollRecords {
    /// In the order of offsets.
    package static func of(_ place: TopicPartition, in store: any FileStore) throws(LakeError) -> [ManifestRecord] {
        var records: [ManifestRecord] = []
        _ = try ManifestHistory(store, topic: place.topic, partition: place.partition) { entry in
            if let record = entry.record { records.append(record) }
        }
        return records
    }
}
