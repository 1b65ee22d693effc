// The whole NASA table of 15 December 2025 through the CSV decoder: its counts.
import Basics
import Foundation
import JSONText
import Testing

@testable import PlanetCore

/// Samples/ lies two folders above this file.
func sample(_ name: String, file: String = #filePath) throws -> [UInt8] {
    let root = URL(fileURLWithPath: file).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    return try Array(Data(contentsOf: root.appendingPathComponent("Samples/\(name)")))
}

/// 24 November 2026, so that no test depends on the day it runs.
let testDay = CivilDate(year: 2026, month: 11, day: 24).days

struct DecodedTable: Sendable {
    var accepted: [Validated] = []
    var rejected: [[FieldIssue]] = []
    var lines: [Int] = []

    init(_ body: [UInt8], _ format: SubmissionFormat = .csv) throws {
        var decoder = DiscoveryDecoder(today: { testDay })
        var accepted: [Validated] = []
        var rejected: [[FieldIssue]] = []
        var lines: [Int] = []
        _ = try body.withUnsafeBytes {
            try decoder.decode(body: $0, as: format, maxRecords: 100_000) { line, _, verdict in
                lines.append(line)
                switch verdict {
                case .accept(let validated): accepted.append(validated)
                case .alias: Issue.record("an alias in line \(line)")
                case .reject(let issues, _): rejected.append(issues)
                }
            }
        }
        self.accepted = accepted
        self.rejected = rejected
        self.lines = lines
    }

    func warned(_ rule: Rule, _ field: String? = nil) -> Int {
        accepted.count { $0.warnings.contains { $0.rule == rule && (field == nil || $0.field == field) } }
    }

    static let nasa = Result { try DecodedTable(sample("nasa_pscomppars_2025-12-15.csv")) }
}

@Suite struct SampleTableTests {
    let table: DecodedTable
    init() throws { table = try DecodedTable.nasa.get() }

    @Test func `No row is refused`() {
        #expect(table.accepted.count == 6061)
        #expect(table.rejected.isEmpty, "\(table.rejected.prefix(5))")
        #expect(table.lines.first == 6)
        #expect(table.lines.last == 6066)
    }

    @Test func `Every name has a key of its own`() {
        #expect(Set(table.accepted.map(\.key)).count == 6061)
    }

    @Test(arguments: [
        ("pl_rade", 6), ("pl_bmasse", 144), ("pl_orbper", 5), ("pl_orbsmax", 13), ("pl_orbeccen", 9), ("st_teff", 27),
        ("sy_dist", 0),
    ]) func `Unusual values are as many as the brief says`(field: String, count: Int) {
        #expect(table.warned(.unusual_value, field) == count)
    }

    /// Densities: 85 to 90 with published upper limits among them; without those, which are bounds, 31.
    @Test(arguments: [
        (Rule.above_archive_mass, 1), (.host_not_prefix, 52), (.kepler_mismatch, 83), (.insolation_mismatch, 30),
        (.periastron_inside_star, 0),
        (.planet_not_smaller_than_star, 6), (.no_planet_letter, 0), (.unknown_field, 0), (.unusual_density, 31),
        (.ambiguous_method, 0), (.date_year_mismatch, 0),
    ]) func `Warnings are as many as the brief says`(rule: Rule, count: Int) {
        #expect(table.warned(rule) == count)
    }

    @Test func `Methods are as many as the brief says`() {
        let counts = Dictionary(grouping: table.accepted) { $0.discovery[.discoverymethod] ?? "" }.mapValues(\.count)
        #expect(
            counts == [
                "Transit": 4472, "Radial Velocity": 1157, "Microlensing": 262, "Imaging": 89,
                "Transit Timing Variations": 39, "Eclipse Timing Variations": 17, "Orbital Brightness Modulation": 9,
                "Pulsar Timing": 8, "Astrometry": 5, "Pulsation Timing Variations": 2, "Disk Kinematics": 1,
            ])
    }

    @Test func `Provenance is as the brief says`() {
        let masses = table.accepted.map { $0.discovery.provenance(.mass) }
        let discoveries = table.accepted.map(\.discovery)
        #expect(discoveries.count { $0[.pl_bmassprov] == "M-R relationship" && $0[.pl_bmasse] != nil } == 2855)
        #expect(masses.count { $0 == .missing } == 31)
        #expect(masses.count { $0 == .bound } == 227)
        #expect(discoveries.count { $0.provenance(.radius) == .forecast } > 1000)
    }

    @Test(arguments: [
        (#""pl_radj": 1.2"#, ["pl_radj": "forecast", "pl_rade": "forecast"]),
        (#""pl_radj": 1.2, "pl_radjerr1": 0.1"#, ["pl_radj": "measured", "pl_rade": "measured"]),
        (#""pl_radj": 1.2, "pl_radjlim": 1"#, ["pl_radj": "bound", "pl_rade": "bound"]),
        (#""pl_bmassj": 1, "pl_bmassprov": "Msini""#, ["pl_bmassj": "minimum", "pl_bmasse": "minimum"]),
        (#""pl_orbper": 3"#, [:]),
    ])
    func `Radius and mass have a provenance in either unit`(_ given: String, _ expected: [String: String]) throws {
        var decoder = DiscoveryDecoder()
        guard case .accept(let record) = decoder.decode(Array(#"{"pl_name": "X-1 b", \#(given)}"#.utf8)) else {
            Issue.record("refused: \(given)")
            return
        }
        var writer = JSONWriter()
        record.discovery.writeProvenance(to: &writer)
        #expect(try JSONSerialization.jsonObject(with: Data(writer.bytes)) as? [String: String] == expected)
    }

    @Test func `Hosts and facilities are as many as the brief says`() {
        #expect(Set(table.accepted.map { $0.discovery[.hostname] }).count == 4521)
        #expect(Set(table.accepted.map { $0.discovery[.disc_facility] }).count == 73)
        #expect(table.accepted.count { $0.discovery[.pl_controv_flag] == 1 } == 41)
        #expect(table.accepted.count { $0.discovery[.disc_year] == 2016 } == 1496)
    }

    @Test func `Every row comes back from its canonical JSON bit for bit`() throws {
        var decoder = DiscoveryDecoder(today: { testDay })
        for row in table.accepted {
            let json = DiscoveryJSON.bytes(row.discovery)
            guard case .accept(let again) = decoder.decode(json) else {
                Issue.record("refused: \(String(decoding: json, as: UTF8.self))")
                return
            }
            #expect(again.discovery == row.discovery)
            #expect(again.key == row.key)
            #expect(DiscoveryJSON.bytes(again.discovery) == json)
        }
    }

    /// Foundation's JSON reader and the CSV's own digits are the oracle.
    @Test func `Canonical JSON says what the table says`() throws {
        let text = String(decoding: try sample("nasa_pscomppars_2025-12-15.csv"), as: UTF8.self)
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
        let header = lines[0].split(separator: ",").map(String.init)
        // Rows without a quoted field can be split at their commas.
        for (line, row) in zip(lines.dropFirst(), table.accepted) where !line.contains("\"") {
            let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            let given = Dictionary(uniqueKeysWithValues: zip(header, cells)).filter { !$0.value.isEmpty }
            let json = try JSONSerialization.jsonObject(with: Data(DiscoveryJSON.bytes(row.discovery)))
            let object = try #require(json as? [String: Any])
            #expect(Set(object.keys) == Set(given.keys))
            for (name, cell) in given {
                if let text = object[name] as? String {
                    #expect(text == cell)
                } else {
                    #expect((object[name] as? NSNumber)?.doubleValue == Double(cell), "\(name)")
                }
            }
        }
    }
}
