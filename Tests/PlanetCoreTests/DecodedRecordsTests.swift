// What is decoded once for several readers: the same as if each had decoded it, as often as there are readers, and no
// more of it than there is room.

import Testing

@testable import PlanetCore

@Suite struct DecodedRecordsTests {
    private let planet = Array(#"{"pl_name":"Kepler-22 b","pl_rade":2.1}"#.utf8)

    private func add(_ value: [UInt8], to decoded: DecodedRecords, day: Int = 1) throws {
        var decoder = DiscoveryDecoder(today: { testDay }, isStored: true)
        guard case .accept(let valid) = decoder.decode(value) else {
            Issue.record("refused")
            return
        }
        decoded.add(value[...], valid, day: day)
    }

    private func take(_ value: [UInt8], from decoded: DecodedRecords, day: Int = 1) -> DecodedRecords.Known? {
        value.withUnsafeBytes { decoded.take($0, day: day) }
    }

    @Test func `Each reader finds it once`() throws {
        let decoded = DecodedRecords(readers: 2)
        try add(planet, to: decoded)
        #expect(decoded.bytes > planet.count)
        for _ in 0..<2 {
            let known = try #require(take(planet, from: decoded))
            #expect(known.key == "kepler22b" && known.discovery[.pl_rade] == 2.1)
        }
        #expect(take(planet, from: decoded) == nil)
        #expect(decoded.bytes == 0 && decoded.taken == 2)
        // Sent twice, it is read twice by each.
        for _ in 0..<2 { try add(planet, to: decoded) }
        #expect((0..<5).map { _ in take(planet, from: decoded) == nil } == [false, false, false, false, true])
    }

    @Test func `What the sender wrote otherwise than it is stored is decoded for its warnings`() throws {
        let decoded = DecodedRecords(readers: 1)
        var decoder = DiscoveryDecoder(today: { testDay })
        guard case .accept(let valid) = decoder.decode(Array(#"{"name":"Kepler-22 b","radius":70}"#.utf8)) else {
            Issue.record("refused")
            return
        }
        #expect(valid.warnings.contains { !$0.rule.isFoundAgain })
        decoded.add(DiscoveryJSON.bytes(valid.discovery)[...], valid, day: 1)
        #expect(decoded.bytes == 0)
    }

    @Test func `Other bytes and another day are decoded`() throws {
        let decoded = DecodedRecords(readers: 1)
        try add(planet, to: decoded)
        #expect(take(planet, from: decoded, day: 2) == nil)
        #expect(take(planet + [0x20], from: decoded) == nil)
        #expect(take(Array(planet.dropLast()), from: decoded) == nil)
        #expect(take([], from: decoded) == nil)
        #expect(take(planet, from: decoded) != nil)
    }

    @Test func `The oldest make room`() throws {
        let decoded = DecodedRecords(readers: 1, maxBytes: 100_000)
        let values = (0..<1000).map { Array(#"{"pl_name":"Kepler-\#($0) b"}"#.utf8) }
        for (index, value) in values.enumerated() {
            try add(value, to: decoded)
            #expect(decoded.bytes <= 100_000)
            // Some leave from the middle.
            if index % 3 == 0 { #expect(take(value, from: decoded) != nil) }
        }
        let found = values.indices.filter { take(values[$0], from: decoded) != nil }
        #expect(found.count > 50 && found.allSatisfy { $0 > 700 && $0 % 3 != 0 })
        #expect(decoded.bytes == 0)
    }

    @Test func `Warnings take room, too`() throws {
        let hosts = ["Kepler-22", "Else-\(String(repeating: "x", count: 50))"]
        let sizes = try hosts.map { host in
            let decoded = DecodedRecords(readers: 1)
            try add(Array(#"{"pl_name":"Kepler-22 b","hostname":"\#(host)"}"#.utf8), to: decoded)
            return decoded.bytes
        }
        #expect(sizes[0] > 0 && sizes[1] > sizes[0] + 150, "\(sizes)")
    }

    /// What is shared is what the door made of a row, where a reader finds all that it had to warn of; a reader of the
    /// log decodes the row's canonical JSON.
    @Test func `A reader of the log makes the same of what the door has accepted`() throws {
        var shared: [Rule?: Int] = [:]
        for valid in try DecodedTable.nasa.get().accepted + odd().accepted
        where valid.warnings.allSatisfy(\.rule.isFoundAgain) {
            try compare(valid)
            for rule in valid.warnings.isEmpty ? [nil] : valid.warnings.map(\.rule) { shared[rule, default: 0] += 1 }
        }
        #expect(shared[nil, default: 0] > 1000)
        for rule in Rule.allCases where rule.isFoundAgain { #expect(shared[rule] != nil, "no record has \(rule)") }
    }

    /// What is no UTF-8 is replaced: a reader of the log would find one name twice.
    @Test func `Names that become one are refused at the door`() throws {
        let ends: [[UInt8]] = [[0xFF], [0xFE], [0xC3, 0xA9], [0xC3, 0xA8]]
        let bodies = [(0, 1), (2, 3)].map { first, second in
            Array("pl_name,a".utf8) + ends[first] + Array(",a".utf8) + ends[second] + Array("\nTwin 1 b,1,2\n".utf8)
        }
        #expect(try DecodedTable(bodies[0]).rejected.map { $0.map(\.rule) } == [[.duplicate_field]])
        let kept = try #require(try DecodedTable(bodies[1]).accepted.first)
        #expect(kept.discovery[.extra] == #"{"aé":"1","aè":"2"}"#)
        try compare(kept)
    }

    private func compare(_ valid: Validated) throws {
        var decoder = DiscoveryDecoder(today: { testDay }, isStored: true)
        guard case .accept(let again) = decoder.decode(DiscoveryJSON.bytes(valid.discovery)) else {
            Issue.record("\(valid.key) is refused")
            return
        }
        #expect(again.key == valid.key && again.warnings == valid.warnings, "\(valid.key)")
        #expect(bytes(again.discovery) == bytes(valid.discovery))
    }

    /// A record for each warning that is found again.
    private func odd() throws -> DecodedTable {
        let together = [
            #""pl_orbper":365,"st_mass":1,"pl_orbsmax":9"#,
            #""pl_insol":1,"st_teff":5700,"st_rad":1,"pl_orbsmax":0.02"#,
            #""pl_orbsmax":0.001,"st_rad":1"#, #""pl_rade":12,"st_rad":0.1"#, #""pl_radj":0.1,"pl_bmassj":5"#,
            #""hostname":"Else","disc_date":"2020-03-01","disc_year":2019"#,
        ]
        let names = together.enumerated().map { #"{"pl_name":"Together \#($0) b",\#($1)}"# }
        let lines = names + [#"{"pl_name":"Alpha A"}"#]
        return try DecodedTable(Array(lines.joined(separator: "\n").utf8), .ndjson)
    }

    private func bytes(_ discovery: Discovery) -> [UInt8] { discovery.packed.withBytes { Array($0) } }

    @Test func `A record that was decoded at the door is read as if it had not been`() throws {
        let table = try DecodedTable.nasa.get()
        let decoded = DecodedRecords(readers: 1)
        var reader = RecordReader(today: { testDay })
        for valid in table.accepted.prefix(500) where valid.warnings.allSatisfy(\.rule.isFoundAgain) {
            let value = DiscoveryJSON.bytes(valid.discovery)
            decoded.add(value[...], valid, day: testDay)
            let readings = [decoded, nil].map { decoded in
                value.withUnsafeBytes { bytes in
                    reader.read(
                        bytes, keyText: valid.key, partition: 0, source: "api", size: { 0 }, home: { _ in nil },
                        decoded: decoded)
                }
            }
            guard case .valid(.discovery(let shared), let key, let warnings) = readings[0],
                case .valid(.discovery(let own), key, _) = readings[1]
            else {
                Issue.record("\(valid.key): \(readings)")
                continue
            }
            #expect(bytes(shared) == bytes(own) && warnings == valid.warnings)
        }
        #expect(decoded.taken > 50)
        // Another program's record is decoded by the rules for those.
        try add(planet, to: decoded, day: testDay)
        let taken = decoded.taken
        _ = planet.withUnsafeBytes { bytes in
            reader.read(
                bytes, keyText: "", partition: 0, source: nil, size: { 0 }, home: { _ in nil }, decoded: decoded)
        }
        #expect(decoded.taken == taken)
    }
}
