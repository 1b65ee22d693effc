// The keyed map that web and stream share: what a record does to its row, copies that stay as they were, rows saved and
// read back.

import StateBytes
import Testing

@testable import PlanetCore

extension KeyedRows {
    /// With how many records were not refused.
    fileprivate mutating func apply(key: String, _ record: PlanetRecord) -> RowOutcome {
        apply(key: key, record) { row, _ in [(row?.withExtra { $0.first } ?? 0) &+ 1] }
    }

    fileprivate mutating func restore(_ block: [UInt8]) throws { try add(block) { $0.count == 1 } }
}

@Suite struct KeyedRowsTests {
    private func planet(_ key: String, radius: Double? = nil, mass: Double? = nil) -> PlanetRecord {
        var draft = DiscoveryDraft()
        draft[.pl_name] = key
        draft[.discoverymethod] = "Transit"  // Otherwise a radius without errors counts as a forecast itself.
        draft[.pl_rade] = radius
        draft[.pl_bmasse] = mass
        return .discovery(draft.discovery)
    }

    @Test func anOutcomeHasWhatWasAndWhatIs() {
        var rows = KeyedRows()
        #expect(rows.apply(key: "a", .tombstone).effect == .change(.duplicate))
        #expect(rows.count == 0 && rows["a"] == nil, "what never was leaves no row")
        let first = rows.apply(key: "a", planet("a", radius: 2))
        #expect(first.effect == .change(.new) && first.revision == 1)
        #expect(first.before == .nothing && first.after.discovery?[.pl_rade] == 2)
        #expect(first.forecastBefore == nil && first.forecast?.kind == .mass)
        let same = rows.apply(key: "a", planet("a", radius: 2))
        #expect(same.effect == .change(.duplicate) && same.revision == 1)
        #expect(same.before == .nothing && same.after == .nothing, "it changes no value")
        let gone = rows.apply(key: "a", .tombstone)
        #expect(gone.effect == .change(.withdrawal) && gone.before.discovery?[.pl_rade] == 2 && gone.after == .nothing)
        #expect(gone.forecast == first.forecast, "kept through a withdrawal")
        let both = rows.apply(key: "a", planet("a", radius: 2, mass: 5))
        #expect(both.effect == .change(.reinstatement) && both.forecastBefore?.kind == .mass)
        let alias = PlanetAlias(name: "a", canonical: "b", canonicalKey: "b", source: nil)
        var noted = 0
        let refused = rows.apply(key: "a", .alias(alias)) { _, _ in
            noted += 1
            return []
        }
        #expect(refused.effect == .refused(.alias_joins_planets) && refused.issue?.rule == .alias_joins_planets)
        #expect(noted == 0 && rows["a"]?.state.discovery != nil)
        #expect(rows.count == 1 && rows.present == 1)
    }

    @Test func aCopyStaysAsItWas() {
        var rows = KeyedRows()
        for number in 0..<1000 { _ = rows.apply(key: "p\(number)", planet("p\(number)", radius: 1)) }
        let copy = rows
        _ = rows.apply(key: "p700", .tombstone)
        _ = rows.apply(key: "new", planet("new"))
        #expect(copy.count == 1000 && copy.present == 1000 && copy["p700"]?.state.discovery != nil)
        #expect(rows.count == 1001 && rows.present == 1000 && rows["p700"]?.state.discovery == nil)
        #expect(rows.chunks.joined().map(\.key) == (0..<1000).map { "p\($0)" } + ["new"])
    }

    @Test func rowsComeBackInTheirOrder() throws {
        var rows = KeyedRows()
        for number in 0..<9000 {
            _ = rows.apply(key: "p\(number)", planet("p\(number)", radius: Double(number % 9 + 1)))
        }
        var again = KeyedRows(capacity: rows.count)
        for block in rows.blocks { try again.restore(block()) }
        #expect(again.isWhole && again.count == rows.count)
        for (one, other) in zip(again.chunks.joined(), rows.chunks.joined()) {
            #expect(one.key == other.key && one.state == other.state && one.forecast == other.forecast)
        }
        #expect(again["p8999"]?.state == rows["p8999"]?.state && again["p9000"] == nil)
        let blocks = rows.blocks.map { $0() }
        try again.restore(try #require(blocks.first))
        #expect(!again.isWhole, "keys that are there twice")
        let block = try #require(blocks.last)
        #expect(throws: StateError.self) { try again.restore(block + [0]) }
        #expect(throws: StateError.self) { try again.restore(Array(block.dropLast())) }
    }
}
