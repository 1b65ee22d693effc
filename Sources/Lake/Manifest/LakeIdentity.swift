// LAKE/_lake.json: which lake this is, and which log it was made from. Made at the first start; a lake of another log
// is refused, because its offsets would mean other records.

import Basics
import JSONText
import Telemetry

package struct LakeIdentity: Sendable, Equatable {
    package static let path = "_lake.json"
    package static let format = 1

    /// 32 hexadecimal digits, drawn when the lake was made (or adopted).
    package var lake: String
    /// What the log says it is; nil: not known yet.
    package var log: String?
    /// In order.
    package var topics: [String]

    /// Reads it; nil where there is none yet.
    package init?(_ store: any FileStore) throws(LakeError) {
        let bytes: [UInt8]
        do { bytes = try store.read(Self.path, offset: 0, count: 1 << 20) } catch .notFound { return nil }
        let fields = try Self.members(bytes, in: store)
        guard let format = fields["format"].flatMap({ Int($0) }), format >= 1 else {
            throw Self.unreadable(store, "no format")
        }
        guard format <= Self.format else {
            throw .unsupported(
                "the lake in \(store.description) has format \(format); this planetarium knows \(Self.format)")
        }
        guard let lake = fields["lake"], !lake.isEmpty, let topics = fields["topics"] else {
            throw Self.unreadable(store, "a member is missing")
        }
        let log = fields["log"]
        self.init(lake: lake, log: log == "null" ? nil : log, topics: try Self.texts(topics, in: store))
    }

    /// Reads it, or makes it; an older lake without one is adopted. A lake made before the log could say what it is
    /// learns it now.
    /// Throws `.inconsistent` for a lake of another log or of other topics, `.unsupported` for a newer format.
    package static func open(
        _ store: any FileStore, log: String?, topics: [String]
    ) throws(LakeError) -> LakeIdentity {
        let topics = topics.sorted()
        guard var known = try LakeIdentity(store) else {
            let made = LakeIdentity(lake: Hex.random(bytes: 16), log: log, topics: topics)
            try store.replace(path, with: made.bytes)
            Log.info("lake identity made", ["lake": made.lake, "log": log ?? "unknown", "path": store.description])
            return made
        }
        if let log, let other = known.log, other != log {
            throw .inconsistent(
                "the lake in \(store.description) was made from the log \(other), this log is \(log); offsets of one mean nothing in "
                    + "the other: use another folder for the lake, or the log it belongs to")
        }
        guard known.topics == topics else {
            throw .inconsistent(
                "the lake in \(store.description) is of the topics \(known.topics.joined(separator: ", ")), not of "
                    + "\(topics.joined(separator: ", ")): use another folder for the lake")
        }
        if known.log == nil, let log {
            known.log = log
            try store.replace(path, with: known.bytes)
        }
        return known
    }

    init(lake: String, log: String?, topics: [String]) {
        self.lake = lake
        self.log = log
        self.topics = topics
    }

    private var bytes: [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.member("format", Self.format)
        json.member("lake", lake)
        json.key("log")
        if let log { json.string(log) } else { json.null() }
        json.key("topics")
        json.beginArray()
        for topic in topics { json.string(topic) }
        json.endArray()
        json.endObject()
        return json.bytes + [0x0A]
    }

    private static func members(_ bytes: [UInt8], in store: any FileStore) throws(LakeError) -> [String: String] {
        var reader = JSONReader()
        var fields: [String: String] = [:]
        do {
            try bytes.withUnsafeBytes {
                for field in try reader.readObject($0) { fields[field.keyString] = field.string }
            }
        } catch { throw unreadable(store, "\(error)") }
        return fields
    }

    private static func texts(_ array: String, in store: any FileStore) throws(LakeError) -> [String] {
        var reader = JSONReader()
        do {
            return try Array(array.utf8).withUnsafeBytes { try reader.readArray($0).map(\.string) }
        } catch { throw unreadable(store, "\(error)") }
    }

    private static func unreadable(_ store: any FileStore, _ reason: String) -> LakeError {
        .inconsistent(
            "\(path) of the lake in \(store.description) cannot be read (\(reason)): put it back from a copy, or remove it to adopt "
                + "the lake as it is")
    }
}
