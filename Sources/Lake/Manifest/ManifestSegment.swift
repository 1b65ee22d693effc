// The files of a partition's manifest: LAKE/_manifest/TOPIC-pPPPPP/NNNNNNNNNNNN.jsonl, named by the number of their
// first entry. Reads them, and reports what can't be read. Manifest.swift writes.

import Basics

enum ManifestSegment {
    static let folder = "_manifest"
    static let fileExtension = ".jsonl"
    /// The extension under which an unreadable segment is kept.
    static let damagedExtension = ".damaged"
    /// Each entry rewrites the segment, so it ends at the first of these limits.
    static let entries = 256
    static let bytes = 1 << 20

    static func folder(_ topic: String, _ partition: Int32) -> String {
        "\(folder)/\(LakePath.stem(topic, partition))"
    }

    static func name(_ sequence: Int) -> String { Digits.padded(sequence, 12) + fileExtension }

    /// The number in a segment's name; nil for other names.
    static func sequence(ofName name: String) -> Int? {
        guard name.hasSuffix(fileExtension) else { return nil }
        let digits = name.dropLast(fileExtension.count)
        guard digits.utf8.count >= 12, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(digits)
    }

    struct Listing {
        /// By number.
        var segments: [FileEntry] = []
        var damaged: [String] = []
    }

    static func list(_ folder: String, in store: any FileStore) throws(LakeError) -> Listing {
        var listing = Listing()
        var numbered: [(Int, FileEntry)] = []
        for entry in try store.listIfThere(folder) where !entry.isFolder {
            if let number = sequence(ofName: entry.name) {
                numbered.append((number, entry))
            } else if entry.name.contains(damagedExtension) {
                listing.damaged.append(entry.name)
            }
        }
        listing.segments = numbered.sorted { $0.0 < $1.0 }.map(\.1)
        listing.damaged.sort()
        return listing
    }

    /// What a segment contains, up to the first line that can't be read.
    struct Content {
        var head: ManifestHead?
        var entries: [ManifestEntry] = []
        /// Bytes of the head and the entries.
        var intact = 0
        /// Line (from 1) and reason.
        var damage: (line: Int, reason: String)?
        var bytes: [UInt8] = []
    }

    /// One open and one read: segments are replaced whole, perhaps while we look.
    static func read(_ path: String, size: Int64, in store: any FileStore) throws(LakeError) -> Content {
        var content = Content()
        var count = Int(size) + (64 << 10)
        content.bytes = try store.read(path, offset: 0, count: count)
        while content.bytes.count == count {
            count *= 2
            content.bytes = try store.read(path, offset: 0, count: count)
        }
        parse(&content)
        return content
    }

    static func parse(_ content: inout Content) {
        var reader = ManifestLineReader()
        var start = 0
        var line = 1
        let bytes = content.bytes
        while start < bytes.count {
            guard let end = bytes[start...].firstIndex(of: 0x0A) else {
                content.damage = (line, "the line has no end")
                return
            }
            do throws(ManifestLineError) {
                if line == 1 {
                    content.head = try reader.head(bytes[start..<end])
                } else {
                    content.entries.append(try reader.entry(bytes[start..<end]))
                }
            } catch {
                content.damage = (line, error.text)
                return
            }
            start = end + 1
            content.intact = start
            line += 1
        }
        if content.head == nil { content.damage = (1, "the file is empty") }
    }
}
