// What a checkpoint says about itself before its content: one line of JSON, so that `head -n 2 FILE` tells a person
// what it is. The content is blocks of bytes that only their writer understands; others decide whether to trust it.

import Basics
import JSONText

package struct CheckpointHead: Sendable, Equatable {
    /// Identifies the meaning of the content's bytes: changes with the code.
    package var meaning: String
    /// The lake it belongs to; empty if it belongs to none.
    package var lake: String
    /// The log: EventLog.identity.
    package var log: String
    /// The next offset of each partition, the first that is not included.
    package var positions: [TopicPartition: Int64]
    /// Numbers of the writer's own, by name.
    package var numbers: [String: Int64]
    /// Nanoseconds since 1970-01-01 UTC.
    package var writtenAt: UInt64

    package init(
        meaning: String, lake: String, log: String, positions: [TopicPartition: Int64],
        numbers: [String: Int64] = [:], writtenAt: UInt64
    ) {
        self.meaning = meaning
        self.lake = lake
        self.log = log
        self.positions = positions
        self.numbers = numbers
        self.writtenAt = writtenAt
    }

    /// Has no line feed. Numbers of more than 53 bits are strings, because readers treat numbers as doubles.
    var json: [UInt8] {
        var writer = JSONWriter(capacity: 512)
        writer.beginObject()
        writer.member("meaning", meaning)
        writer.member("lake", lake)
        writer.member("log", log)
        writer.member("written_at_ns", "\(writtenAt)")
        let positions = Dictionary(uniqueKeysWithValues: positions.map { ("\($0.key)", $0.value) })
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
        var places: [TopicPartition: Int64] = [:]
        for (name, next) in positions {
            guard let place = TopicPartition(name) else { return nil }
            places[place] = next
        }
        self.init(meaning: meaning, lake: lake, log: log, positions: places, numbers: numbers, writtenAt: writtenAt)
    }
}
