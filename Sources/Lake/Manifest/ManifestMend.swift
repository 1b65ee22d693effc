// At a start: reconciles a partition's manifest with its folders after a crash, and adopts what predates manifests.
// Refuses if they contradict each other: then a person must say which is right.

import Basics
import Parquet
import Telemetry
import Threads

struct ManifestMend {
    let store: any FileStore
    let topic: String
    let partition: Int32
    private let history: ManifestHistory

    init(_ store: any FileStore, topic: String, partition: Int32) throws(LakeError) {
        self.store = store
        self.topic = topic
        self.partition = partition
        // First of all: set aside lines that the writer could not continue from.
        let manifest = Manifest(store, topic: topic, partition: partition)
        _ = try manifest.next()
        history = try ManifestHistory(store, topic: topic, partition: partition)
        for fault in history.faults { Log.warning("manifest", ["finding": fault]) }
    }

    /// From the first roll that has one, and from the last few.
    var records: [ManifestRecord] { history.state.records }
    /// The starts of its chapters.
    var starts: [LakeChapter.Start] { history.state.starts }

    /// Whether the manifest has the file in the lake.
    func has(_ path: LakePath) -> Bool { history.state.files[path.path] != nil }

    /// Whether retention or compaction removed the file, and only its deletion was interrupted.
    func isGone(_ path: LakePath) -> Bool { history.state.gone.contains(path.path) }

    /// Throws if a file of the manifest is missing or has another size. `sizes`: of this partition's files, by path.
    func check(_ sizes: [LakePath: Int64]) throws(LakeError) {
        for file in history.state.files.values.sorted(by: { $0.path.path < $1.path.path }) {
            guard let size = sizes[file.path] else { throw contradiction(file, "is not there") }
            if size != file.bytes {
                throw contradiction(file, "has \(size) bytes, \(file.bytes) were written")
            }
        }
    }

    private func contradiction(_ file: ManifestFile, _ text: String) -> LakeError {
        .inconsistent(
            "\(file.path.path) \(text), but \(history.folder) says it is in the lake: put it back from a copy, or remove the folder "
                + "\(history.folder) to take the lake as it is now")
    }

    /// Writes entries for committed rolls that have none. `rolls`: the files of every committed roll, the primary one
    /// last. Returns how many files were added.
    func adopt(_ rolls: [[LakePath]], _ sizes: [LakePath: Int64]) throws(LakeError) -> Int {
        let next = history.state.next ?? -1
        var missing: [[LakePath]] = []
        for roll in rolls {
            guard let first = roll.last?.first else { continue }
            if first >= next {
                missing.append(roll)
            } else {
                for path in roll where !has(path) {
                    Log.warning("a file of the lake that its manifest doesn't know", ["file": path.path])
                }
            }
        }
        if missing.isEmpty { return 0 }
        missing.sort { ($0.last?.first ?? 0) < ($1.last?.first ?? 0) }
        let isCutShort =
            history.isThere && history.faults.isEmpty && missing.count == 1 && missing[0].last?.first == next
        let count = missing.reduce(0) { $0 + $1.count }
        Log.info(
            isCutShort ? "manifest completed" : "files adopted",
            ["topic": topic, "partition": partition, "rolls": missing.count, "files": count])
        let manifest = Manifest(store, topic: topic, partition: partition)
        // A bounded number of entries per write.
        var waiting: [ManifestEntry] = []
        for roll in missing {
            guard let primary = roll.last else { continue }
            waiting.append(
                ManifestEntry(
                    kind: isCutShort ? .roll : .adoption, sequence: 0,
                    writtenAt: RFC3339.milliseconds(nanoseconds: Clock.wall),
                    day: primary.day, first: primary.first, last: primary.last, files: try described(roll, sizes)))
            if waiting.count == ManifestSegment.entries {
                _ = try manifest.append(waiting)
                waiting = []
            }
        }
        if !waiting.isEmpty { _ = try manifest.append(waiting) }
        return count
    }

    private func described(_ roll: [LakePath], _ sizes: [LakePath: Int64]) throws(LakeError) -> [ManifestFile] {
        var files: [ManifestFile] = []
        for path in roll {
            let bytes = sizes[path] ?? 0
            files.append(
                ManifestFile(
                    path, rows: Self.rows(path, bytes, in: store), bytes: bytes,
                    sha256: try SHA256.hex(path.path, bytes: bytes, in: store)))
        }
        return files
    }

    /// The footer's row count; nil if it can't be read (ManifestCheck's callers look inside).
    private static func rows(_ path: LakePath, _ bytes: Int64, in store: any FileStore) -> Int? {
        let source = BytesElsewhere(length: bytes) { try store.read(path.path, offset: $0, count: $1) }
        return try? ParquetFile(source).rowCount
    }
}
