// What a checkpoint says of itself before its content: one line of JSON, so that `head -n 2 FILE` tells a person what
// it is.
// Not the content (blocks of bytes, whose meaning is the writer's), nor whether to trust it.

import JSONText

package struct CheckpointHead: Sendable, Equatable {
    /// What the content's bytes mean: other code, another text.
    package var meaning: String
    /// Which lake it belongs to; empty where it belongs to none.
    package var lake: String
    /// Which log: EventLog.identity.
    package var log: String
    /// "TOPIC/PARTITION": the next offset, the first that is not in it.
    package var positions: [String: Int64]
    /// Numbers of the writer's own, by name.
    package var numbers: [String: Int64]
    /// Nanoseconds since 1970-01-01 UTC.
    package var writtenAt: UInt64

    package init(
        meaning: String, lake: String, log: String, positions: [String: Int64], numbers: [String: Int64] = [:],
        writtenAt: UInt64
    ) {
        self.meaning = meaning
        self.lake = lake
        self.log = log
        self.positions = positions
        self.numbers = numbers
        self.writtenAt = writtenAt
    }

    /// Without a line feed. Numbers of more than 53 bits are written as texts, because readers take a number for a
    /// double.
    var json: [UInt8] {
        var writer = JSONWriter(capacity: 512)
        writer.beginObject()
        writer.member("meaning", meaning)
        writer.member("lake", lake)
        writer.member("log", log)
        writer.member("written_at_ns", "\(writtenAt)")
        for (name, table) in [("positions", positions), ("numbers", numbers)] {
            writer.key(name)
            writer.beginObject()
            for (key, value) in table.sorted(by: { $0.key < $1.key }) { writer.member(key, "\(value)") }
            writer.endObject()
        }
        writer.endObject()
        return writer.bytes
    }

    /// Nil for anything else.
    init?(json: [UInt8]) {
        var reader = JSONReader()
        var inner = JSONReader()
        var texts: [String: String] = [:]
        var tables: [String: [String: Int64]] = [:]
        let isWhole: Bool = json.withUnsafeBytes { bytes in
            guard let members = try? reader.readObject(bytes) else { return false }
            for member in members {
                let name = String(decoding: member.key, as: UTF8.self)
                if member.kind == .string { texts[name] = member.string }
                guard member.kind == .object else { continue }
                guard let entries = try? inner.readObject(member.text) else { return false }
                var table: [String: Int64] = [:]
                for entry in entries {
                    guard entry.kind == .string, let value = Int64(entry.string) else { return false }
                    table[String(decoding: entry.key, as: UTF8.self)] = value
                }
                tables[name] = table
            }
            return true
        }
        guard isWhole, let meaning = texts["meaning"], let lake = texts["lake"], let log = texts["log"],
            let writtenAt = texts["written_at_ns"].flatMap({ UInt64($0) }), let positions = tables["positions"],
            let numbers = tables["numbers"]
        else { return nil }
        self.init(
            meaning: meaning, lake: lake, log: log, positions: positions, numbers: numbers, writtenAt: writtenAt)
    }
}
