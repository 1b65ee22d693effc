// Behind every figure on the board stand as many planets or records as it says: for every aggregate and every group.
// The board is the stream's, the planets are those of the web's catalogue.

import EventLog
import Foundation
import PlanetCore
import TestSupport
import Testing

@testable import PlanetFigures
@testable import PlanetStream
@testable import PlanetWeb

@Suite struct MembersTests {
    /// Holds the groups of the board against what the web finds behind them; of an aggregate with many groups, and of
    /// one that is made from predictions, one in `step`, as each takes a look at all planets. Returns how many groups
    /// there were.
    @discardableResult
    private func compare(_ reading: Reading, oneIn step: Int = 1) throws -> Int {
        var groups = 0
        for aggregate in reading.merged().all {
            let name = aggregate.name
            var writer = GroupWriter()
            aggregate.write(.all, to: &writer)
            let isLong = writer.items.count > 40 || ["candidates", "hz_points", "hz_diagram"].contains(name)
            for item in writer.items {
                groups += 1
                if isLong, groups % step != 0 { continue }
                let json = try JSONSerialization.jsonObject(with: Data(item.json ?? []), options: .fragmentsAllowed)
                try compare(name, item.group, json, reading)
            }
        }
        return groups
    }

    private func compare(_ name: String, _ group: String, _ json: Any, _ reading: Reading) throws {
        func value(_ group: String) -> Int? { found(name, group, reading)?.value }
        switch (name, json) {
        case ("cumulative", let points as [[Int]]):
            #expect(value(group) == points.last?[1], "\(name) \(group)")
            for point in points { #expect(value("\(group)/\(point[0])") == point[1], "\(name) \(group) \(point)") }
        case ("quality", let counts as [String: Int]):
            for (kind, count) in counts { #expect(value("\(group)/\(kind)") == count, "\(name) \(group) \(kind)") }
            #expect(value(group) == counts.reduce(0) { $0 + ($1.key == "missing" ? 0 : $1.value) })
        case ("newest", let list as [[String: Any]]):
            let keys = found(name, group, reading)?.rows.map(\.key)
            #expect(keys == list.compactMap { $0["key"] as? String })
        case ("candidates", _), ("hz_points", _):
            #expect(found(name, group, reading)?.rows.map(\.key) == [group], "\(name) \(group)")
        case ("stats", let figures as [String: Any]), ("scoreboard", let figures as [String: Any]):
            #expect(value(group) == figures["n"] as? Int, "\(name) \(group)")
        case (_, let count as Int):
            let found = try #require(self.found(name, group, reading), "\(name) \(group)")
            #expect(found.value == count, "\(name) \(group)")
            if found.unit == .planets, group != "facilities" { #expect(found.total == count, "\(name) \(group)") }
            #expect(found.rows.map(\.key) == found.rows.map(\.key).sorted())
        default:
            // Lines that no planet makes.
            guard case .nothing = AggregateMembers.of(name, group: group) else {
                Issue.record("\(name) \(group) is none of the known kinds")
                return
            }
        }
    }

    private func found(_ name: String, _ group: String, _ reading: Reading) -> MembersRoute.Found? {
        let members = AggregateMembers.of(name, group: group)
        switch members {
        case .unknownAggregate, .unknownGroup, .nothing: return nil
        default: return MembersRoute.find(members, reading.web, reading.records)
        }
    }

    /// The table of the archive; then half a year of corrections, withdrawals, aliases and refused records on top.
    @Test func everyFigureOfTheArchive() throws {
        let reading = Reading(partitions: 3)
        var decoder = DiscoveryDecoder(today: { Reading.today })
        var planets: [Validated] = []
        try sampleBytes("nasa_pscomppars_2025-12-15.csv").withUnsafeBytes { bytes in
            _ = try decoder.decode(body: bytes, as: .csv, maxRecords: 100_000) { _, _, verdict in
                if case .accept(let valid) = verdict { planets.append(valid) }
            }
        }
        reading.take(planets.map { SentRecord($0) })
        #expect(planets.count == 6061)
        #expect(try compare(reading, oneIn: 16) > 1500)

        var random = SplitMix(seed: 11)
        var sent: [SentRecord] = []
        for _ in 0..<1500 {
            let planet = planets[random.below(planets.count)]
            let name = planet.discovery[.pl_name] ?? ""
            switch random.below(8) {
            case 0, 1: sent.append(SentRecord(name, nil))
            case 2:
                let alias = "Other-\(random.below(99)) b"
                sent.append(SentRecord(alias, #"{"pl_name":"\#(alias)","alias_of":"\#(name)"}"#))
            case 3: sent.append(SentRecord(name, #"{"pl_name":"\#(name)","pl_rade":-1,"disc_year":1}"#))
            case 4: sent.append(SentRecord(planet))
            case 5:
                sent.append(
                    SentRecord(name, #"{"pl_name":"\#(name)","pl_rade":\#(1 + random.below(40)),"colour":"blue"}"#))
            default:
                // The mass and radius of another, measured: a forecast is scored.
                var draft = DiscoveryDraft()
                let other = planets[random.below(planets.count)].discovery
                draft[.pl_name] = name
                draft[.hostname] = other[.hostname]
                draft[.discoverymethod] = "Transit"
                draft[.pl_rade] = other[.pl_rade]
                draft[.pl_radeerr1] = 0.1
                draft[.pl_radeerr2] = -0.1
                draft[.pl_bmasse] = other[.pl_bmasse]
                draft[.st_teff] = other[.st_teff]
                draft[.st_rad] = other[.st_rad]
                sent.append(SentRecord(key: planet.key, value: DiscoveryJSON.bytes(draft.discovery)))
            }
        }
        reading.take(sent)
        #expect(reading.count("withdrawal") > 100 && reading.count("reinstatement") > 20)
        #expect(reading.count("alias") > 20 && reading.count("out_of_range") > 100)
        #expect(try compare(reading, oneIn: 15) > 1500)
        // The lists say which records, not only how many.
        let revisions = try #require(found("totals", "revisions", reading))
        #expect(revisions.notes.count == revisions.value)
        #expect(revisions.notes.allSatisfy { $0.change == .revision || $0.change == .reinstatement })
        let refused = try #require(found("rejects", "out_of_range", reading))
        #expect(refused.value == 2 * (refused.total ?? 0), "radius and year, in each")
        let scored = try #require(found("scoreboard", "mass", reading))
        #expect((scored.value ?? 0) > 10)
    }

    @Test func everyFigureOfRandomHistories() throws {
        for seed in 1...4 {
            let reading = Reading(partitions: seed)
            reading.take(RandomHistoryTests.sent(UInt64(seed)))
            #expect(try compare(reading) > 100)
        }
    }

    @Test func whatIsNoGroup() {
        for (name, group) in [
            ("by_year", "twenty"), ("by_year", "02016"), ("by_method_year", "Transit"), ("stats", "pl_rade/all"),
            ("stats", "pl_eqt/all/all"), ("mass_radius", "all/24/0"), ("mass_radius", "all/1"), ("hosts", "hosts/1"),
            ("hz_diagram", "cell/1"), ("quality", "pl_radeerr1"), ("quality", "pl_rade/guessed"), ("quality", "rayon"),
            ("by_type", "Planet"), ("by_zone_type", "hot"), ("by_habitability", "3"), ("totals", "moons"),
            ("warnings", "anything"), ("rate", "minute/yesterday"), ("rate", "day/2026-02-30"), ("newest", "oldest"),
            ("scoreboard", "waiting/density"), ("mass_radius_relation", "mine"), ("hosts", ""), ("scoreboard", ""),
        ] {
            guard case .unknownGroup = AggregateMembers.of(name, group: group) else {
                Issue.record("\(name) \(group)")
                continue
            }
        }
        guard case .unknownAggregate = AggregateMembers.of("by_colour", group: "blue") else {
            Issue.record("by_colour")
            return
        }
    }

    /// The counts stay exact when the places of old records are dropped, and a rate of which some are gone has no
    /// number.
    @Test func theIndexIsBounded() {
        let index = RecordIndex()
        var batch = RecordBatch()
        let headers = batch.addHeaders([])
        let count = RecordIndex.keptOfAll + 500
        for offset in 0..<count {
            batch.append(
                key: Array("k".utf8), value: [UInt8]?.none, headers: headers, offset: Int64(offset),
                timestamp: Int64(offset) * 10_000)
        }
        index.take(batch.entries.map { RecordNote($0, key: "k", change: .duplicate, rules: ["unusual_value"]) })
        let duplicates = index.records(.duplicates)
        #expect(duplicates.value == count && duplicates.total == count)
        #expect(duplicates.list.count == RecordIndex.kept)
        #expect(duplicates.list.first?.position.offset == Int64(count - 1))
        #expect(duplicates.list.last?.position.offset == Int64(count - RecordIndex.kept))
        #expect(index.records(.warned).value == 0, "a duplicate's warnings are not counted")
        #expect(index.records(.minute(0)).value == nil)
        #expect(index.records(.minute(1)).value == 6000)
    }
}
