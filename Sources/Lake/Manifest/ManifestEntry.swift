// What a line of the manifest says (docs/LAKE-FILES.md, "The manifest"): which files a roll, a compaction, a retention
// or an adoption put into the lake or took from it, and the hash chain over them. Not the lines' text
// (ManifestLine.swift), nor their files.

import Basics

/// A file as the manifest knows it.
package struct ManifestFile: Sendable, Equatable {
    package var path: LakePath
    /// Nil: adopted, and not to be read as Parquet.
    package var rows: Int?
    package var bytes: Int64
    /// 64 hexadecimal digits.
    package var sha256: String
    /// The table's chain in this partition after this file came or went.
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

    /// The chain after this file: SHA-256 of six lines of text, each ended by a line feed: the chain before, `+` (came)
    /// or `-` (went), path, rows (`null`: unknown), bytes, SHA-256 of the file.
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
        /// A roll came into place.
        case roll
        /// Files of several rolls were made one.
        case compaction
        /// Files went because of their age.
        case retention
        /// Files that were in the lake before there was a manifest, or whose lines were lost.
        case adoption
    }
    package var kind: Kind
    /// 0, 1, 2 ... in a partition.
    package var sequence: Int
    /// "2026-11-24T01:02:03.456Z".
    package var writtenAt: String
    package var day: UTCDay
    /// Offsets of the log that the files hold.
    package var first: Int64
    package var last: Int64
    /// Files that went, then files that came: the order of the chain.
    package var removed: [ManifestFile] = []
    package var files: [ManifestFile] = []
}
