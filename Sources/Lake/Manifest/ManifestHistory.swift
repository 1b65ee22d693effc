// All segments of a partition's manifest, read in order. Reports what doesn't fit, and continues with what can be read.

import Basics

struct ManifestHistory: Sendable {
    let folder: String
    private(set) var state: ManifestState
    private(set) var faults: [ManifestFinding] = []
    /// Whether there is any segment.
    private(set) var isThere = false
    private(set) var entries = 0

    /// `each` is called with every entry in order.
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
            if let head = content.head { state.note(head) }
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

/// What the manifests say about the lake as a whole, to make a lost `_lake.json` again.
struct ManifestNotes {
    private(set) var lake: String?
    private(set) var chapters: [LakeChapter] = []

    init(_ store: any FileStore) throws(LakeError) {
        for place in try ManifestHistory.partitions(store) {
            let state = try ManifestHistory(store, topic: place.topic, partition: place.partition).state
            lake = lake ?? state.lake
            for (first, noted) in state.chapters {
                while chapters.count <= noted.number { chapters.append(LakeChapter(log: nil, began: nil)) }
                chapters[noted.number - 1].log = noted.before
                chapters[noted.number].log = noted.log
                chapters[noted.number].began = noted.began
                chapters[noted.number].starts[place] = LakeChapter.Start(lake: first, log: noted.logFirst)
            }
        }
    }
}
