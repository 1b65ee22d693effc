// The two snapshots of the NASA table, one as corrections of the other; and the names of the Open Exoplanet Catalogue.

import PlanetCore
import Testing

@testable import PlanetStream
@testable import PlanetWeb

/// A CSV body's discoveries in its order.
private func planets(_ name: String) throws -> [Validated] {
    var decoder = DiscoveryDecoder(today: { Reading.today })
    var planets: [Validated] = []
    _ = try sampleBytes(name).withUnsafeBytes { bytes in
        try decoder.decode(body: bytes, as: .csv, maxRecords: 100_000) { line, _, verdict in
            if case .accept(let valid) = verdict { planets.append(valid) } else { Issue.record("\(name) line \(line)") }
        }
    }
    return planets
}

/// The columns of the slim table.
private let slimNumbers: [NumberColumn] = [
    .disc_year, .pl_controv_flag, .pl_orbper, .pl_orbpererr1, .pl_orbpererr2, .pl_orbperlim, .pl_rade, .pl_radeerr1,
    .pl_radeerr2, .pl_radelim, .sy_dist, .sy_disterr1, .sy_disterr2,
]
private let slimTexts: [TextColumn] = [.pl_name, .hostname, .discoverymethod]

/// The old row with the new one's columns in their place; the radius in Jupiters goes where that in Earths is another
/// now (Scripts/snapshot-changes does the same).
private func revision(_ new: Discovery, of old: Discovery?) -> Discovery {
    guard let old else { return new }
    var draft = DiscoveryDraft(old)
    if old[.pl_rade] != new[.pl_rade] {
        for column in [NumberColumn.pl_radj, .pl_radjerr1, .pl_radjerr2, .pl_radjlim] { draft[column] = nil }
    }
    for column in slimNumbers { draft[column] = new[column] }
    for column in slimTexts { draft[column] = new[column] }
    return draft.discovery
}

struct SnapshotTests {
    @Test func december2025ToAugust2026() throws {
        let december = try planets("nasa_pscomppars_2025-12-15.csv")
        let august = try planets("nasa_pscomppars_slim_2026-08-18.csv")
        let old = Dictionary(uniqueKeysWithValues: december.map { ($0.key, $0.discovery) })
        let keys = Set(august.map(\.key))
        let withdrawn = december.map(\.key).filter { !keys.contains($0) }
        let revised = august.map { (key: $0.key, value: revision($0.discovery, of: old[$0.key])) }
        let yearChanged = revised.count { key, value in old[key].map { $0[.disc_year] != value[.disc_year] } ?? false }
        #expect((december.count, august.count, withdrawn.count, yearChanged) == (6061, 6336, 11, 31))
        #expect(revised.count { old[$0.key] == nil } == 286)

        let reading = Reading(partitions: 3)
        reading.take(december.map { SentRecord($0) })
        let before = reading.digest()
        let corrections = revised.map { SentRecord(key: $0.key, value: DiscoveryJSON.bytes($0.value)) }
        reading.take(withdrawn.map { SentRecord(key: $0, value: nil) })
        reading.take(corrections)
        #expect(reading.count("new") == 6061 + 286)
        #expect(reading.count("withdrawal") == 11)
        #expect(reading.count("revision") + reading.count("duplicate") == 6336 - 286)
        #expect(reading.count("revision") > 31)
        #expect(reading.totals()["planets"] == 6336)
        #expect(reading.totals()["rejected"] == 0)

        // A server that was told the final 6,336 rows and nothing else.
        let fresh = Reading()
        fresh.take(corrections)
        #expect(reading.digest() == fresh.digest())
        #expect(reading.digest() != before)
        #expect(reading.streams == fresh.streams)
        #expect(reading.webs == fresh.webs)

        // And back again: the board is December's.
        reading.take(december.map { SentRecord($0) })
        let gone = revised.filter { old[$0.key] == nil }
        reading.take(gone.map { SentRecord(key: $0.key, value: nil) })
        #expect(reading.digest() == before)
    }

    @Test func theNamesOfTheOpenExoplanetCatalogue() throws {
        let reading = Reading(partitions: 2)
        reading.take(try planets("nasa_pscomppars_2025-12-15.csv").map { SentRecord($0) })
        let before = reading.digest()

        // As POST /api/aliases does: names held against the catalogue, then the log's order.
        var decoder = DiscoveryDecoder(today: { Reading.today })
        var renaming = DiscoveryDecoder(today: { Reading.today })
        var names = SubmittedNames(catalogue: reading.web, source: "OEC")
        var refused: [Rule: Int] = [:]
        var sent: [SentRecord] = []
        var joined: [String] = []
        let body = try sampleBytes("oec_aliases_2026-08-22.csv")
        _ = try body.withUnsafeBytes { bytes in
            try decoder.decode(body: bytes, as: .csv, of: .aliases, maxRecords: 100_000) { _, _, verdict in
                switch names.settle(verdict, &renaming).verdict {
                case .accept: Issue.record("a discovery")
                case .alias(let alias, let key): sent.append(SentRecord(key: key, value: alias.json))
                case .reject(let issues, let key):
                    refused[issues[0].rule, default: 0] += 1
                    if issues[0].rule == .alias_joins_planets {
                        joined.append(key ?? "")
                    }
                }
            }
        }
        reading.take(sent)
        let aliases = reading.streams.values.count { if case .alias = $0 { true } else { false } }
        #expect(sent.count + refused.values.reduce(0, +) == 16_000)
        #expect(reading.count("alias") == aliases)
        #expect(reading.count("alias") + reading.count("duplicate") + reading.count("alias_conflict") == sent.count)
        // No planet is lost or joined: the planets' figures are as they were.
        #expect(reading.totals()["planets"] == 6061)
        #expect(reading.totals()["aliases"] == aliases)
        #expect(reading.digest() != before)
        for key in joined { #expect(reading.web.row(key)?.discovery != nil, "\(key)") }
        #expect(reading.webs == reading.streams)
        #expect(reading.web.find("KOI-87.01")?.row.key == "kepler22b")
        #expect(reading.web.find("TrES-2 b")?.row.key == "kepler1b" || reading.web.row("tres2b")?.discovery != nil)
        #expect(reading.web.planets(withAliasOf: NameSearch("koi87.01")) == ["kepler22b"])
        // Every alias leads to one place, and in no circle.
        for (key, value) in reading.streams {
            guard case .alias = value else { continue }
            #expect(reading.web.resolve(key) != .circle)
        }
        // Sent once more: nothing changes.
        let digest = reading.digest()
        reading.take(sent)
        #expect(reading.digest() == digest)

        // All removed again: as if they had never been.
        reading.take(
            reading.streams.compactMap { key, value in
                if case .alias = value { SentRecord(key: key, value: nil) } else { nil }
            })
        #expect(reading.digest() == before)
    }
}
