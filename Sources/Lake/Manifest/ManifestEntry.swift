// What a line of the manifest says (docs/LAKE-FILES.md, "The manifest"): which files a roll, compaction, retention or
// adoption added to the lake or removed, and the hash chain over them; about the log, a roll's last record, what was
// removed before it could be stored, and where a different log begins. For the lines' text see ManifestLine.swift.

import Basics

/// A file as listed in the manifest.
package struct ManifestFile: Sendable, Equatable {
    package var path: LakePath
    /// Nil: adopted, and not readable as Parquet.
    package var rows: Int?
    package var bytes: Int64
    /// 64 hexadecimal digits.
    package var sha256: String
    /// The table's chain in this partition after this file was added or removed.
    package var chain: String

    package var table: String { path.table }

    init(_ path: LakePath, rows: Int?, bytes: Int64, sha256: String, chain: String = "") {
        self.path = path
        self.rows = rows
        self.bytes = bytes
        self.sha256 = sha256
        self.chain = chain
    }

    /// Before the first file.
    package static let noChain = String(repeating: "0", count: 64)

    /// The chain after this file: SHA-256 of six lines of text, each ended by a line feed: the previous chain, `+`
    /// (added) or `-` (removed), path, rows (`null`: unknown), bytes, SHA-256 of the file.
    func chained(to before: String, isAdded: Bool) -> ManifestFile {
        let rows = rows.map { "\($0)" } ?? "null"
        let text = "\(before)\n\(isAdded ? "+" : "-")\n\(path.path)\n\(rows)\n\(bytes)\n\(sha256)\n"
        var file = self
        file.chain = SHA256.hex(text.utf8)
        return file
    }
}

package struct ManifestEntry: Sendable, Equatable {
    package enum Kind: String, Sendable {
        /// A committed roll.
        case roll
        /// Files of several rolls were merged.
        case compaction
        /// Files were removed because of their age.
        case retention
        /// Files that predate the manifest, or whose lines were lost.
        case adoption
        /// From `first` on, the records come from a different log. No files.
        case chapter
    }
    package var kind: Kind
    /// 0, 1, 2 ... in a partition.
    package var sequence: Int
    /// "2026-11-24T01:02:03.456Z".
    package var writtenAt: String
    package var day: UTCDay
    /// The log's offsets in the files.
    package var first: Int64
    package var last: Int64
    /// Files removed, then files added: the order of the chain.
    package var removed: [ManifestFile] = []
    package var files: [ManifestFile] = []
    /// A roll's last record.
    package var record: ManifestRecord?
    /// In a roll: offsets that the log had removed before they were read.
    package var gone: [ClosedRange<Int64>] = []
    package var chapter: ManifestChapter?
}

/// Tells a record from every other: whether the log still has it shows whether it is still the same log. Offsets are
/// the lake's.
package struct ManifestRecord: Sendable, Equatable {
    package var offset: Int64
    /// Microseconds since 1970-01-01 UTC.
    package var timestamp: Int64
    /// RecordFingerprint's.
    package var hash: String
    package init(offset: Int64, timestamp: Int64, hash: String) {
        self.offset = offset
        self.timestamp = timestamp
        self.hash = hash
    }
}

/// A partition's part of a chapter (LakeChapter) in its manifest, sufficient to make `_lake.json` again.
package struct ManifestChapter: Sendable, Equatable {
    /// 1 is the second chapter.
    package var number: Int
    /// The logs of the previous chapter and of this one.
    package var before: String?
    package var log: String?
    package var began: String?
    /// The offset in the log at which it begins.
    package var logFirst: Int64
}
