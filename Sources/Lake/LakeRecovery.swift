// What a writer must know before it continues: the last offset in the lake of each partition, and that nothing is
// missing or stored twice. Removes what an interrupted roll left: aside files, and side files and parts beyond the last
// commit. Completes the manifest.

import Basics
import Telemetry

/// The lake's state for one topic.
package struct LakeRecovery: Sendable, Equatable {
    /// By partition; those without a file are left out.
    package private(set) var committed: [Int32: Int64] = [:]
    /// By partition: the last records of the first roll and of the last few, as far as its manifest has them.
    package private(set) var records: [Int32: [ManifestRecord]] = [:]
    /// By partition: where the chapters in its manifest begin.
    package private(set) var chapters: [Int32: [LakeChapter.Start]] = [:]
    /// Files of an interrupted roll, removed.
    package private(set) var removed: [String] = []
    /// Visible files and folders in these tables that don't belong to them: foreign names, a topic that is not the
    /// lake's, or a partition that its log does not have. Left alone.
    package private(set) var foreign: [String] = []
    /// Files just entered in the manifest: of a roll interrupted after its commit, or older than the manifest.
    package private(set) var adopted = 0

    /// Looks at `primary` and `sides`, at files of `topic` and of these `partitions` only (nil: all of them). Only the
    /// holder of the lake's lock may call it; `lock` is checked again for a partition before any of its files with a
    /// final name is removed. `inLog`: all partitions of the topic in the log, if known.
    package init(
        _ store: any FileStore, topic: String, primary: String, sides: [String] = [], partitions: Set<Int32>? = nil,
        inLog: Set<Int32>? = nil, lock: (Int32) -> (any LakeLock)? = { _ in nil }
    ) throws(LakeError) {
        guard try !CompactionSwitch.isUnfinished(store) else {
            throw .inconsistent("a compaction is unfinished: CompactionSwitch.mend comes first")
        }
        func concerns(_ partition: Int32) -> Bool { partitions?.contains(partition) ?? true }

        /// Nil in a lake older than its identity.
        let topics = try LakeIdentity(store)?.topics
        /// Files that commit a roll.
        var rolls: [Int32: [LakePath]] = [:]
        /// The files they commit: those of side tables, and of the rolls' earlier days.
        var sideFiles: [LakePath] = []
        var sizes: [LakePath: Int64] = [:]
        var mends: [Int32: ManifestMend] = [:]
        for known in try ManifestHistory.partitions(store) where known.topic == topic && concerns(known.partition) {
            mends[known.partition] = try ManifestMend(store, topic: topic, partition: known.partition)
        }
        for table in [primary] + sides {
            for folder in try store.listIfThere(table) {
                guard folder.isFolder, let day = LakePath.day(ofFolder: folder.name) else {
                    if LakePath.isVisible(folder.name) { foreign.append("\(table)/\(folder.name)") }
                    continue
                }
                let folderPath = LakePath.folder(table: table, day: day)
                var isChanged = false
                for entry in try store.list(folderPath) {
                    if entry.isFolder {
                        if LakePath.isVisible(entry.name) { foreign.append("\(folderPath)/\(entry.name)") }
                    } else if let path = LakePath(table: table, day: day, name: entry.name) {
                        guard path.topic == topic, concerns(path.partition) else {
                            let isKnown =
                                path.topic == topic
                                ? inLog?.contains(path.partition) ?? true : topics?.contains(path.topic) ?? true
                            if !isKnown { foreign.append(path.path) }
                            continue
                        }
                        if mends[path.partition]?.isGone(path) == true {
                            try store.delete(path.path)
                            removed.append(path.path)
                            isChanged = true
                            continue
                        }
                        sizes[path] = entry.size
                        if table == primary, !path.isPart {
                            rolls[path.partition, default: []].append(path)
                        } else {
                            sideFiles.append(path)
                        }
                    } else if let partition = LakePath.asidePartition(entry.name, topic: topic) {
                        guard concerns(partition) else { continue }
                        try store.delete("\(folderPath)/\(entry.name)")
                        removed.append("\(folderPath)/\(entry.name)")
                        isChanged = true
                    } else if LakePath.isVisible(entry.name) {
                        foreign.append("\(folderPath)/\(entry.name)")
                    }
                }
                if isChanged { try store.syncFolder(folderPath) }
            }
        }

        for (partition, paths) in rolls { committed[partition] = try Self.lastOffset(of: paths) }
        for mend in mends.values { try mend.check(sizes) }
        records = mends.mapValues(\.records)
        chapters = mends.mapValues(\.starts)

        let primaries = Set(rolls.values.joined().map(Range.init))
            .union(sideFiles.filter { $0.table == primary }.map(Range.init))
        var parts: [Int32: [LakePath]] = [:]
        for path in sideFiles {
            if let last = committed[path.partition], path.last <= last {
                // Its roll is committed, so the primary file of the same day and offsets must exist.
                guard primaries.contains(Range(path)) else {
                    throw .inconsistent("no file in \(primary) has the offsets of \(path.path)")
                }
                parts[path.partition, default: []].append(path)
            } else {
                try lock(path.partition)?.check()
                try store.delete(path.path)
                try store.syncFolder(path.folder)
                removed.append(path.path)
            }
        }
        for (partition, paths) in rolls.sorted(by: { $0.key < $1.key }) {
            if mends[partition] == nil {
                mends[partition] = try ManifestMend(store, topic: topic, partition: partition)
            }
            let parts = parts[partition] ?? []
            try Self.checkDays(paths + parts.filter { $0.table == primary })
            adopted += try mends[partition]?.adopt(Self.rolls(paths, parts, primary: primary), sizes) ?? 0
        }
        removed.sort()
        foreign.sort()
        if let first = foreign.first {
            Log.warning(
                "the lake's tables hold files that are not of this lake and its log; their readers count them",
                ["files": foreign.count, "first": first, "see": "planetarium verify"])
        }
    }

    /// What identifies the roll that a side file belongs to.
    private struct Range: Hashable {
        let day: UTCDay
        let partition: Int32
        let first: Int64
        let last: Int64
        let isPart: Bool
        init(_ path: LakePath) {
            day = path.day
            partition = path.partition
            first = path.first
            last = path.last
            isPart = path.isPart
        }
    }

    /// Each roll's files, the committing one last. Compaction merges each day's files separately, so a side file may
    /// cover more than one roll: it goes with the roll in which it begins.
    private static func rolls(_ commits: [LakePath], _ others: [LakePath], primary: String) -> [[LakePath]] {
        let commits = commits.sorted { $0.first < $1.first }
        var rolls: [[LakePath]] = commits.map { _ in [] }
        for isPrimary in [false, true] {
            for path in others.sorted(by: { $0.path < $1.path }) where (path.table == primary) == isPrimary {
                rolls[max(0, commits.prefixCount { $0.first <= path.first } - 1)].append(path)
            }
        }
        for place in commits.indices { rolls[place].append(commits[place]) }
        return rolls
    }

    /// A day's files never share offsets: of two that do, an interrupted roll left one.
    private static func checkDays(_ paths: [LakePath]) throws(LakeError) {
        for (_, paths) in Dictionary(grouping: paths, by: \.day) {
            let paths = paths.sorted { ($0.first, $0.last) < ($1.first, $1.last) }
            for (before, after) in zip(paths, paths.dropFirst()) where after.first <= before.last {
                throw .inconsistent("offsets stored twice: \(before.path) and \(after.path)")
            }
        }
    }

    /// The end of rolls that follow one another without gap or overlap.
    private static func lastOffset(of paths: [LakePath]) throws(LakeError) -> Int64? {
        let paths = paths.sorted { ($0.first, $0.last) < ($1.first, $1.last) }
        for (before, after) in zip(paths, paths.dropFirst()) {
            if after.first <= before.last {
                throw .inconsistent("offsets stored twice: \(before.path) and \(after.path)")
            }
            if after.first > before.last + 1 {
                throw .inconsistent(
                    "offsets \(before.last + 1) to \(after.first - 1) are missing between \(before.path) and \(after.path)"
                )
            }
        }
        return paths.last?.last
    }
}
