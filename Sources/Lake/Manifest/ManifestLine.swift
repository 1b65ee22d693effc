// The text of a manifest's lines: one JSON object per line, the segment's head first (docs/LAKE-FILES.md, "The
// manifest"). ManifestState.swift draws the conclusions.

import Basics
import JSONText

/// The first line of a segment: the state before its first entry.
struct ManifestHead: Sendable, Equatable {
    static let format = 1
    var topic: String
    var partition: Int32
    /// The number of the segment's first entry; also the segment's name.
    var sequence: Int
    /// The offset after the last roll; nil before the first.
    var next: Int64?
    /// By table.
    var chains: [String: String]
    /// LakeIdentity's; nil in a lake that has none, and in older heads.
    var lake: String?
}

/// Why a line is rejected.
struct ManifestLineError: Error {
    var text: String
    init(_ text: String) { self.text = text }
}

enum ManifestLine {
    static func text(_ head: ManifestHead) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.member("manifest", ManifestHead.format)
        json.member("topic", head.topic)
        json.member("partition", Int(head.partition))
        json.member("seq", head.sequence)
        json.key("next")
        if let next = head.next { json.integer(Int(next)) } else { json.null() }
        json.key("chains")
        json.beginObject()
        for (table, chain) in head.chains.sorted(by: { $0.key < $1.key }) { json.member(table, chain) }
        json.endObject()
        if let lake = head.lake { json.member("lake", lake) }
        json.endObject()
        return LineSeal.sealed(json.bytes) + [0x0A]
    }

    static func text(_ entry: ManifestEntry) -> [UInt8] {
        var json = JSONWriter(capacity: 2048)
        json.beginObject()
        json.member("seq", entry.sequence)
        json.member("kind", entry.kind.rawValue)
        json.member("written_at", entry.writtenAt)
        json.member("day", entry.day.description)
        json.member("first", Int(entry.first))
        json.member("last", Int(entry.last))
        for (name, files) in [("removed", entry.removed), ("files", entry.files)] {
            json.key(name)
            json.beginArray()
            for file in files { write(file, &json) }
            json.endArray()
        }
        if let record = entry.record {
            json.object("record") { json in
                json.member("offset", Int(record.offset))
                json.member("timestamp", Int(record.timestamp))
                json.member("hash", record.hash)
            }
        }
        if !entry.gone.isEmpty {
            json.array("gone") { json in
                for range in entry.gone {
                    json.object { json in
                        json.member("first", Int(range.lowerBound))
                        json.member("last", Int(range.upperBound))
                    }
                }
            }
        }
        if let chapter = entry.chapter {
            json.object("chapter") { json in
                json.member("number", chapter.number)
                json.optional("before", chapter.before)
                json.optional("log", chapter.log)
                json.optional("began", chapter.began)
                json.member("log_first", Int(chapter.logFirst))
            }
        }
        json.endObject()
        return LineSeal.sealed(json.bytes) + [0x0A]
    }

    private static func write(_ file: ManifestFile, _ json: inout JSONWriter) {
        json.beginObject()
        json.member("table", file.table)
        json.member("path", file.path.path)
        json.key("rows")
        if let rows = file.rows { json.integer(rows) } else { json.null() }
        json.member("bytes", Int(file.bytes))
        json.member("sha256", file.sha256)
        json.member("chain", file.chain)
        json.endObject()
    }
}

/// Reads lines. Use one for many: it keeps its memory.
struct ManifestLineReader: ~Copyable {
    /// For entries, rows and bytes: keeps sums over a lake far from overflow, whatever a damaged line says.
    private static let counts = 0...(1 << 44)
    /// A compaction may list all files of a day of rolls.
    private static let limits = JSONLimits(fields: 65_536, depth: 8, bytes: 64 << 20)
    private var arrays = JSONReader(limits: limits)
    private var objects = JSONReader(limits: JSONLimits(fields: 256, depth: 8, bytes: 64 << 20))

    mutating func head(_ line: ArraySlice<UInt8>) throws(ManifestLineError) -> ManifestHead {
        let fields = try object(line)
        guard let format: Int = number(fields, "manifest") else { throw ManifestLineError("not a manifest's head") }
        guard format == ManifestHead.format else { throw ManifestLineError("format \(format) is unknown") }
        try checkSum(line, fields, unsealed: 6)
        guard let topic = fields["topic"], let partition: Int32 = number(fields, "partition"),
            let sequence: Int = number(fields, "seq"), Self.counts.contains(sequence), let nextText = fields["next"],
            let chainsText = fields["chains"]
        else { throw ManifestLineError("the head lacks a member") }
        let next: Int64? = number(fields, "next")
        guard next.map({ $0 >= 0 }) ?? (nextText == "null") else { throw ManifestLineError("next is \(nextText)") }
        let chains = try object(Array(chainsText.utf8)[...])
        guard chains.values.allSatisfy(Self.isDigest) else { throw ManifestLineError("a chain is no SHA-256") }
        return ManifestHead(
            topic: topic, partition: partition, sequence: sequence, next: next, chains: chains, lake: fields["lake"])
    }

    /// A line from before sums existed has `unsealed` members; one with more has a sum.
    private func checkSum(
        _ line: ArraySlice<UInt8>, _ fields: [String: String], unsealed: Int
    ) throws(ManifestLineError) {
        switch LineSeal.isIntact(line) {
        case true?: return
        case false?: throw ManifestLineError("its text is not the one that its sum was made of")
        case nil:
            guard fields.count == unsealed else { throw ManifestLineError("it has no sum") }
        }
    }

    mutating func entry(_ line: ArraySlice<UInt8>) throws(ManifestLineError) -> ManifestEntry {
        let fields = try object(line)
        try checkSum(line, fields, unsealed: 8)
        guard let sequence: Int = number(fields, "seq"), Self.counts.contains(sequence), let kindText = fields["kind"],
            let writtenAt = fields["written_at"], let day = fields["day"].flatMap({ UTCDay($0) }),
            let first: Int64 = number(fields, "first"), let last: Int64 = number(fields, "last"), first >= 0,
            last >= first, last <= LakePath.maxOffset, let removed = fields["removed"], let files = fields["files"]
        else { throw ManifestLineError("a member is missing or of another kind") }
        guard let kind = ManifestEntry.Kind(rawValue: kindText) else {
            throw ManifestLineError("kind \(kindText) is unknown")
        }
        return ManifestEntry(
            kind: kind, sequence: sequence, writtenAt: writtenAt, day: day, first: first, last: last,
            removed: try self.files(removed), files: try self.files(files), record: try record(fields["record"]),
            gone: try gone(fields["gone"]), chapter: try chapter(fields["chapter"]))
    }

    private mutating func record(_ text: String?) throws(ManifestLineError) -> ManifestRecord? {
        guard let text else { return nil }
        let fields = try object(Array(text.utf8)[...])
        guard let offset: Int64 = number(fields, "offset"), offset >= 0, offset <= LakePath.maxOffset,
            let timestamp: Int64 = number(fields, "timestamp"), let hash = fields["hash"]
        else { throw ManifestLineError("the record's member is missing or of another kind") }
        return ManifestRecord(offset: offset, timestamp: timestamp, hash: hash)
    }

    private mutating func gone(_ text: String?) throws(ManifestLineError) -> [ClosedRange<Int64>] {
        var ranges: [ClosedRange<Int64>] = []
        for text in try text.map({ (text) throws(ManifestLineError) in try elements(of: text) }) ?? [] {
            let fields = try object(text[...])
            guard let first: Int64 = number(fields, "first"), let last: Int64 = number(fields, "last"), first >= 0,
                last >= first, last <= LakePath.maxOffset
            else { throw ManifestLineError("what is gone is no range of offsets") }
            ranges.append(first...last)
        }
        return ranges
    }

    private mutating func chapter(_ text: String?) throws(ManifestLineError) -> ManifestChapter? {
        guard let text else { return nil }
        let fields = try object(Array(text.utf8)[...])
        func orNil(_ name: String) -> String? { fields[name].flatMap { $0 == "null" ? nil : $0 } }
        guard let number: Int = number(fields, "number"), number > 0, number < 65_536,
            let logFirst: Int64 = self.number(fields, "log_first"), logFirst >= 0
        else { throw ManifestLineError("the chapter's member is missing or of another kind") }
        return ManifestChapter(
            number: number, before: orNil("before"), log: orNil("log"), began: orNil("began"), logFirst: logFirst)
    }

    private mutating func elements(of array: String) throws(ManifestLineError) -> [[UInt8]] {
        do {
            return try Array(array.utf8).withUnsafeBytes { bytes in
                try arrays.readArray(bytes).map { Array($0.text) }
            }
        } catch { throw ManifestLineError("\(error)") }
    }

    private mutating func files(_ text: String) throws(ManifestLineError) -> [ManifestFile] {
        let texts = try elements(of: text)
        var files: [ManifestFile] = []
        files.reserveCapacity(texts.count)
        for text in texts {
            let fields = try object(text[...])
            guard let path = fields["path"].flatMap({ LakePath(path: $0) }), path.table == fields["table"],
                let rowsText = fields["rows"], let bytes: Int64 = number(fields, "bytes"),
                Self.counts.contains(Int(bytes)),
                let sha256 = fields["sha256"], let chain = fields["chain"], Self.isDigest(sha256), Self.isDigest(chain)
            else { throw ManifestLineError("a file's member is missing or of another kind") }
            let rows: Int? = number(fields, "rows")
            guard rows.map(Self.counts.contains) ?? (rowsText == "null") else {
                throw ManifestLineError("rows is \(rowsText)")
            }
            files.append(ManifestFile(path, rows: rows, bytes: bytes, sha256: sha256, chain: chain))
        }
        return files
    }

    private mutating func object(_ text: ArraySlice<UInt8>) throws(ManifestLineError) -> [String: String] {
        do {
            return try text.withUnsafeBytes { bytes in
                var fields: [String: String] = [:]
                for field in try objects.readObject(bytes) { fields[field.keyString] = field.string }
                return fields
            }
        } catch { throw ManifestLineError("\(error)") }
    }

    private func number<Number: FixedWidthInteger>(_ fields: [String: String], _ name: String) -> Number? {
        fields[name].flatMap { Number($0) }
    }

    private static func isDigest(_ text: String) -> Bool {
        text.utf8.count == 64 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}
