// LAKE/_lake.json: which lake this is, and which log it was made from, chapter by chapter. Made at the first start; a
// lake of a different log is refused, because its offsets would mean other records.

import Basics
import JSONText
import Telemetry
import Threads

package struct LakeIdentity: Sendable, Equatable {
    package static let path = "_lake.json"
    /// The Spark job's counterpart (spark/planetarium/lake.py).
    package static let sparkPath = "_spark.json"
    /// 1, or 2 with chapters, which a reader of format 1 would misread.
    package static let format = 2

    /// 32 hexadecimal digits, drawn when the lake was made (or adopted).
    package var lake: String
    /// The log's identity; nil: not known yet.
    package var log: String?
    /// In order.
    package var topics: [String]
    /// How many partitions of the discoveries the planets' keys are spread over: as many as there were when the lake
    /// was made. Nil: not known yet, or an embedded log, whose topics never grow.
    package internal(set) var keyPartitions: Int32?
    /// From the first; empty if there has been only one log.
    package var chapters: [LakeChapter] = []
    /// The file has a check sum. (Those of older versions have none.)
    private var isSealed = true

    /// The number of the current chapter, from 1.
    package var chapter: Int { max(1, chapters.count) }
    package var numbering: LakeNumbering { LakeNumbering(chapters) }

    /// Reads it; nil if there is none yet.
    package init?(_ store: any FileStore) throws(LakeError) {
        guard let bytes = try Self.bytes(store) else { return nil }
        do throws(LakeIdentityText.Fault) {
            self = try LakeIdentityText.read(bytes)
        } catch {
            switch error {
            case .newer(let format):
                throw .unsupported(
                    "the lake in \(store.description) has format \(format); this planetarium knows \(Self.format)")
            case .wrong(let reason):
                throw .inconsistent(
                    "\(Self.path) of the lake in \(store.description) cannot be read (\(reason)): put it back from a copy, "
                        + "or remove it to have it made again from what the manifest says")
            }
        }
    }

    /// In HDFS it is empty for a moment where a try to write it that was given up on comes through after the next one.
    private static let patienceWithEmptyFile: UInt64 = 5_000_000_000

    /// The file's; nil if there is none.
    private static func bytes(_ store: any FileStore) throws(LakeError) -> [UInt8]? {
        let end = Clock.monotonic + patienceWithEmptyFile
        while true {
            do throws(LakeError) {
                let bytes = try store.read(path, offset: 0, count: 1 << 20)
                if !bytes.isEmpty || Clock.monotonic >= end { return bytes }
            } catch .notFound {
                return nil
            }
            Clock.pause(50_000_000)
        }
    }

    /// Reads it, or makes it; adopts an older lake without one. A lake made before the log's identity was known learns
    /// it now.
    /// Throws `.inconsistent` for a lake of another log or of other topics, `.unsupported` for a newer format.
    package static func open(
        _ store: any FileStore, log: String?, topics: [String]
    ) throws(LakeError) -> LakeIdentity {
        let topics = topics.sorted()
        var known: LakeIdentity
        if let there = try LakeIdentity(store) {
            known = there
        } else {
            if try store.exists(sparkPath) {
                throw .inconsistent(
                    "the lake in \(store.description) is the Spark job's, which goes on in it: use another folder")
            }
            let noted = try ManifestNotes(store)
            known = LakeIdentity(
                lake: noted.lake ?? Hex.random(bytes: 16), log: noted.chapters.last?.log, topics: topics,
                chapters: noted.chapters)
            if known.log == nil { known.log = log }
            do {
                try known.write(to: store, replacing: false)
                Log.info(
                    noted.lake == nil ? "lake identity made" : "lake identity made again from the manifest",
                    ["lake": known.lake, "log": log ?? "unknown", "path": store.description])
            } catch .alreadyExists {
                // If several processes start at once on a new lake, one makes it and the others read it.
                return try open(store, log: log, topics: topics)
            }
        }
        if let log, let other = known.log, other != log {
            throw .inconsistent(
                "the lake in \(store.description) was made from the log \(other), this log is \(log); offsets of one mean nothing in "
                    + "the other: use another folder for the lake, or the log it belongs to. \(advice)")
        }
        guard known.topics == topics else {
            throw .inconsistent(
                "the lake in \(store.description) is of the topics \(known.topics.joined(separator: ", ")), not of "
                    + "\(topics.joined(separator: ", ")): use another folder for the lake")
        }
        if (known.log == nil && log != nil) || !known.isSealed {
            known.log = known.log ?? log
            try known.write(to: store)
            known.isSealed = true
        }
        return known
    }

    /// Stores the number of partitions that the planets' keys are spread over.
    package mutating func keep(keyPartitions: Int32, in store: any FileStore) throws(LakeError) {
        guard self.keyPartitions != keyPartitions else { return }
        self.keyPartitions = keyPartitions
        try write(to: store)
    }

    /// What to do about a different log.
    package static let advice =
        "To go on with both: planetarium topics adopt keeps the lake's records and begins the new log at its start"

    init(
        lake: String, log: String?, topics: [String], chapters: [LakeChapter] = [], isSealed: Bool = true
    ) {
        self.lake = lake
        self.log = log
        self.topics = topics
        self.chapters = chapters
        self.isSealed = isSealed
    }

    /// Writes in one step; the members of a group may do so at once. Without `replacing`, throws `.alreadyExists` if
    /// there is one.
    package func write(to store: any FileStore, replacing: Bool = true) throws(LakeError) {
        let text = LakeIdentityText.text(self, isSealed: true)
        try store.replace(Self.path, with: text, mark: Hex.random(bytes: 8), replacing: replacing)
    }
}

/// The file's text: a line of JSON with a check sum.
enum LakeIdentityText {
    enum Fault: Error {
        case newer(format: Int)
        case wrong(String)
    }

    static func text(_ identity: LakeIdentity, isSealed: Bool) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.member("format", identity.chapters.isEmpty ? 1 : LakeIdentity.format)
        json.member("lake", identity.lake)
        json.optional("log", identity.log)
        json.key("topics")
        json.beginArray()
        for topic in identity.topics { json.string(topic) }
        json.endArray()
        if let count = identity.keyPartitions { json.member("key_partitions", Int(count)) }
        if !identity.chapters.isEmpty {
            json.key("chapters")
            json.beginArray()
            for chapter in identity.chapters { write(chapter, &json) }
            json.endArray()
        }
        json.endObject()
        return (isSealed ? LineSeal.sealed(json.bytes) : json.bytes) + [0x0A]
    }

    private static func write(_ chapter: LakeChapter, _ json: inout JSONWriter) {
        json.beginObject()
        json.optional("log", chapter.log)
        json.optional("began", chapter.began)
        json.key("partitions")
        json.beginObject()
        for (place, start) in chapter.starts.sorted(by: { $0.key < $1.key }) {
            json.key("\(place)")
            json.beginArray()
            json.integer(Int(start.lake))
            json.integer(Int(start.log))
            json.endArray()
        }
        json.endObject()
        json.endObject()
    }

    static func read(_ bytes: [UInt8]) throws(Fault) -> LakeIdentity {
        let line = bytes.last == 0x0A ? bytes.dropLast() : bytes[...]
        let isSealed = LineSeal.isIntact(line)
        if isSealed == false { throw .wrong("its text is not the one that its check sum was made of") }
        let fields = try members(line)
        guard let format = fields["format"].flatMap({ Int($0) }), format >= 1 else { throw .wrong("no format") }
        guard format <= LakeIdentity.format else { throw .newer(format: format) }
        guard let lake = fields["lake"], !lake.isEmpty, let log = fields["log"], let topics = fields["topics"] else {
            throw .wrong("a member is missing")
        }
        var identity = LakeIdentity(
            lake: lake, log: log == "null" ? nil : log, topics: try texts(topics),
            chapters: try fields["chapters"].map { (text) throws(Fault) in try chapters(text) } ?? [],
            isSealed: isSealed ?? false)
        identity.keyPartitions = fields["key_partitions"].flatMap { Int32($0) }
        // We wrote it, so byte for byte as we write it.
        guard text(identity, isSealed: isSealed ?? false) == bytes else {
            throw .wrong("it is not as Planetarium writes it")
        }
        return identity
    }

    private static func chapters(_ text: String) throws(Fault) -> [LakeChapter] {
        var chapters: [LakeChapter] = []
        for each in try elements(text) {
            let fields = try members(Array(each.utf8)[...])
            guard let log = fields["log"], let began = fields["began"], let places = fields["partitions"] else {
                throw .wrong("a chapter lacks a member")
            }
            var chapter = LakeChapter(log: log == "null" ? nil : log, began: began == "null" ? nil : began)
            for (name, pair) in try members(Array(places.utf8)[...]) {
                let offsets = try elements(pair).compactMap { Int64($0) }
                guard let place = TopicPartition(name), offsets.count == 2, offsets[1] >= 0, offsets[0] >= offsets[1]
                else { throw .wrong("\(name) begins nowhere") }
                chapter.starts[place] = LakeChapter.Start(lake: offsets[0], log: offsets[1])
            }
            chapters.append(chapter)
        }
        return chapters
    }

    private static func members(_ bytes: ArraySlice<UInt8>) throws(Fault) -> [String: String] {
        var reader = JSONReader(limits: JSONLimits(fields: 65_536, depth: 8, bytes: 1 << 20))
        var fields: [String: String] = [:]
        do {
            try bytes.withUnsafeBytes {
                for field in try reader.readObject($0) { fields[field.keyString] = field.string }
            }
        } catch { throw .wrong("\(error)") }
        return fields
    }

    private static func texts(_ array: String) throws(Fault) -> [String] { try elements(array) }

    private static func elements(_ array: String) throws(Fault) -> [String] {
        var reader = JSONReader()
        do {
            return try Array(array.utf8).withUnsafeBytes { try reader.readArray($0).map(\.string) }
        } catch { throw .wrong("\(error)") }
    }
}
