// Planets and aliases in any order: different planets stay different, and the board is the same.

import PlanetCore
import TestSupport
import Testing

@testable import PlanetStream
@testable import PlanetWeb

/// Requests as the web takes them, one after the other: names settled, then the log.
struct NameDesk {
    let reading = Reading(partitions: 2)
    private(set) var refused: [Rule: Int] = [:]

    /// One request; the outcome of each record: a key, or the rule.
    @discardableResult
    mutating func send(
        _ body: [UInt8], as format: SubmissionFormat = .ndjson, of kind: RecordKind = .discoveries
    ) throws -> [String] {
        var decoder = DiscoveryDecoder(today: { Reading.today })
        var renaming = DiscoveryDecoder(today: { Reading.today })
        var names = SubmittedNames(catalogue: reading.web, source: "test")
        var sent: [SentRecord] = []
        var made: [String] = []
        var refusals: [Rule] = []
        _ = try body.withUnsafeBytes { bytes in
            try decoder.decode(body: bytes, as: format, of: kind, maxRecords: 100_000) { _, _, verdict in
                let settled = names.settle(verdict, &renaming)
                sent += settled.before.map { SentRecord(key: $0.key, value: $0.alias?.json) }
                switch settled.verdict {
                case .accept(let valid):
                    sent.append(SentRecord(valid))
                    made.append(valid.key)
                case .alias(let alias, let key):
                    sent.append(SentRecord(key: key, value: alias.json))
                    made.append("\(key) = \(alias.canonicalKey)")
                case .reject(let issues, _):
                    refusals.append(issues[0].rule)
                    made.append(issues[0].rule.rawValue)
                }
                sent += settled.after.map { SentRecord(key: $0.key, value: $0.alias?.json) }
            }
        }
        reading.take(sent)
        for rule in refusals { refused[rule, default: 0] += 1 }
        return made
    }

    @discardableResult
    mutating func planet(_ name: String, _ radius: Double = 1) throws -> String {
        try send(Array(#"{"pl_name":"\#(name)","pl_rade":\#(radius)}"#.utf8)).joined()
    }

    @discardableResult
    mutating func alias(_ name: String, _ canonical: String) throws -> String {
        try send(Array(#"{"alias":"\#(name)","canonical":"\#(canonical)"}"#.utf8), of: .aliases).joined()
    }

    /// The planets' names and radii by key.
    var planets: [String: String] {
        reading.webs.compactMapValues { value in
            value.discovery.map { "\($0[.pl_name] ?? "") \($0[.pl_rade] ?? 0)" }
        }
    }
}

@Suite struct NameOrderTests {
    /// In requests of this many lines, as `import` cuts a file.
    private func send(_ desk: inout NameDesk, _ file: String, of kind: RecordKind) throws {
        let lines = try sampleBytes(file).split(separator: 0x0a).filter { $0.first != UInt8(ascii: "#") }
        for start in stride(from: 1, to: lines.count, by: 1500) {
            let slice = [lines[0]] + lines[start..<min(lines.count, start + 1500)]
            try desk.send(Array(slice.joined(separator: [0x0a])), as: .csv, of: kind)
        }
    }

    @Test func `The sample tables give the same board in both orders`() throws {
        let planets = "nasa_pscomppars_2025-12-15.csv"
        let names = "oec_aliases_2026-08-22.csv"
        var first = NameDesk()
        var last = NameDesk()
        try send(&first, planets, of: .discoveries)
        try send(&first, names, of: .aliases)
        try send(&last, names, of: .aliases)
        try send(&last, planets, of: .discoveries)
        #expect(first.planets.count == 6061)
        #expect(first.planets == last.planets)
        #expect(
            first.reading.totals().filter { ["planets", "hosts", "aliases"].contains($0.key) }
                == last.reading.totals().filter { ["planets", "hosts", "aliases"].contains($0.key) })
        #expect(first.reading.digest() == last.reading.digest())
        for desk in [first, last] {
            #expect(desk.reading.webs == desk.reading.streams)
            #expect(desk.reading.fresh().digest() == desk.reading.digest())
            for (name, key) in [
                ("EPIC 201912552 b", "k2-18b"), ("EPIC 201912552.01", "k2-18b"), ("K2-18 b", "k2-18b"),
                ("rho1 Cnc e", "55cnce"), ("HR 3522 e", "55cnce"), ("55 Cancri e", "55cnce"),
                ("Kepler-138 b", "kepler138b"), ("Kepler-138 c", "kepler138c"), ("Kepler-138 d", "kepler138d"),
                ("KOI-314 b", "kepler138c"), ("KOI-314.02", "kepler138d"), ("KOI-314.03", "kepler138b"),
                ("PSR B1257+12 b", "psrb1257+12b"), ("PSR B1257+12 c", "psrb1257+12c"),
                ("PSR 1257+12 A", "psrb1257+12b"), ("PSR B1257+12 B", "psrb1257+12c"),
            ] {
                #expect(desk.reading.web.find(name)?.row.key == key, "\(name)")
            }
        }
    }

    /// Groups of names of which one is a planet's here, in every order, with revisions and withdrawals.
    @Test(arguments: 1...12) func `Any order ends alike`(_ seed: UInt64) throws {
        var random = SplitMix(seed: seed &* 104_729)
        var aliases: [(String, String)] = []
        var planets: [(name: String, values: [Double?])] = []
        for star in 0..<6 {
            for letter in ["b", "c"] {
                let names = [
                    "Group-\(star)x \(letter)", "Other \(star)x \(letter)",
                    "KOI-\(star + 70).0\(letter == "b" ? 1 : 2)",
                ]
                aliases += [(names[1], names[0]), (names[2], names[0])]
                // Nil: withdrawn.
                let values = (0..<Int.random(in: 1...4, using: &random)).map { index in
                    index > 0 && Int.random(in: 0..<4, using: &random) == 0
                        ? nil : Double.random(in: 1...9, using: &random)
                }
                planets.append((names[Int.random(in: 0..<2, using: &random)], values))
            }
        }
        var boards: Set<String> = []
        for _ in 0..<4 {
            var desk = NameDesk()
            var steps: [Int] = aliases.indices.map { -1 - $0 }
            for (index, planet) in planets.enumerated() { steps += planet.values.map { _ in index } }
            steps.shuffle(using: &random)
            var sent = [Int](repeating: 0, count: planets.count)
            for step in steps {
                guard step >= 0 else {
                    try desk.alias(aliases[-1 - step].0, aliases[-1 - step].1)
                    continue
                }
                let planet = planets[step]
                if let radius = planet.values[sent[step]] {
                    try desk.planet(planet.name, radius)
                } else if let found = desk.reading.web.find(planet.name), found.row.discovery != nil {
                    desk.reading.take([SentRecord(found.row.key, nil)])
                }
                sent[step] += 1
            }
            var expected: [String: String] = [:]
            for planet in planets {
                guard let radius = planet.values.last ?? nil else { continue }
                expected[IdentityKey.of(planet.name) ?? ""] = "\(planet.name) \(radius)"
            }
            #expect(desk.planets == expected, "seed \(seed)")
            #expect(desk.reading.webs == desk.reading.streams)
            boards.insert(desk.reading.digest())
        }
        #expect(boards.count == 1, "seed \(seed)")
    }

    @Test func `What one list says of two planets joins none`() throws {
        // The same star's b and c cannot be one planet, whatever a list says.
        for planetsFirst in [true, false] {
            var desk = NameDesk()
            func names() throws {
                #expect(try desk.alias("Foo-1 b", "Bar-7 b") != "")
                try desk.alias("Foo-1 c", "Bar-7 b")
                // A name that others mean is a planet of its own.
                try desk.alias("Own-2 d", "Bar-8 e")
                try desk.alias("KOI-9.01", "Own-2 d")
                try desk.alias("KOI-9.02", "Own-3 f")
                try desk.alias("Own-3 f", "Bar-9 g")
            }
            if !planetsFirst { try names() }
            for name in ["Foo-1 b", "Foo-1 c", "Own-2 d", "Bar-8 e", "Own-3 f", "Bar-9 g"] { try desk.planet(name) }
            if planetsFirst { try names() }
            #expect(desk.planets.count == 6)
            #expect(desk.reading.web.find("Bar-7 b")?.row.key == "foo1b")
            #expect(desk.reading.web.find("KOI-9.01")?.row.key == "own2d")
        }
        // Two rows of one request.
        var desk = NameDesk()
        try desk.alias("Other-1 b", "Third-1 b")
        let made = try desk.send(
            Array("{\"pl_name\":\"Third-1 b\",\"pl_rade\":1}\n{\"pl_name\":\"Other-1 b\",\"pl_rade\":2}\n".utf8))
        #expect(made == ["third1b", "other1b"] && desk.planets.count == 2)
        // Alone it is the planet's.
        var other = NameDesk()
        try other.alias("Other-1 b", "Third-1 b")
        try other.planet("Third-1 b", 1)
        #expect(try other.planet("Other-1 b", 2) == "third1b")
        #expect(other.planets == ["third1b": "Third-1 b 2.0"])
    }

    @Test func `Keys of earlier versions go on`() throws {
        var desk = NameDesk()
        var old = SentRecord(key: "51pegasib", value: Array(#"{"pl_name":"51 Pegasi b","pl_rade":9}"#.utf8))
        old.headers = [.init("source", "api")]
        desk.reading.take([old])
        #expect(desk.reading.web.find("51 Peg b")?.row.key == "51pegasib")
        #expect(desk.reading.web.find("51 Pegasi b")?.row.key == "51pegasib")
        #expect(try desk.alias("Dimidium", "51 Pegasi b") == "dimidium = 51pegasib")
        #expect(desk.reading.web.find("Dimidium")?.row.key == "51pegasib")
        #expect(desk.reading.web.aliases(of: "51pegasib", limit: 9).map(\.key) == ["dimidium"])
        var names = SubmittedNames(catalogue: desk.reading.web, source: "test")
        var decoder = DiscoveryDecoder(today: { Reading.today })
        let verdict = decoder.decode(Array(#"{"pl_name":"51 Peg b"}"#.utf8))
        guard case .accept(let valid) = names.settle(verdict, &decoder).verdict else {
            Issue.record("refused")
            return
        }
        #expect(valid.key == "51pegasib")
    }
}
