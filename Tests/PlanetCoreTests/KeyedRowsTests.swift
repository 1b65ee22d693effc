// The keyed map that web and stream share: what a record does to its row, copies that stay as they were, rows saved and
// read back.

import StateBytes
import Testing

@testable import PlanetCore

private struct TestRow: KeyedRow {
    let packed: PackedRow
    var key: String { packed.key }
    var state: PlanetState { packed.state }

    init(_ packed: PackedRow) { self.packed = packed }
    /// How many records were not refused.
    func extra(after outcome: RowOutcome, _ note: inout Int) -> [UInt8] {
        note += 1
        return packed.withExtra { [($0.first ?? 0) &+ 1] }
    }
    static func isWhole(_ extra: UnsafeRawBufferPointer) -> Bool { extra.count <= 1 }
}

extension KeyedRows<TestRow> {
    fileprivate mutating func apply(key: String, _ record: PlanetRecord) -> RowOutcome {
        var noted = 0
        return apply(key: key, record, note: &noted)
    }
}

@Suite struct KeyedRowsTests {
    private func planet(_ key: String, radius: Double? = nil, mass: Double? = nil) -> PlanetRecord {
        var draft = DiscoveryDraft()
        draft[.pl_name] = key
        draft[.discoverymethod] = "Transit"  // Otherwise a radius without errors counts as a forecast itself.
        draft[.pl_rade] = radius
        draft[.pl_bmasse] = mass
        return .discovery(draft.packed())
    }

    @Test func anOutcomeHasWhatWasAndWhatIs() {
        var rows = KeyedRows<TestRow>()
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
        let refused = rows.apply(key: "a", .alias(alias), note: &noted)
        #expect(refused.effect == .refused(.alias_joins_planets) && refused.issue?.rule == .alias_joins_planets)
        #expect(noted == 0 && rows["a"]?.state.discovery != nil)
        #expect(rows.count == 1 && rows.present == 1)
    }

    @Test func aCopyStaysAsItWas() {
        var rows = KeyedRows<TestRow>()
        for number in 0..<1000 { _ = rows.apply(key: "p\(number)", planet("p\(number)", radius: 1)) }
        let copy = rows
        _ = rows.apply(key: "p700", .tombstone)
        _ = rows.apply(key: "new", planet("new"))
        #expect(copy.count == 1000 && copy.present == 1000 && copy["p700"]?.state.discovery != nil)
        #expect(rows.count == 1001 && rows.present == 1000 && rows["p700"]?.state.discovery == nil)
        #expect(rows.chunks.joined().map(\.key) == (0..<1000).map { "p\($0)" } + ["new"])
    }

    @Test func rowsComeBackInTheirOrder() throws {
        var rows = KeyedRows<TestRow>()
        for number in 0..<9000 {
            _ = rows.apply(key: "p\(number)", planet("p\(number)", radius: Double(number % 9 + 1)))
        }
        var again = KeyedRows<TestRow>(capacity: rows.count)
        for block in rows.blocks { try again.add(block()) }
        #expect(again.isWhole && again.count == rows.count)
        for (one, other) in zip(again.chunks.joined(), rows.chunks.joined()) {
            #expect(one.key == other.key && one.state == other.state && one.packed.forecast == other.packed.forecast)
        }
        #expect(again["p8999"]?.state == rows["p8999"]?.state && again["p9000"] == nil)
        let blocks = rows.blocks.map { $0() }
        try again.add(try #require(blocks.first))
        #expect(!again.isWhole, "keys that are there twice")
        let block = try #require(blocks.last)
        #expect(throws: StateError.self) { try again.add(block + [0]) }
        #expect(throws: StateError.self) { try again.add(Array(block.dropLast())) }
    }
}
