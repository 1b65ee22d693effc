// Forecasts kept until the measurement comes: made, replaced, scored, taken back; the same whatever the order of the
// planets.

import Foundation
import PlanetCore
import StateBytes
import TestSupport
import Testing

@testable import PlanetFigures
@testable import PlanetStream

@Suite struct PredictorsScoreboardTests {
    private func planet(_ name: String, radius: Double? = nil, mass: Double? = nil, forecast: Bool = false) -> (
        key: String, value: [UInt8]?
    ) {
        var draft = DiscoveryDraft()
        draft[.pl_name] = name
        if let radius {
            draft[.pl_rade] = radius
            draft[.pl_radeerr1] = radius / 20
        }
        draft[.pl_bmasse] = mass
        if forecast { draft[.pl_bmassprov] = "M-R relationship" }
        return (IdentityKey.of(name) ?? name, DiscoveryJSON.bytes(draft.discovery))
    }

    private func cell(_ partition: Partition, _ group: String) -> String {
        partition.board()["scoreboard"]?[group] ?? ""
    }

    @Test func aForecastWaitsAndIsScored() throws {
        let partition = Partition()
        partition.apply([planet("A b", radius: 2)])
        #expect(cell(partition, "waiting/mass") == "1")
        #expect(number(cell(partition, "mass"), "n") == 0)
        // The catalogue's own forecast is not a measurement.
        partition.apply([planet("A b", radius: 2, mass: 4.66, forecast: true)])
        #expect(cell(partition, "waiting/mass") == "1")
        partition.apply([planet("A b", radius: 2, mass: 6)])
        #expect(cell(partition, "waiting/mass") == "0")
        #expect(number(cell(partition, "mass"), "n") == 1)
        let median = try #require(MassPosterior(radius: 2, logError: 0.05 * 0.4342944819)?.quantile(0.5))
        let error = try #require(number(cell(partition, "mass"), "median_error_dex"))
        #expect((error - (log10(6) - median).magnitude).magnitude <= 0.0006)
        #expect(number(cell(partition, "mass"), "coverage_68") == 1)
        // Measured better: the same forecast, another score.
        partition.apply([planet("A b", radius: 2, mass: 60)])
        #expect(number(cell(partition, "mass"), "n") == 1)
        #expect(number(cell(partition, "mass"), "coverage_95") == 0)
        // The measurement taken back: it waits again. Withdrawn: nothing. Back with both: scored.
        partition.apply([planet("A b", radius: 2)])
        #expect(number(cell(partition, "mass"), "n") == 0)
        #expect(cell(partition, "waiting/mass") == "1")
        partition.apply([("ab", nil)])
        #expect(cell(partition, "waiting/mass") == "0")
        partition.apply([planet("A b", radius: 2.1, mass: 6)])
        #expect(number(cell(partition, "mass"), "n") == 1)
    }

    @Test func aRadiusToo() {
        let partition = Partition()
        partition.apply([
            planet("A b", mass: 5), planet("A b", radius: 2.2, mass: 5), planet("B b", radius: 1, mass: 1),
        ])
        #expect(number(cell(partition, "radius"), "n") == 1)
        #expect(number(cell(partition, "radius"), "coverage_68") == 1)
        #expect(number(cell(partition, "mass"), "n") == 0)
    }

    /// Planets interleaved in any order, split into partitions, merged, saved: the same board.
    @Test(arguments: [1, 2]) func theOrderOfPlanetsDoesNotMatter(_ seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let both = archive.filter {
            let prediction = Predictor.prediction(of: $0.discovery)
            return prediction.isMassMeasured && prediction.isRadiusMeasured
        }.prefix(200)
        var queues: [[(key: String, value: [UInt8]?)]] = both.map { planet in
            var first = DiscoveryDraft(planet.discovery)
            let hidden: [NumberColumn] = random.below(2) == 0 ? [.pl_bmasse, .pl_bmassj] : [.pl_rade, .pl_radj]
            for column in hidden { first[column] = nil }
            let records = [DiscoveryJSON.bytes(first.discovery), DiscoveryJSON.bytes(planet.discovery)]
            return random.below(5) == 0
                ? [(planet.key, records[0]), (planet.key, nil), (planet.key, records[1])]
                : records.map { (planet.key, $0) }
        }
        let straight = Partition()
        for queue in queues { straight.apply(queue) }
        let mixed = Partition()
        let parts = [Partition(), Partition()]
        while let index = queues.indices.filter({ !queues[$0].isEmpty }).randomElement(using: &random) {
            let record = queues[index].removeFirst()
            mixed.apply([record])
            parts[index % 2].apply([record])
        }
        let expected = straight.board()["scoreboard"]
        #expect(mixed.board()["scoreboard"] == expected)
        let scored = (number(expected?["mass"], "n") ?? 0) + (number(expected?["radius"], "n") ?? 0)
        #expect(scored == Double(both.count))
        let merged = Aggregates()
        for part in parts { merged.merge(part.aggregates) }
        #expect(boardOf(merged)["scoreboard"] == expected)
        #expect(boardOf(merged)["candidates"] == straight.board()["candidates"])
        mixed.apply(both.map { ($0.key, nil) })
        #expect(mixed.board()["scoreboard"] == Partition().board()["scoreboard"])
    }

    /// More planets than places: those with the best ranks, and after withdrawals the next ones.
    @Test func rankedPlanets() throws {
        var random = SplitMix(seed: 4)
        var ranked = RankedPlanets(places: 10, kept: 20)
        var refills = 0
        var shown: Set<String> = []
        var there: Set<Int> = []
        for round in 0..<60 {
            // Now and then most of the best leave.
            let leaving = round % 10 == 9 ? there.sorted().prefix(15) : []
            for planet in leaving + (0..<7).map({ _ in random.below(80) }) {
                let isThere = there.contains(planet)
                RankedPlanetsTest.add(planet, to: &ranked, isThere ? -1 : 1)
                if isThere { there.remove(planet) } else { there.insert(planet) }
            }
            if ranked.isShort {
                refills += 1
                ranked.refill { ranked in for planet in there { RankedPlanetsTest.add(planet, to: &ranked, 1) } }
            }
            var groups = GroupWriter()
            ranked.write(.changes, to: &groups)
            for item in groups.items {
                if item.json == nil { shown.remove(item.group) } else { shown.insert(item.group) }
            }
            let expected = there.sorted { ($0 / 2, "\($0)") < ($1 / 2, "\($1)") }.prefix(10).map { "\($0)" }
            #expect(shown == Set(expected))
            // As two parts, which are saved and read back.
            var parts = [RankedPlanets(places: 10, kept: 20), RankedPlanets(places: 10, kept: 20)]
            for planet in there { RankedPlanetsTest.add(planet, to: &parts[planet % 2], 1) }
            var state = StateWriter()
            parts[1].save(to: &state)
            var reader = StateReader(state.bytes)
            try parts[1].restore(from: &reader)
            parts[0].merge(parts[1])
            var all = GroupWriter()
            parts[0].write(.all, to: &all)
            #expect(all.items.map(\.group) == expected && !parts[0].isShort)
        }
        #expect(refills > 0)
    }

    @Test func roundingForThePage() {
        #expect(rounded(0.123456789, digits: 4) == 0.1235)
        #expect(rounded(1361.166, digits: 5) == 1361.2)
        #expect(rounded(123456, digits: 3) == 123000)
        #expect(rounded(0, digits: 3) == 0)
    }
}

private enum RankedPlanetsTest {
    static func add(_ planet: Int, to ranked: inout RankedPlanets, _ weight: Int) {
        ranked.add(
            "\(planet)", rank: Double(planet / 2), json: [UInt8("\(planet)".utf8.first ?? 0)], weight: weight)
    }
}
