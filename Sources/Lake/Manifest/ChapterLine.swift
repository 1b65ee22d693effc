// A partition's part of a chapter as a line of its manifest: written once the chapter is in `_lake.json`, or at the
// next start.

import Basics
import Threads

package enum ChapterLine {
    /// Adds the last chapter's line if it is missing. `noted`: the chapters in the manifest. Throws if it and
    /// `_lake.json` contradict each other: then nobody knows which offset is which.
    package static func complete(
        _ store: any FileStore, _ identity: LakeIdentity, _ place: TopicPartition, noted: [LakeChapter.Start]
    ) throws(LakeError) {
        let wanted = identity.chapters.enumerated().compactMap { number, chapter in
            chapter.starts[place].map { (number: number, start: $0) }
        }
        if wanted.map(\.start) == noted { return }
        guard let last = wanted.last, wanted.dropLast().map(\.start) == noted else {
            throw .inconsistent(
                "\(LakeIdentity.path) tells of other chapters than the manifest of \(place): put the right one of the two "
                    + "back from a copy")
        }
        let chapter = identity.chapters[last.number]
        var entry = ManifestEntry(
            kind: .chapter, sequence: 0, writtenAt: RFC3339.milliseconds(nanoseconds: Clock.wall),
            day: UTCDay(micros: Int64(Clock.wall / 1000)), first: last.start.lake, last: last.start.lake)
        entry.chapter = ManifestChapter(
            number: last.number, before: last.number > 0 ? identity.chapters[last.number - 1].log : nil,
            log: chapter.log, began: chapter.began, logFirst: last.start.log)
        _ = try Manifest(store, topic: place.topic, partition: place.partition).append([entry])
    }
}
