// Memory grows with the planets there are, not with the records that came: names that nothing counts any more are
// forgotten, and rules that other programs made up share one group.
// Not the counts themselves (CatalogueTests.swift).

import EventLog
import JSONText
import PlanetCore
import StateBytes
import TestSupport
import Testing

@testable import PlanetFigures
@testable import PlanetStream

@Suite struct BoundedNamesTests {
    /// How many elements the collections in a value have, and in all that it refers to.
    private static func elements(_ value: Any) -> Int {
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .collection, .dictionary, .set: return mirror.children.reduce(1) { $0 + elements($1.value) }
        default:
            let own = mirror.children.reduce(0) { $0 + elements($1.value) }
            return own + (mirror.superclassMirror?.children.reduce(0) { $0 + elements($1.value) } ?? 0)
        }
    }

    private static func size(_ partition: Partition) -> Int {
        partition.aggregates.all.reduce(0) { $0 + elements($1) }
    }

    private static func planet(_ facility: Int) -> (key: String, value: [UInt8]?) {
        ("a", Array(#"{"pl_name":"Moving b","disc_facility":"Observatory number \#(facility)"}"#.utf8))
    }

    private static func write(_ partition: Partition) {
        for aggregate in partition.aggregates.all {
            var groups = GroupWriter()
            aggregate.write(.changes, to: &groups)
        }
    }

    /// Whether or not somebody is shown the changes.
    @Test(arguments: [false, true]) func `A planet that moves on leaves no name behind`(_ isShown: Bool) {
        let partition = Partition()
        for number in 0..<20 {
            partition.apply([Self.planet(number)])
            if isShown { Self.write(partition) }
        }
        let before = Self.size(partition)
        for number in 20..<2000 {
            partition.apply([Self.planet(number)])
            if isShown, number % 7 == 0 { Self.write(partition) }
        }
        Self.write(partition)
        #expect(Self.size(partition) <= before + 10)
        #expect(partition.board()["by_facility"] == ["Observatory number 1999": "1"])
        #expect(partition.board()["totals"]?["facilities"] == "1")
    }

    /// Names leave and come back, in random order and batches: the counts, and what the deltas tell, are those of the
    /// planets there are.
    @Test(arguments: 0..<6) func `Places that are used again count right`(_ seed: UInt64) {
        var random = SplitMix(seed: seed + 70)
        let partition = Partition()
        var facilities: [Int: Int] = [:]
        var shown: [String: String] = [:]
        for _ in 0..<300 {
            var batch: [(key: String, value: [UInt8]?)] = []
            for _ in 0..<random.below(6) {
                let planet = random.below(12)
                if random.below(4) == 0 {
                    facilities[planet] = nil
                    batch.append(("p\(planet)b", nil))
                } else {
                    let facility = random.below(9)
                    facilities[planet] = facility
                    batch.append(
                        ("p\(planet)", Array(#"{"pl_name":"P\#(planet) b","disc_facility":"F\#(facility)"}"#.utf8)))
                }
            }
            partition.apply(batch)
            let expected = Dictionary(grouping: facilities.values, by: { "F\($0)" }).mapValues { "\($0.count)" }
            #expect(partition.board()["by_facility"] == expected)
            if random.below(3) == 0 {
                for aggregate in partition.aggregates.all {
                    var groups = GroupWriter()
                    aggregate.write(.changes, to: &groups)
                    guard aggregate.name == "by_facility" else { continue }
                    for item in groups.items {
                        shown[item.group] = item.json.map { String(decoding: $0, as: UTF8.self) }
                    }
                }
                #expect(shown == expected)
            }
        }
    }

    private static func refused(_ rules: [String], at offset: Int64 = 0) -> RecordBatch {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("raw", "x")
        writer.key("errors")
        writer.beginArray()
        for rule in rules {
            writer.beginObject()
            writer.member("rule", rule)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        var batch = RecordBatch()
        batch.append(
            key: Array("k".utf8), value: writer.bytes, headers: batch.addHeaders([]), offset: offset,
            timestamp: 1_764_000_000_000_000 + offset)
        return batch
    }

    @Test func `Rules that other programs made up are counted together`() throws {
        let tallies = [Tally(), Tally()]
        for number in 0..<3000 {
            let batch = Self.refused(["theirs_\(number)", "out_of_range", "other"], at: Int64(number))
            let tally = tallies[number % 2]
            tally.events.append(tally.judge.rejected(batch, 0, source: nil).event)
            tally.applyEvents()
        }
        let merged = Aggregates()
        for tally in tallies {
            var reader = StateReader(tally.saved())
            let restored = Aggregates()
            try restored.restore(from: &reader)
            merged.merge(restored)
        }
        #expect(boardOf(merged)["rejects"] == ["out_of_range": "3000", "other": "6000"])
        #expect(boardOf(merged)["totals"]?["rejected"] == "3000")
    }
}
