// The board as viewers see it: aggregate, group, JSON value (docs/LIVE.md); and what changed since the last delta.
// Live/LiveFeed.swift decides when to send.

import Basics
import JSONText
import PlanetFigures

package struct Board {
    private struct Section {
        let name: String
        let digested: Digested
        var values: [String: [UInt8]] = [:]
        /// Groups in byte order; nil after one has come or gone.
        var order: [String]? = []
        /// The whole section as JSON; nil after a value has changed.
        var json: [UInt8]?
        /// Groups that the next delta carries.
        var changed: Set<String> = []

        mutating func set(_ group: String, _ value: [UInt8]?) {
            let place = values.index(forKey: group)
            switch (place, value) {
            case (nil, nil): return
            case (let place?, let value?):
                if values.values[place] == value { return }
                values.values[place] = value
            case (let place?, nil):
                values.remove(at: place)
                order = nil
            case (nil, let value?):
                values[group] = value
                order = nil
            }
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
            let groups = sorted()
            return JSONWriter.object(capacity: 64 + values.count * 32) {
                for group in groups where isWanted(group) { $0.optional(group, raw: values[group]) }
            }
        }

        /// All of it, cached until a value changes.
        mutating func whole() -> [UInt8] {
            let whole = json ?? object()
            json = whole
            return whole
        }
    }
    private var sections: [Section]
    /// The positions that the board is of.
    var positions = Positions()

    package init(_ aggregates: [any Aggregate]) {
        sections = aggregates.map { Section(name: $0.name, digested: $0.digested) }
    }

    /// Sets the groups of the aggregate at `index`.
    package mutating func apply(_ items: [GroupWriter.Item], to index: Int) {
        for item in items { sections[index].set(item.group, item.json) }
    }

    /// Sets the groups of the aggregate at `index`, and drops all others.
    mutating func replace(_ items: [GroupWriter.Item], at index: Int) {
        var gone = Set(sections[index].values.keys)
        for item in items {
            gone.remove(item.group)
            sections[index].set(item.group, item.json)
        }
        for group in gone { sections[index].set(group, nil) }
    }

    var hasChanges: Bool { sections.contains { !$0.changed.isEmpty } }

    package mutating func clearChanges() {
        for index in sections.indices { sections[index].changed.removeAll(keepingCapacity: true) }
    }

    /// Writes the member "aggregates" with the changed groups only.
    package mutating func writeChanges(to writer: inout JSONWriter) {
        writer.object("aggregates") { writer in
            // By index: a section taken out would be copied.
            for index in sections.indices where !sections[index].changed.isEmpty {
                writer.object(sections[index].name) {
                    for group in sections[index].changed.sorted() {
                        $0.optional(group, raw: sections[index].values[group])
                    }
                }
            }
        }
    }

    /// Writes the member "aggregates" with everything.
    mutating func writeAll(to writer: inout JSONWriter) {
        writer.object("aggregates") {
            for index in sections.indices { $0.raw(sections[index].name, sections[index].whole()) }
        }
    }

    /// What the digest covers: {"NAME":{"GROUP":VALUE,...},...}, names and groups in byte order, for the aggregates and
    /// groups that depend on the catalogue alone. No white space; values as they are on the board.
    mutating func canonical() -> [UInt8] {
        let order = sections.indices.sorted { sections[$0].name < sections[$1].name }
        return JSONWriter.object(capacity: 1 << 16) { writer in
            for index in order {
                switch sections[index].digested {
                case .none: continue
                case .all: writer.raw(sections[index].name, sections[index].whole())
                case .groups(let names):
                    writer.raw(sections[index].name, sections[index].object { names.contains($0) })
                }
            }
        }
    }

    /// Writes the member "positions".
    func writePositions(to writer: inout JSONWriter) {
        writer.key("positions")
        positions.write(to: &writer)
    }

    /// SHA-256 of `canonical`, in hexadecimal.
    mutating func digest() -> String { SHA256.hex(canonical()) }
}
