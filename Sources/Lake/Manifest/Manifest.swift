// Writes a partition's manifest, an entry at a time: writes the current segment aside, syncs it and renames it over the
// old one, so that a reader sees all of an entry or nothing. Used by the partition's writing thread; a line that can't
// be read is set aside, never fatal.

import Basics
import Telemetry
import Threads

package final class Manifest {
    package let topic: String
    package let partition: Int32
    private let store: any FileStore
    private let folder: String
    /// Without files: the segments before the current one are not read.
    private var state: ManifestState
    /// The lake it belongs to; nil: not stated.
    private var lake: String?
    /// The name of the current segment; nil: the next entry begins one.
    private var name: String?
    private var bytes: [UInt8] = []
    private var entries = 0
    private var isLoaded = false
    /// Something was set aside while reading.
    private(set) var wasDamaged = false

    package init(_ store: any FileStore, topic: String, partition: Int32) {
        self.store = store
        self.topic = topic
        self.partition = partition
        folder = ManifestSegment.folder(topic, partition)
        state = ManifestState(topic: topic, partition: partition)
    }

    /// The offset after the last roll in the manifest; nil before the first.
    func next() throws(LakeError) -> Int64? {
        try load()
        return state.next
    }

    /// Adds an entry; fills in numbers and chains. If it throws, nothing was added, and the same call may be repeated.
    @discardableResult
    func append(
        _ kind: ManifestEntry.Kind, day: UTCDay, offsets: ClosedRange<Int64>, removed: [ManifestFile] = [],
        added: [ManifestFile] = [], record: ManifestRecord? = nil, gone: [ClosedRange<Int64>] = [],
        now: UInt64 = Clock.wall
    ) throws(LakeError) -> ManifestEntry {
        let entry = ManifestEntry(
            kind: kind, sequence: 0, writtenAt: RFC3339.milliseconds(nanoseconds: now), day: day,
            first: offsets.lowerBound,
            last: offsets.upperBound, removed: removed, files: added, record: record, gone: gone)
        return try append([entry])[0]
    }

    /// Adds an entry whose files may be in the manifest already, as after a crash.
    func appendOnce(_ entry: ManifestEntry) throws(LakeError) {
        let history = try ManifestHistory(store, topic: topic, partition: partition)
        if entry.files.allSatisfy({ history.state.files[$0.path.path]?.sha256 == $0.sha256 }) { return }
        _ = try append([entry])
    }

    /// Adds several in one write.
    func append(_ new: [ManifestEntry]) throws(LakeError) -> [ManifestEntry] {
        do throws(LakeError) {
            try load()
            var (state, name, bytes, entries) = (state, name, bytes, entries)
            var done: [ManifestEntry] = []
            for entry in new {
                if entries >= ManifestSegment.entries || bytes.count >= ManifestSegment.bytes {
                    // Full: write what it has so far; the rest goes to the next.
                    try write(bytes, as: name)
                    (name, bytes, entries) = (nil, [], 0)
                }
                if name == nil {
                    name = ManifestSegment.name(state.sequence)
                    bytes = ManifestLine.text(state.head(lake: lake))
                }
                let chained = state.chained(entry)
                _ = state.take(chained, isComplete: false)
                bytes.append(contentsOf: ManifestLine.text(chained))
                entries += 1
                done.append(chained)
            }
            try write(bytes, as: name)
            state.forgetFiles()
            (self.state, self.name, self.bytes, self.entries) = (state, name, bytes, entries)
            return done
        } catch {
            // Nothing has changed in memory, and the next call writes the whole segment: it may have succeeded unseen,
            // and lost bytes can be written again.
            if case .lost(let text) = error { throw .unavailable(text) }
            throw error
        }
    }

    private func write(_ bytes: [UInt8], as name: String?) throws(LakeError) {
        guard let name else { return }
        try store.makeDirectories(folder)
        try store.replace("\(folder)/\(name)", with: bytes)
    }

    // MARK: Reading the current segment

    private func load() throws(LakeError) {
        if isLoaded { return }
        var segments = try ManifestSegment.list(folder, in: store).segments
        lake = try LakeIdentity(store)?.lake
        state = ManifestState(topic: topic, partition: partition)
        (name, bytes, entries) = (nil, [], 0)
        while let last = segments.popLast() {
            let path = "\(folder)/\(last.name)"
            let content = try ManifestSegment.read(path, size: last.size, in: store)
            guard let head = content.head, head.topic == topic, head.partition == partition,
                head.sequence == ManifestSegment.sequence(ofName: last.name)
            else {
                let reason = content.damage.map { "line \($0.line): \($0.reason)" } ?? "the head is of another segment"
                try setAside(path, reason: reason)
                try store.delete(path)
                try store.syncFolder(folder)
                continue
            }
            if let lake, let other = head.lake, other != lake {
                throw .inconsistent(
                    "\(path) is of the lake \(other), but \(LakeIdentity.path) says that this is \(lake): put back the "
                        + "right one of the two from a copy")
            }
            state = ManifestState(head)
            var damage = content.damage
            bytes = ManifestLine.text(state.head(lake: lake))
            for (index, entry) in content.entries.enumerated() {
                var after = state
                if let fault = after.take(entry, isComplete: false).first {
                    damage = (index + 2, "\(fault.reason.rawValue): \(fault.detail)")
                    break
                }
                state = after
                entries += 1
                bytes.append(contentsOf: ManifestLine.text(entry))
            }
            state.forgetFiles()
            name = last.name
            if let damage {
                try setAside(path, reason: "line \(damage.line): \(damage.reason)")
                try store.replace(path, with: bytes)
            }
            break
        }
        isLoaded = true
    }

    /// Keeps a copy of a segment that can't be used as it is. Its intact lines stay; recovery adds what lies in the
    /// folders.
    private func setAside(_ path: String, reason: String) throws(LakeError) {
        var copy = path + ManifestSegment.damagedExtension
        var number = 1
        while try store.exists(copy) {
            number += 1
            copy = "\(path)\(ManifestSegment.damagedExtension)-\(number)"
        }
        let bytes = try ManifestSegment.read(path, size: 0, in: store).bytes
        try store.replace(copy, with: bytes)
        wasDamaged = true
        Log.warning("manifest damaged", ["segment": path, "reason": reason, "kept_as": copy])
    }
}

extension FileStore {
    /// Replaces a small file in one step: written aside, synced, renamed, folder synced. For files with one writing
    /// process at a time; others pass a `mark` of their own, so that no two write the same aside file. Without
    /// `replacing`, throws `.alreadyExists` if the file exists.
    func replace(
        _ path: String, with bytes: [UInt8], mark: String = "", replacing: Bool = true
    ) throws(LakeError) {
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { String(path[..<$0]) } ?? ""
        let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
        let aside = "\(folder.isEmpty ? "" : folder + "/").\(name).\(mark.isEmpty ? "" : mark + ".")tmp"
        let file = try create(aside)
        do throws(LakeError) {
            var failure: LakeError?
            bytes.withUnsafeBytes {
                do throws(LakeError) { try file.append($0) } catch { failure = error }
            }
            if let failure { throw failure }
            try file.sync()
        } catch {
            file.close()
            throw error
        }
        file.close()
        do {
            try rename(aside, to: path, replacing: replacing)
        } catch .alreadyExists(let text) {
            try delete(aside)
            throw .alreadyExists(text)
        }
        try syncFolder(folder)
    }
}
