// A lake may outlive its log: a different log, or one that lost its end, begins a chapter (`planetarium topics adopt`).
// The lake numbers each partition's records through all chapters, so its offsets stay unique and without gaps: offset
// in the lake = base + offset in the log. This converts them. For how a chapter begins see PlanetStream/Adoption.

import Basics

package struct LakeChapter: Sendable, Equatable {
    /// Where a partition's part of a chapter begins.
    package struct Start: Sendable, Hashable {
        /// The offset of its first record in the lake.
        package var lake: Int64
        /// The same in the log. Above 0 if both logs share the records before it.
        package var log: Int64
        package var base: Int64 { lake - log }
        package init(lake: Int64, log: Int64) {
            self.lake = lake
            self.log = log
        }
    }
    /// The log's identity; nil: unknown.
    package var log: String?
    /// RFC 3339; nil in the first chapter.
    package var began: String?
    /// Partitions that begin anew; the others continue as before.
    package var starts: [TopicPartition: Start]

    package init(log: String?, began: String?, starts: [TopicPartition: Start] = [:]) {
        self.log = log
        self.began = began
        self.starts = starts
    }
}

/// Converts the log's offsets to the lake's and back.
package struct LakeNumbering: Sendable, Equatable {
    /// In order of chapters.
    private var starts: [TopicPartition: [LakeChapter.Start]] = [:]

    package init(_ chapters: [LakeChapter] = []) {
        for chapter in chapters {
            for (place, start) in chapter.starts { starts[place, default: []].append(start) }
        }
    }

    /// All offsets are the same in the lake and in the log.
    package var isPlain: Bool { starts.isEmpty }

    /// Where the partition's part of its last chapter begins.
    package func start(of place: TopicPartition) -> LakeChapter.Start {
        starts[place]?.last ?? LakeChapter.Start(lake: 0, log: 0)
    }

    /// What to add to an offset of the log, from `start` on.
    package func base(of place: TopicPartition) -> Int64 { start(of: place).base }

    /// The record's offset in the lake. `log` below 0: as returned by `inLog`.
    package func inLake(_ log: Int64, _ place: TopicPartition) -> Int64 {
        if log < 0 { return start(of: place).lake + log }
        for start in (starts[place] ?? []).reversed() where log >= start.log { return log + start.base }
        return log
    }

    /// The record's offset in the log; below 0, but still ordered and unique, if only the lake has it because it comes
    /// from an earlier log.
    package func inLog(_ lake: Int64, _ place: TopicPartition) -> Int64 {
        let all = starts[place] ?? []
        let chapter = all.lastIndex { lake >= $0.lake }
        let log = chapter.map { lake - all[$0].base } ?? lake
        let later = all[(chapter.map { $0 + 1 } ?? 0)...]
        return later.allSatisfy { log < $0.log } ? log : lake - start(of: place).lake
    }
}
