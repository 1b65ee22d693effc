// Aggregates that are one row: the numbers that stand for groups, their names, and what other programs are told of
// them.
// Not the counts (CatalogueTests.swift), nor who is behind them (CorrectionsTests).

import PlanetCore
import Testing

@testable import PlanetFigures

@Suite struct CountedAggregateTests {
    private func check<Key: GroupKey>(_ keys: [Key]) {
        var numbers: Set<Int> = []
        for key in keys {
            #expect(Key(name: key.name) == key, "\(key)")
            guard let number = key.number else { continue }
            #expect(numbers.insert(number).inserted, "\(key) has another's number")
            #expect((0..<Key.numbers).contains(number), "\(key)")
        }
    }

    @Test func `Every key has a number of its own and comes back from its name`() {
        check(PlanetType.allCases)
        check(NASAType.allCases)
        check(TemperatureClass.allCases)
        check(HabitableZone.Zone.allCases)
        let methods = DiscoveryMethod.names.map { MethodKey(name: $0) }
        #expect(methods.allSatisfy { $0.number != nil })
        check(methods + [MethodKey(name: "Guessing")])
        let years = (-5..<3000).map { IntegerKey($0) }
        check(years)
        check(methods.flatMap { method in years.map { PairKey(method, $0) } })
        let zones = [nil] + HabitableZone.Zone.allCases.map { Optional($0) }
        let types = [nil] + PlanetType.allCases.map { Optional($0) }
        check(zones.flatMap { zone in types.map { PairKey(OrNull(zone), OrNull($0)) } })
        for kinds: [CellKey.Kind] in [[.all, .measured], [.cell]] {
            check(kinds.flatMap { kind in (0..<64).flatMap { i in (0..<32).map { CellKey(kind, i, $0) } } })
        }
        check([CellKey(.outside)])
        check([CellKey(.outsideAll)])
    }

    @Test func `What other programs are told names columns that the lake has`() {
        let known = Set(Columns.all.map(\.name) + PredictionColumn.all.map(\.name))
        let counted = Aggregates().all.compactMap { ($0 as? CountedAggregate)?.description }
        #expect(Set(counted.map { "\($0)" }) == Set(CountedColumns.onBoard.map { "\($0)" }))
        for row in counted { #expect(!row.by.isEmpty && row.by.allSatisfy(known.contains), "\(row)") }
        let rest = Aggregates().all.compactMap { $0 as? CountedAggregate }.filter { $0.description == nil }.map(\.name)
        #expect(rest == DiagramAxis.diagrams.map(\.aggregate))
        for (_, x, y) in DiagramAxis.diagrams { #expect(x.count <= 64 && y.count <= 32) }
    }

    /// A rule's name is never taken by those of other programs.
    @Test func `No rule is called other`() {
        #expect(Rule(rawValue: "other") == nil)
        #expect(Rule.allCases.allSatisfy { Rule.counted($0.rawValue) == $0.rawValue })
        #expect(Rule.counted("theirs") == "other" && Rule.counted("other") == "other" && Rule.counted("") == "other")
    }
}
