// Single values of a planet changed: what the merge patch makes of a record (RFC 7396).

import JSONText
import Testing

@testable import PlanetCore

@Suite struct PlanetPatchTests {
    private let known =
        #"{"pl_name":"Kepler-22 b","hostname":"Kepler-22","pl_radj":0.2,"pl_orbper":289.8,"disc_date":"2011-12-05","colour":"blue","odd":[1]}"#

    private func patched(_ patch: String, _ known: String? = nil) throws -> String {
        var decoder = DiscoveryDecoder(today: { 20_500 })
        guard case .accept(let valid) = decoder.decode(Array((known ?? self.known).utf8)) else { return "no planet" }
        switch try PlanetPatch(Array(patch.utf8)).apply(to: valid.discovery, &decoder) {
        case .accept(let made):
            let missing = valid.discovery.columns(missingIn: made.discovery).map(\.name)
            return String(decoding: DiscoveryJSON.bytes(made.discovery), as: UTF8.self)
                + (missing.isEmpty ? "" : " without " + missing.joined(separator: " "))
        case .alias: return "alias"
        case .reject(let issues, _): return issues.map { "\($0.field) \($0.rule)" }.sorted().joined(separator: ", ")
        }
    }

    @Test func `Only what is named changes`() throws {
        let before = try patched("{}")
        #expect(before.contains(#""pl_orbper":289.8"#) && before.contains(#"\"colour\":\"blue\""#))
        #expect(try patched(#"{"pl_orbper":290}"#) == before.replacing("289.8", with: "290"))
        // By any name of a column, and null takes away.
        let other = try patched(#"{"orbital_period":290}"#)
        #expect(other.contains(#""pl_orbper":290"#) && other.contains("pl_orbper=days (assumed)"))
        #expect(
            try patched(#"{"pl_orbper":null,"nothing":null}"#)
                == before.replacing(#""pl_orbper":289.8,"#, with: "") + " without pl_orbper")
        // The name is no value.
        #expect(try patched(#"{"pl_name":"Other b","name":null}"#) == before)
        #expect(try patched(#"{"pl_orbper":-1,"disc_year":"x"}"#) == "disc_year not_an_integer, pl_orbper out_of_range")
    }

    @Test func `What follows from a value follows from the new one`() throws {
        let made = try patched(#"{"pl_radj":1,"disc_date":"2012-01-01"}"#)
        #expect(made.contains(#""pl_rade":11.2089"#) && made.contains(#""disc_year":2012"#))
        #expect(try patched(#"{"pl_rade":2.1}"#).contains("without pl_radj"))
    }

    @Test func `What was said of an earlier value's unit goes with it`() throws {
        let known = #"{"pl_name":"Kepler-22 b","orbital_period":289,"distance":600}"#
        #expect(try patched("{}", known).contains("pl_orbper=days (assumed)"))
        let made = try patched(#"{"pl_orbper":290}"#, known)
        #expect(!made.contains("pl_orbper=") && made.contains(#""units_given":"sy_dist=ly (assumed)""#))
        #expect(try !patched(#"{"pl_orbper":290,"sy_dist":2}"#, known).contains("units_given"))
    }

    @Test func `Fields that are no columns change by themselves`() throws {
        let made = try patched(#"{"colour":"red","new":1}"#)
        #expect(made.contains(#"{\"odd\":[1],\"colour\":\"red\",\"new\":1}"#))
        #expect(try patched(#"{"colour":null,"odd":null}"#).hasSuffix("without extra"))
    }

    @Test(arguments: ["", "[]", "7", "{", #"{"a":1,"a":2}"#]) func `What is no patch`(_ text: String) {
        #expect(throws: JSONError.self) { try PlanetPatch(Array(text.utf8)) }
    }
}

@Suite struct LateRecordsTests {
    private func discovery(_ json: String) throws -> PlanetRecord {
        var decoder = DiscoveryDecoder(today: { 20_500 })
        guard case .accept(let valid) = decoder.decode(Array(json.utf8)) else { throw RecordError.refused }
        return .discovery(valid.discovery)
    }
    private enum RecordError: Error { case refused }

    @Test func `A record counts where it was made from the last revision`() throws {
        var state = PlanetState()
        let first = try discovery(#"{"pl_name":"A b"}"#)
        let second = try discovery(#"{"pl_name":"A b","pl_rade":1}"#)
        let third = try discovery(#"{"pl_name":"A b","pl_rade":2}"#)
        #expect(state.apply(first, from: .revision(0)) == .change(.new))
        #expect(state.apply(second, from: .revision(1)) == .change(.revision))
        #expect(state.apply(third, from: .revision(1)) == .change(.late) && state.revision == 2)
        #expect(state.apply(third, from: .late) == .change(.late))
        #expect(state.apply(second, from: .revision(1)) == .change(.duplicate))
        #expect(state.apply(.tombstone) == .change(.withdrawal))
        #expect(state.apply(third, from: .revision(2)) == .change(.late) && state.discovery == nil)
        #expect(RecordBasis(header: Array("12".utf8)) == .revision(12))
        #expect(RecordBasis(header: Array("x".utf8)) == .revision(.max))
        #expect(RecordBasis(header: [UInt8]?.none) == .none)
    }

    /// In every order of the archive's rows of a planet the default one is the planet's.
    @Test func `The default solution is the planet's`() throws {
        let rows = [
            #"{"pl_name":"K2-18 b","pl_rade":2.24,"default_flag":0,"rowupdate":"2020-01-03"}"#,
            #"{"pl_name":"K2-18 b","pl_rade":2.61,"default_flag":1,"rowupdate":"2019-01-01"}"#,
            #"{"pl_name":"K2-18 b","pl_rade":2.37,"default_flag":0,"rowupdate":"2021-01-01"}"#,
        ]
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            var state = PlanetState()
            for row in order { _ = state.apply(try discovery(rows[row])) }
            #expect(state.discovery?[.pl_rade] == 2.61, "\(order)")
        }
    }
}

@Suite struct DispositionTests {
    private func disposition(_ json: String, atDoor: Bool = true) -> String {
        var decoder = DiscoveryDecoder(today: { 20_500 })
        var found = "none"
        func take(_ verdict: Verdict) {
            switch verdict {
            case .accept(let valid):
                found =
                    valid.discovery[.disposition].map { $0 + (valid.discovery.isPlanet ? "" : ", no planet") } ?? "-"
            case .reject(let issues, _): found = issues.map { "\($0.rule)" }.joined()
            case .alias: found = "alias"
            }
        }
        let bytes = Array(json.utf8)
        if atDoor {
            _ = try? bytes.withUnsafeBytes { body in
                try decoder.decode(body: body, as: .json, maxRecords: 9) { _, _, verdict in take(verdict) }
            }
        } else {
            take(decoder.decode(bytes))
        }
        return found
    }

    @Test(arguments: [
        ("disposition", "Confirmed", "CONFIRMED"), ("koi_disposition", "FALSE POSITIVE", "FALSE POSITIVE, no planet"),
        ("tfopwg_disp", "PC", "CANDIDATE, no planet"), ("tfopwg_disp", "APC", "CANDIDATE, no planet"),
        ("tfopwg_disp", "KP", "CONFIRMED"), ("tfopwg_disp", "CP", "CONFIRMED"),
        ("tfopwg_disp", "FA", "FALSE POSITIVE, no planet"), ("tfopwg_disp", "fp", "FALSE POSITIVE, no planet"),
        ("disposition", "false_positive", "FALSE POSITIVE, no planet"),
        ("disposition", "refuted", "REFUTED, no planet"),
        ("planet_status", "Retracted", "RETRACTED, no planet"), ("disposition", "bogus", "unknown_disposition"),
        ("disposition", "", "-"), ("status", "False Positive", "FALSE POSITIVE, no planet"),
        ("status", "under study", "-"),
    ])
    func `Words`(_ field: String, _ word: String, _ expected: String) {
        #expect(disposition(#"{"pl_name":"A b","\#(field)":"\#(word)"}"#) == expected)
    }

    /// What older versions wrote says what it said.
    @Test func `A status in the log is no disposition`() {
        #expect(disposition(#"{"pl_name":"A b","status":"candidate"}"#, atDoor: false) == "-")
        #expect(disposition(#"{"pl_name":"A b","status":"FP","disposition":"CONFIRMED"}"#) == "CONFIRMED")
    }
}

@Suite struct ReferenceTests {
    @Test(
        arguments: [
            (
                "<a refstr=CLOUTIER_ET_AL__2019 href=https://ui.adsabs.harvard.edu/abs/2019A&amp;A...621A..49C/abstract target=ref>Cloutier et al. 2019</a>",
                "Cloutier et al. 2019", "https://ui.adsabs.harvard.edu/abs/2019A&A...621A..49C/abstract"
            ),
            (
                "<a href=\"http://adsabs.harvard.edu/abs/x\"> A &amp; B </a>", "A & B",
                "https://adsabs.harvard.edu/abs/x"
            ),
            ("<a href=https://evil.example/ui.adsabs.harvard.edu/>x</a>", "x", nil),
            ("<a href=https://ui.adsabs.harvard.edu.evil.example/>x</a>", "x", nil),
            ("<a href=javascript:alert(1)>x</a>", "x", nil),
            ("<a href='https://ui.adsabs.harvard.edu/\"><script>' >x</a>", "<script>' >x", nil),
            ("Someone 2020", "Someone 2020", nil), ("<b>Someone</b>", "<b>Someone</b>", nil), ("<a", "<a", nil),
        ] as [(String, String, String?)])
    func `Text and link`(_ given: String, _ text: String, _ link: String?) {
        #expect(Reference(given).link == link)
        if link != nil || !given.hasPrefix("<a href='") { #expect(Reference(given).text == text) }
    }
}
