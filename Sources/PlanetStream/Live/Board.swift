// The board as the viewers have it: aggregate, group, JSON value (docs/LIVE.md). Keeps what changed since the last
// delta.
// Not when anything is sent (Live/LiveFeed.swift).

import Basics
import JSONText

struct Board {
    private struct Section {
        let name: String
        let digested: Digested
        var values: [String: [UInt8]] = [:]
        /// Groups in byte order; nil when one has come or gone.
        var order: [String]? = []
        /// The whole section as JSON; nil when a value has changed.
        var json: [UInt8]?
        /// Groups that the next delta carries.
        var changed: Set<String> = []

        mutating func set(_ group: String, _ value: [UInt8]?) {
            guard values[group] != value else { return }
            if (values[group] == nil) != (value == nil) { order = nil }
            values[group] = value
            json = nil
            changed.insert(group)
        }

        mutating func sorted() -> [String] {
            if let order { return order }
            let order = values.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            self.order = order
            return order
        }

        /// {"GROUP":VALUE,...} in order.
        mutating func object(where isWanted: (String) -> Bool = { _ in true }) -> [UInt8] {
            var writer = JSONWriter(capacity: 64 + values.count * 32)
            writer.beginObject()
            for group in sorted() where isWanted(group) {
                writer.key(group)
                if let value = values[group] { writer.raw(value) }
            }
            writer.endObject()
            return writer.bytes
        }
    }
    private var sections: [Section]
    /// The records it is of.
    var positions = Positions()

    init(_ aggregates: [any Aggregate]) {
        sections = aggregates.map { Section(name: $0.name, digested: $0.digested) }
    }

    /// Takes the groups of the aggregate at `index`.
    mutating func apply(_ items: [GroupWriter.Item], to index: Int) {
        for item in items { sections[index].set(item.group, item.json) }
    }

    /// Takes the groups of the aggregate at `index`, and drops those that aren't among them.
    mutating func replace(_ items: [GroupWriter.Item], at index: Int) {
        var gone = Set(sections[index].values.keys)
        for item in items {
            gone.remove(item.group)
            sections[index].set(item.group, item.json)
        }
        for group in gone { sections[index].set(group, nil) }
    }

    var hasChanges: Bool { sections.contains { !$0.changed.isEmpty } }

    mutating func clearChanges() {
        for index in sections.indices { sections[index].changed.removeAll(keepingCapacity: true) }
    }

    /// Writes the member "aggregates" with the changed groups alone.
    mutating func writeChanges(to writer: inout JSONWriter) {
        writer.key("aggregates")
        writer.beginObject()
        for section in sections where !section.changed.isEmpty {
            writer.key(section.name)
            writer.beginObject()
            for group in section.changed.sorted() {
                writer.key(group)
                if let value = section.values[group] { writer.raw(value) } else { writer.null() }
            }
            writer.endObject()
        }
        writer.endObject()
    }

    /// Writes the member "aggregates" with everything.
    mutating func writeAll(to writer: inout JSONWriter) {
        writer.key("aggregates")
        writer.beginObject()
        for index in sections.indices {
            writer.key(sections[index].name)
            let json = sections[index].json ?? sections[index].object()
            sections[index].json = json
            writer.raw(json)
        }
        writer.endObject()
    }

    /// What the digest is of: {"NAME":{"GROUP":VALUE,...},...}, names and groups in byte order, of the aggregates and
    /// groups that follow from the catalogue alone. No white space; values as they are on the board.
    mutating func canonical() -> [UInt8] {
        var writer = JSONWriter(capacity: 1 << 16)
        writer.beginObject()
        for index in sections.indices.sorted(by: { sections[$0].name < sections[$1].name }) {
            switch sections[index].digested {
            case .none: continue
            case .all:
                writer.key(sections[index].name)
                let json = sections[index].json ?? sections[index].object()
                sections[index].json = json
                writer.raw(json)
            case .groups(let names):
                writer.key(sections[index].name)
                writer.raw(sections[index].object { names.contains($0) })
            }
        }
        writer.endObject()
        return writer.bytes
    }

    /// Writes the member "positions".
    func writePositions(to writer: inout JSONWriter) {
        writer.key("positions")
        positions.write(to: &writer)
    }

    /// SHA-256 of `canonical`, in hexadecimal.
    mutating func digest() -> String { SHA256.hex(canonical()) }
}
