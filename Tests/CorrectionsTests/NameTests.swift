// Names held against the catalogue at submission: what goes into the log, and what is refused before it.

import PlanetCore
import Testing

@testable import PlanetStream
@testable import PlanetWeb

struct NameTests {
    private let reading = Reading()
    private func alias(_ name: String, _ canonical: String) -> SentRecord {
        SentRecord(name, #"{"pl_name":"\#(name)","alias_of":"\#(canonical)"}"#)
    }

    /// What a body's records become: "key name" of what is stored, or the rules.
    private func settle(_ body: String, of kind: RecordKind = .discoveries) throws -> [String] {
        var decoder = DiscoveryDecoder(today: { Reading.today })
        var renaming = DiscoveryDecoder(today: { Reading.today })
        var names = SubmittedNames(catalogue: reading.web, source: "test")
        var result: [String] = []
        _ = try Array(body.utf8).withUnsafeBytes { bytes in
            try decoder.decode(body: bytes, as: .ndjson, of: kind, maxRecords: 100) { _, _, verdict in
                switch names.settle(verdict, &renaming).verdict {
                case .accept(let valid):
                    let given = valid.discovery[.pl_name_given].map { " given as \($0)" } ?? ""
                    result.append("\(valid.key) \(valid.discovery[.pl_name] ?? "")\(given)")
                case .alias(let alias, let key):
                    result.append("\(key) = \(alias.canonicalKey) (\(alias.source ?? "-"))")
                case .reject(let issues, _): result.append(issues.map(\.rule.rawValue).joined(separator: " "))
                }
            }
        }
        return result
    }

    @Test func aDiscoveryUnderAnAliasIsThePlanets() throws {
        #expect(try settle(#"{"pl_name":"KOI-87.01"}"#) == ["koi87.01 KOI-87.01"])
        reading.take([
            SentRecord("Kepler-22b", #"{"pl_name":"Kepler-22b"}"#), alias("KOI-87.01", "Kepler-22 b"),
            alias("K00087.02", "KOI-87.01"),
        ])
        // Under the planet's own spelling of its name, also over two steps.
        #expect(try settle(#"{"pl_name":"KOI 87.01"}"#) == ["kepler22b Kepler-22b given as KOI 87.01"])
        #expect(try settle(#"{"pl_name":"KOI-87.02"}"#) == ["kepler22b Kepler-22b given as KOI-87.02"])
        // Another spelling renames only with more than is known.
        #expect(try settle(#"{"pl_name":"Kepler-22 b"}"#) == ["kepler22b Kepler-22b"])
        #expect(try settle(#"{"pl_name":"Kepler-22 b","pl_rade":2.1}"#) == ["kepler22b Kepler-22 b"])
        #expect(reading.web.find("koi-87.02")?.row.key == "kepler22b")
        #expect(reading.web.find("koi-87.02")?.alias?.name == "K00087.02")
        #expect(reading.web.aliases(of: "kepler22b", limit: 9).map(\.key).sorted() == ["koi87.01", "koi87.02"])
        // Straight into the log it is quarantined, and the reason names the planet.
        reading.take([SentRecord("KOI-87.01", #"{"pl_name":"KOI-87.01","pl_rade":2}"#)])
        #expect(reading.count("known_alias") == 1)
    }

    @Test func chainsAndCircles() throws {
        let body = """
            {"alias":"KOI-1.01","canonical":"KOI-2.01"}
            {"alias":"KOI-2.01","canonical":"C d","source":"me"}
            {"alias":"C d","canonical":"KOI-1.01"}
            {"alias":"D e","canonical":"KOI-1.01"}
            {"alias":"A b","canonical":"A-b"}
            """
        #expect(
            try settle(body, of: .aliases) == [
                "koi1.01 = koi2.01 (test)", "koi2.01 = cd (me)", "alias_cycle", "de = cd (test)", "alias_to_itself",
            ])
        // A planet's name that aliases refer to is no alias of an unknown one, whichever comes first.
        let own = """
            {"alias":"A b","canonical":"B c"}
            {"alias":"B c","canonical":"C d"}
            {"alias":"E f","canonical":"F g"}
            {"alias":"G h","canonical":"E f"}
            """
        #expect(
            try settle(own, of: .aliases) == [
                "ab = bc (test)", "alias_joins_planets", "ef = fg (test)", "gh = ef (test)",
            ])
        // A circle that came straight into the log stands, but leads nowhere.
        reading.take([alias("A b", "B c"), alias("B c", "A b")])
        #expect(reading.web.resolve("ab") == .circle)
        #expect(reading.web.find("A b") == nil)
        #expect(try settle(#"{"pl_name":"A b"}"#) == ["alias_cycle"])
        #expect(try settle(#"{"alias":"E f","canonical":"A b"}"#, of: .aliases) == ["alias_cycle"])
        // Broken by removing either.
        reading.take([SentRecord("B c", nil)])
        #expect(reading.web.resolve("ab") == .alias(key: "bc", name: "B c"))
        // Very long chains end, too.
        reading.take((0..<40).map { alias("Long-\($0) b", "Long-\($0 + 1) b") })
        #expect(reading.web.resolve("long0b") == .circle)
        #expect(reading.web.resolve("long30b") == .alias(key: "long40b", name: "Long-40 b"))
    }

    @Test func twoPlanetsAreNotJoined() throws {
        reading.take([SentRecord("A b", #"{"pl_name":"A b"}"#), SentRecord("B c", #"{"pl_name":"B c"}"#)])
        #expect(try settle(#"{"alias":"A b","canonical":"B c"}"#, of: .aliases) == ["alias_joins_planets"])
        reading.take([alias("A b", "B c")])
        #expect(reading.count("alias_joins_planets") == 1)
        // Neither through an alias of both.
        reading.take([alias("X d", "A b")])
        #expect(try settle(#"{"alias":"X d","canonical":"B c"}"#, of: .aliases) == ["alias_conflict"])
        reading.take([alias("X d", "B c")])
        #expect(reading.count("alias_conflict") == 1)
        #expect(reading.web.find("X d")?.row.key == "ab")
        // The same again is no conflict.
        #expect(try settle(#"{"alias":"x-d","canonical":"a-b"}"#, of: .aliases) == ["xd = ab (test)"])
        // The candidate goes, then its name is an alias.
        reading.take([SentRecord("A b", nil), alias("A b", "B c")])
        #expect(reading.web.find("A b")?.row.key == "bc")
        #expect(reading.web.find("X d")?.row.key == "bc")
        #expect(reading.webs == reading.streams)
    }
}
