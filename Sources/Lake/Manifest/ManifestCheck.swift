// Walks every chain of the manifests and compares it with the folders: sizes, hashes, names, offsets. Reports; changes
// nothing. Others check what is inside the files.

import Basics

package struct ManifestFinding: Sendable, Equatable, CustomStringConvertible {
    package enum Reason: String, Sendable, CaseIterable {
        /// In the manifest but not in the folder.
        case missing
        /// In the folder under another name.
        case renamed
        /// The bytes differ from those written.
        case changed
        /// In the folder but in no manifest.
        case surplus
        /// A committed roll whose line is missing: after a crash in between, or while a stream is writing. The next
        /// start adds it.
        case unrecorded
        /// A line's chain does not follow from the previous one.
        case brokenChain = "broken chain"
        /// A line or segment of the manifest that can't be read or doesn't fit.
        case damagedManifest = "damaged manifest"
        case offsetsMissing = "offsets missing"
        case offsetsTwice = "offsets twice"
    }
    package var reason: Reason
    /// Relative to the lake.
    package var path: String
    package var detail: String
    package var description: String { "\(path): \(reason.rawValue): \(detail)" }
}

package struct ManifestCheck: Sendable {
    package private(set) var findings: [ManifestFinding] = []
    /// Files whose bytes were read and are right.
    package private(set) var files = 0
    package private(set) var bytes: Int64 = 0
    package private(set) var entries = 0
    /// Nil if there is none, or it can't be read.
    package private(set) var identity: LakeIdentity?
    /// Offsets that the log had removed before they were stored.
    package private(set) var removedByLog: [(place: TopicPartition, offsets: ClosedRange<Int64>)] = []

    /// Reads every file that the manifests list. `progress` gets the bytes done and in all. `isHashing` false compares
    /// sizes only.
    package init(
        _ store: any FileStore, isHashing: Bool = true, progress: (_ done: Int64, _ total: Int64) -> Void = { _, _ in }
    ) throws(LakeError) {
        var wanted: [String: ManifestFile] = [:]
        var gone: Set<String> = []
        var next: [TopicPartition: Int64] = [:]
        var states: [TopicPartition: ManifestState] = [:]
        for partition in try ManifestHistory.partitions(store) {
            let history = try ManifestHistory(store, topic: partition.topic, partition: partition.partition)
            findings += history.faults
            entries += history.entries
            gone.formUnion(history.state.gone)
            next[partition] = history.state.next ?? 0
            removedByLog += history.state.removedByLog.map { (partition, $0) }
            if history.isThere { states[partition] = history.state }
            wanted.merge(history.state.files) { _, later in later }
            findings += Self.offsets(of: history)
        }

        let check = try IdentityCheck(store, states)
        identity = check.identity
        findings += check.findings

        // The folders after the manifests: a roll committed in between is beyond what the manifests say.
        let there = try LakeIndex.visibleFiles(store).reduce(into: [String: There]()) {
            $0[$1.path] = There(bytes: $1.bytes, place: $1.place)
        }
        var surplus = there.keys.filter { wanted[$0] == nil }.sorted()
        let total = isHashing ? wanted.values.reduce(0) { $0 + $1.bytes } : 0
        var done: Int64 = 0
        for path in wanted.keys.sorted() {
            guard let file = wanted[path] else { continue }
            guard let found = there[path] else {
                findings.append(try Self.missing(file, among: &surplus, there, store))
                done += file.bytes
                progress(done, total)
                continue
            }
            if found.bytes != file.bytes {
                findings.append(
                    ManifestFinding(
                        reason: .changed, path: path, detail: "\(found.bytes) bytes, \(file.bytes) were written"))
                done += file.bytes
            } else if isHashing {
                let start = done
                let digest: String
                do {
                    digest = try SHA256.hex(path, bytes: file.bytes, in: store) {
                        done += Int64($0)
                        progress(done, total)
                    }
                } catch .notFound {
                    findings.append(
                        ManifestFinding(reason: .missing, path: path, detail: "gone while the lake was checked"))
                    continue
                }
                done = start + file.bytes
                guard digest == file.sha256 else {
                    findings.append(
                        ManifestFinding(
                            reason: .changed, path: path, detail: "its SHA-256 is \(digest), \(file.sha256) was written"
                        ))
                    continue
                }
                files += 1
                bytes += file.bytes
            }
        }
        let topics = try? LakeIdentity(store)?.topics
        var unrecorded: [TopicPartition: Set<LakePath>] = [:]
        for path in surplus {
            guard let found = there[path] else { continue }
            guard let place = found.place else {
                findings.append(
                    ManifestFinding(
                        reason: .surplus, path: path, detail: "not named as the lake's files, but seen by its readers"))
                continue
            }
            if let topics, !topics.contains(place.topic) {
                findings.append(
                    ManifestFinding(
                        reason: .surplus, path: path,
                        detail: "of a topic that is not the lake's, but seen by its readers"))
                continue
            }
            let end = next[TopicPartition(place.topic, place.partition)]
            let isNew = end.map { place.first >= $0 } ?? true
            if isNew { unrecorded[TopicPartition(place.topic, place.partition), default: []].insert(place) }
            findings.append(
                ManifestFinding(
                    reason: isNew ? .unrecorded : .surplus, path: path,
                    detail: isNew
                        ? (end == nil ? "its partition has no manifest yet" : "beyond the manifest's last roll")
                        : (gone.contains(path) ? "the manifest says it went" : "the manifest doesn't know it")))
        }
        for (partition, places) in unrecorded.sorted(by: { $0.key < $1.key }) {
            if let finding = try Self.missingLines(partition, places, store) { findings.append(finding) }
        }
    }

    /// More than one roll without a line: lines, or a whole manifest, are missing. (A killed stream leaves one such
    /// roll, and its next start adds the line; those of a stream that is writing have theirs by now.) A lake older than
    /// manifests is accepted.
    private static func missingLines(
        _ partition: TopicPartition, _ unrecorded: Set<LakePath>, _ store: any FileStore
    ) throws(LakeError) -> ManifestFinding? {
        let history = try ManifestHistory(store, topic: partition.topic, partition: partition.partition)
        let isNewer = try store.exists(LakeIdentity.path)
        guard history.isThere || isNewer else { return nil }
        let known = history.state
        let rolls = Set(
            unrecorded.filter { known.files[$0.path] == nil && !known.gone.contains($0.path) }.map(\.first))
        guard rolls.count > 1, let first = rolls.min() else { return nil }
        return ManifestFinding(
            reason: .damagedManifest, path: history.folder,
            detail: history.isThere
                ? "the lines of \(rolls.count) rolls from offset \(first) on are missing"
                : "the whole manifest of \(rolls.count) rolls is missing")
    }

    private struct There {
        var bytes: Int64
        var place: LakePath?
    }

    /// A missing file: it has another name, or is gone.
    private static func missing(
        _ file: ManifestFile, among surplus: inout [String], _ there: [String: There],
        _ store: any FileStore
    ) throws(LakeError) -> ManifestFinding {
        for (index, path) in surplus.enumerated() where there[path]?.bytes == file.bytes {
            guard try SHA256.hex(path, bytes: file.bytes, in: store) == file.sha256 else { continue }
            surplus.remove(at: index)
            return ManifestFinding(reason: .renamed, path: file.path.path, detail: "its bytes lie at \(path)")
        }
        return ManifestFinding(
            reason: .missing, path: file.path.path, detail: "offsets \(file.path.first) to \(file.path.last)")
    }

    /// Files of one table and day must not overlap, nor those of two rolls: only parts share the offsets of their roll.
    /// (The order of the rolls is checked entry by entry.)
    private static func offsets(of history: ManifestHistory) -> [ManifestFinding] {
        var findings: [ManifestFinding] = []
        func look(_ files: [LakePath], isFinding: (LakePath, LakePath) -> Bool) {
            let files = files.sorted { ($0.first, $0.last, $0.path) < ($1.first, $1.last, $1.path) }
            for (before, after) in zip(files, files.dropFirst())
            where after.first <= before.last && isFinding(before, after) {
                findings.append(
                    ManifestFinding(reason: .offsetsTwice, path: after.path, detail: "also in \(before.path)"))
            }
        }
        let tables = Dictionary(grouping: history.state.files.values.map(\.path), by: \.table)
        for (_, files) in tables.sorted(by: { $0.key < $1.key }) {
            look(files.filter { !$0.isPart }) { _, _ in true }
            for (_, files) in Dictionary(grouping: files, by: \.day).sorted(by: { $0.key < $1.key }) {
                look(files) { $0.isPart || $1.isPart }
            }
        }
        return findings
    }
}
