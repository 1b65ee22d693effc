// All segments of a partition's manifest, read from the first to the last. Names what doesn't fit, and goes on with
// what can be read.

import Basics

struct ManifestHistory: Sendable {
    let folder: String
    private(set) var state: ManifestState
    private(set) var faults: [ManifestFinding] = []
    /// Whether there is a segment at all.
    private(set) var isThere = false
    private(set) var entries = 0

    /// `each` hears every entry in turn.
    init(
        _ store: any FileStore, topic: String, partition: Int32, each: (ManifestEntry) -> Void = { _ in }
    ) throws(LakeError) {
        folder = ManifestSegment.folder(topic, partition)
        state = ManifestState(topic: topic, partition: partition)
        let listing = try ManifestSegment.list(folder, in: store)
        for name in listing.damaged {
            faults.append(
                ManifestFinding(
                    reason: .damagedManifest, path: "\(folder)/\(name)", detail: "set aside when it could not be read"))
        }
        isThere = !listing.segments.isEmpty
        for segment in listing.segments {
            let path = "\(folder)/\(segment.name)"
            let content = try ManifestSegment.read(path, size: segment.size, in: store)
            if let head = content.head, let objection = state.objection(to: head) {
                faults.append(ManifestFinding(reason: .damagedManifest, path: path, detail: "line 1: \(objection)"))
            }
            for (index, entry) in content.entries.enumerated() {
                entries += 1
                for fault in state.take(entry) {
                    faults.append(
                        ManifestFinding(
                            reason: fault.reason, path: fault.path ?? path,
                            detail: (fault.path == nil ? "" : "\(path) ") + "line \(index + 2): \(fault.detail)"))
                }
                each(entry)
            }
            if let damage = content.damage {
                faults.append(
                    ManifestFinding(
                        reason: .damagedManifest, path: path, detail: "line \(damage.line): \(damage.reason)"))
            }
        }
    }

    /// Partitions that have a manifest.
    static func partitions(_ store: any FileStore) throws(LakeError) -> [TopicPartition] {
        try store.listIfThere(ManifestSegment.folder).filter(\.isFolder)
            .compactMap { LakePath.partition(ofStem: $0.name) }.map { TopicPartition($0.topic, $0.partition) }
            .sorted()
    }
}
