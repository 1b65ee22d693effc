// Single records: what is taken, converted, warned about and refused.
import Basics
import Testing

@testable import PlanetCore

func verdict(_ json: String, today: Int = testDay) -> Verdict {
    var decoder = DiscoveryDecoder(today: { today })
    return decoder.decode(Array(json.utf8))
}

/// The rules a record breaks, as "field rule"; warnings where it is accepted.
func rules(_ json: String) -> [String] {
    switch verdict(json) {
    case .accept(let validated): validated.warnings.map { "\($0.field) \($0.rule)" }
    case .alias(let alias, _): ["alias_of \(alias.canonical)"]
    case .reject(let issues, _): issues.map { "\($0.field) \($0.rule)" }
    }
}

func accepted(_ json: String) throws -> Validated {
    guard case .accept(let validated) = verdict(json) else {
        Issue.record("refused: \(rules(json))")
        throw FieldIssue(field: "", rule: .malformed_json)
    }
    return validated
}

@Suite struct DecoderTests {
    @Test func `The French course record`() throws {
        let json = String(decoding: try sample("course_record.json"), as: UTF8.self)
        let validated = try accepted(json)
        let planet = validated.discovery
        #expect(validated.key == "kepler22b")
        #expect(planet[.pl_name] == "Kepler-22 b")
        #expect(planet[.discoverer] == "Mission Kepler")
        #expect(planet[.disc_date] == Double(CivilDate(year: 2011, month: 12, day: 5).days))
        #expect(planet[.disc_year] == 2011)
        #expect(planet[.pl_bmasse] == 9.1)
        #expect(planet[.pl_rade] == 2.1)
        #expect(abs((planet[.sy_dist] ?? 0) - 194.69) < 0.01)
        #expect(planet[.pl_type_given] == "super-Terre")
        #expect(planet[.status] == "confirmée")
        #expect(planet[.pl_eqt] == 279.15)
        #expect(planet[.pl_orbper] == 289.86)
        #expect(planet[.moon_count] == 0)
        #expect(planet[.water_present] == 0)
        #expect(planet[.extra] == #"{"id":1}"#)
        #expect(
            planet[.units_given]
                == "pl_bmasse=Earth mass (assumed);pl_rade=Earth radius (assumed);sy_dist=ly (assumed);"
                + "pl_eqt=degC (assumed);pl_orbper=days (assumed)")
        #expect(validated.warnings.map(\.rule) == [.unknown_field] + Array(repeating: .unit_assumed, count: 5))
    }

    @Test func `Canonical JSON`() throws {
        let planet = try accepted(
            #"{"moon_count":2,"pl_rade":"2.10","water_present":"oui","disc_date":"05/12/2011","pl_name":" Kepler-22 b ","st_teff":5518.0,"foo":[1, 2],"pl_radelim":0}"#
        ).discovery
        #expect(
            String(decoding: DiscoveryJSON.bytes(planet), as: UTF8.self)
                == #"{"pl_name":"Kepler-22 b","disc_year":2011,"pl_rade":2.1,"pl_radelim":0,"st_teff":5518,"disc_date":"2011-12-05","water_present":true,"moon_count":2,"extra":"{\"foo\":[1, 2]}"}"#
        )
    }

    @Test func `Jupiter units, with errors and limit`() throws {
        let planet = try accepted(
            #"{"pl_name":"X b","pl_radj":1,"pl_radjerr1":0.1,"pl_radjerr2":-0.2,"pl_radjlim":0,"pl_bmassj":2,"pl_bmassjlim":1}"#
        ).discovery
        #expect(planet[.pl_rade] == 11.2089807309387)
        #expect(planet[.pl_radeerr1] == 0.1 * 11.2089807309387)
        #expect(planet[.pl_radeerr2] == -0.2 * 11.2089807309387)
        #expect(planet[.pl_radelim] == 0)
        #expect(planet[.pl_radj] == 1)
        #expect(planet[.pl_bmasse] == 2 * 317.828406594675)
        #expect(planet[.pl_bmasselim] == 1)
        #expect(planet[.units_given] == "pl_rade=pl_radj*11.2089807309387;pl_bmasse=pl_bmassj*317.828406594675")
        // A second time there is nothing to convert.
        var decoder = DiscoveryDecoder(today: { testDay })
        guard case .accept(let again) = decoder.decode(DiscoveryJSON.bytes(planet)) else {
            Issue.record("refused")
            return
        }
        #expect(again.discovery == planet)
    }

    @Test(arguments: [
        (#"{"pl_name":"X b","pl_rade":0}"#, ["pl_rade out_of_range"]),
        (#"{"pl_name":"X b","pl_rade":100}"#, ["pl_rade unusual_value"]),
        (#"{"pl_name":"X b","pl_rade":100.00001}"#, ["pl_rade out_of_range"]),
        (#"{"pl_name":"X b","pl_bmasse":26636.1}"#, ["pl_bmasse out_of_range"]),
        (#"{"pl_name":"X b","pl_bmasse":9534.86}"#, ["pl_bmasse unusual_value", "pl_bmasse above_archive_mass"]),
        (#"{"pl_name":"X b","pl_orbper":0.03}"#, []),
        (#"{"pl_name":"X b","pl_orbper":0.0299}"#, ["pl_orbper out_of_range"]),
        (#"{"pl_name":"X b","pl_orbeccen":1}"#, ["pl_orbeccen out_of_range"]),
        (#"{"pl_name":"X b","pl_orbeccen":-0.011}"#, ["pl_orbeccen out_of_range"]),
        (#"{"pl_name":"X b","ra":360}"#, ["ra out_of_range"]),
        (#"{"pl_name":"X b","ra":0.0,"dec":-90}"#, []),
        (#"{"pl_name":"X b","dec":90.1}"#, ["dec out_of_range"]),
        (#"{"pl_name":"X b","pl_eqt":2.7}"#, ["pl_eqt out_of_range"]),
        (#"{"pl_name":"X b","sy_dist":1.2}"#, ["sy_dist unusual_value"]),
        (#"{"pl_name":"X b","disc_year":1987}"#, ["disc_year out_of_range"]),
        (#"{"pl_name":"X b","disc_year":2026}"#, []),
        (#"{"pl_name":"X b","disc_year":2027}"#, ["disc_year out_of_range"]),
        (#"{"pl_name":"X b","disc_year":99999999999999999999}"#, ["disc_year out_of_range"]),
        (#"{"pl_name":"X b","disc_year":2011.5}"#, ["disc_year not_an_integer"]),
        (#"{"pl_name":"X b","disc_date":"2026-11-24"}"#, []),
        (#"{"pl_name":"X b","disc_date":"2026-11-25"}"#, ["disc_date date_in_future"]),
        (#"{"pl_name":"X b","disc_date":"2023-02-29"}"#, ["disc_date not_a_date"]),
        (#"{"pl_name":"X b","disc_date":"2024-02-29","disc_year":2023}"#, ["disc_year date_year_mismatch"]),
        (#"{"pl_name":"X b","disc_date":20240229}"#, ["disc_date not_a_date"]),
        (#"{"pl_name":"X b","pl_radeerr1":-1}"#, ["pl_radeerr1 error_sign"]),
        (#"{"pl_name":"X b","pl_radeerr2":1}"#, ["pl_radeerr2 error_sign"]),
        (#"{"pl_name":"X b","pl_radelim":2}"#, ["pl_radelim invalid_limit"]),
        (#"{"pl_name":"X b","ttv_flag":2}"#, ["ttv_flag not_a_flag"]),
        (#"{"pl_name":"X b","ttv_flag":true,"pl_controv_flag":"0"}"#, []),
        (#"{"pl_name":"X b","pl_rade":"1,5"}"#, ["pl_rade not_a_number"]),
        (#"{"pl_name":"X b","pl_rade":"NaN"}"#, ["pl_rade not_a_number"]),
        (#"{"pl_name":"X b","pl_rade":1e999}"#, ["pl_rade number_too_big"]),
        (#"{"pl_name":"X b","pl_rade":true}"#, ["pl_rade not_a_number"]),
        (#"{"pl_name":"X b","pl_rade":[1]}"#, ["pl_rade not_a_number"]),
        (#"{"pl_name":"X b","pl_rade":""}"#, []),
        (#"{"pl_name":"X b","pl_rade":null}"#, []),
        (#"{"pl_name":["X b"]}"#, ["pl_name not_text"]),
        (#"{"pl_rade":1}"#, ["pl_name missing_required"]),
        (#"{"pl_name":"  "}"#, ["pl_name missing_required"]),
        (#"{"pl_name":"---"}"#, ["pl_name no_identity"]),
        (#"{"pl_name":"X\u0007 b"}"#, ["pl_name control_character"]),
        (#"{"pl_name":"X\u0085 b"}"#, ["pl_name control_character"]),
        (#"{"pl_name":"X b","comment":"two\nlines"}"#, []),
        (#"{"pl_name":"X b","status":"two\nlines"}"#, ["status control_character"]),
        (#"{"pl_name":"X b","discoverymethod":"transit"}"#, []),
        (#"{"pl_name":"X b","discoverymethod":"Guess"}"#, ["discoverymethod unknown_method"]),
        (#"{"pl_name":"X b","discoverymethod":"timing"}"#, ["discoverymethod ambiguous_method"]),
        (#"{"pl_name":"X b","water_present":"peut-être"}"#, ["water_present not_a_boolean"]),
        (#"{"pl_name":"X b","rayon":2,"pl_rade":2}"#, ["rayon unit_assumed"]),
        (#"{"pl_name":"X b","radius_earth":2}"#, []),
        (#"{"pl_name":"X b","rayon":2,"pl_rade":3}"#, ["pl_rade conflicting_alias"]),
        (
            #"{"pl_name":"X b","distance":3.26156377716743,"sy_dist":1}"#,
            ["distance unusual_value", "distance unit_assumed", "sy_dist unusual_value"]
        ),
        (#"{"pl_name":"X b","nom":"Y b"}"#, ["nom conflicting_alias"]),
        (#"{"pl_name":"X b","pl_rade":11.2,"pl_radj":1}"#, []),
        (#"{"pl_name":"X b","pl_rade":1,"pl_radj":1}"#, ["pl_rade unit_conflict"]),
        (#"{"pl_name":"X b","pl_bmasse":317.8,"pl_bmassj":1.2}"#, []),
        (#"{"pl_name":"X b","pl_bmasse":317.8,"pl_bmassj":1.3}"#, ["pl_bmasse unit_conflict"]),
        (#"{"pl_name":"Y b","hostname":"X"}"#, ["hostname host_not_prefix"]),
        (#"{"pl_name":"Kepler-16 B"}"#, ["pl_name no_planet_letter"]),
        (#"{"pl_name":"KOI-87.01"}"#, []),
        (#"{"pl_name":"X b","pl_orbper":365.25,"pl_orbsmax":1,"st_mass":1}"#, []),
        (#"{"pl_name":"X b","pl_orbper":365.25,"pl_orbsmax":1.3,"st_mass":1}"#, ["pl_orbsmax kepler_mismatch"]),
        (#"{"pl_name":"X b","pl_orbper":365.25,"pl_orbsmax":1.3,"st_mass":1,"pl_orbsmaxlim":1}"#, []),
        (#"{"pl_name":"X b","pl_orbsmax":0.01,"pl_orbeccen":0.6,"st_rad":1}"#, ["pl_orbsmax periastron_inside_star"]),
        (#"{"pl_name":"X b","pl_rade":2,"st_rad":0.01}"#, ["pl_rade planet_not_smaller_than_star"]),
        (#"{"pl_name":"X b","pl_rade":1,"pl_bmasse":6}"#, ["pl_bmasse unusual_density"]),
        (#"{"pl_name":"X b","pl_rade":1,"pl_bmasse":6,"pl_bmasselim":1}"#, []),
        (#"{"pl_name":"X b","event_id":"1","nothing":null}"#, ["event_id unknown_field"]),
        (#"{"pl_name":"X b","pl_name":"X b"}"#, [" duplicate_field"]),
        (#"{"pl_name":"X b","PL_RADE":1,"Période orbitale":3}"#, ["Période orbitale unit_assumed"]),
        (#"{"pl_name":"X b","extra":"{\"a\":1}","a":2}"#, ["extra duplicate_field"]),
        (#"{"pl_name":"X b","extra":"not json"}"#, ["extra not_an_object"]),
        (#"[1]"#, [" not_an_object"]),
        (#"{"pl_name":"X b",}"#, [" malformed_json"]),
    ]) func `Rules`(json: String, broken: [String]) {
        #expect(rules(json) == broken)
    }

    /// A number of any size is stored or refused, in every column, by itself and beside others; what is stored can be
    /// written and predicted from.
    @Test func `Numbers beyond all measure`() throws {
        let rest = [
            "pl_orbper": "289.8", "pl_rade": "2.1", "pl_bmasse": "9.1", "st_teff": "5518", "st_rad": "0.98",
            "st_mass": "0.97", "sy_dist": "194.6",
        ]
        let values = [
            "1.7976931348623157e308", "-1.7976931348623157e308", "1e400", "5e-324", "-5e-324", "1e-400", "0", "-0.0",
            "9223372036854775807", "9223372036854775808", "-9223372036854775809", "99999999999999999999", "1e15",
            "4294967296", "-2147483649", "0.1", "1",
        ]
        var stored = 0
        for column in NumberColumn.allCases {
            for value in values {
                for others in [[:], rest, ["pl_radj": "1", "pl_bmassj": "1"]] {
                    for text in [value, "\"\(value)\""] {
                        let fields = others.merging(["\(column)": text]) { $1 }
                        let members = fields.sorted { $0.key < $1.key }.map { #""\#($0.key)":\#($0.value)"# }
                        let json = #"{"pl_name":"X b",\#(members.joined(separator: ","))}"#
                        guard case .accept(let validated) = verdict(json) else { continue }
                        stored += 1
                        let planet = validated.discovery
                        for column in NumberColumn.allCases {
                            if let number = planet[column] { #expect(number.isFinite, "\(column) of \(json)") }
                        }
                        let written = String(decoding: DiscoveryJSON.bytes(planet), as: UTF8.self)
                        #expect(try accepted(written).discovery == planet, "\(json)")
                        _ = Predictor.prediction(of: planet)
                    }
                }
            }
        }
        #expect(stored > 1000)
    }

    @Test func `All that is wrong, at once`() {
        guard
            case .reject(let issues, let key) = verdict(
                #"{"pl_name":"X b","pl_rade":-1,"disc_year":"soon","discoverymethod":"Guess","pl_orbeccen":2}"#)
        else {
            Issue.record("accepted")
            return
        }
        #expect(issues.map(\.field) == ["pl_rade", "disc_year", "discoverymethod", "pl_orbeccen"])
        #expect(issues[0].value == "-1")
        #expect(issues[0].detail == "The value is outside the allowed range: above 0, at most 100.")
        #expect(key == "xb")
    }

    @Test func `Lengths are in characters`() {
        let long = String(repeating: "é", count: 62)
        #expect(rules("{\"pl_name\":\"\(long) b\"}") == [])
        #expect(rules("{\"pl_name\":\"\(long)é b\"}") == ["pl_name too_long"])
        guard case .reject(let issues, _) = verdict("{\"pl_name\":\"\(String(repeating: "é", count: 1000))\"}") else {
            Issue.record("accepted")
            return
        }
        #expect(issues[0].value.count == 200)
    }

    @Test func `Extra is kept and joined`() throws {
        #expect(
            try accepted(#"{"pl_name":"X b","extra":"{\"a\":1}","b":"c\""}"#).discovery[.extra] == #"{"a":1,"b":"c\""}"#
        )
        #expect(try accepted(#"{"pl_name":"X b","extra":{"a": 1}}"#).discovery[.extra] == #"{"a": 1}"#)
    }

    @Test func `Every rule is a warning or a reject, with a sentence`() {
        for rule in Rule.allCases {
            #expect(!rule.sentence.hasSuffix(".") && rule.sentence.count > 10)
            #expect(rule.rawValue.allSatisfy { $0.isLowercase || $0 == "_" })
        }
        #expect(Rule.allCases.count(where: \.isWarning) == 21)
    }

    @Test func `Minus zero keeps its sign in a real and loses it in a whole number`() throws {
        var decoder = DiscoveryDecoder()
        let given = Array(#"{"pl_name":"X b","pl_radeerr2":-0.0,"pl_radelim":-0,"st_met":-0}"#.utf8)
        guard case .accept(let first) = decoder.decode(given) else { throw Unexpected() }
        guard case .accept(let second) = decoder.decode(DiscoveryJSON.bytes(first.discovery)) else {
            throw Unexpected()
        }
        for planet in [first.discovery, second.discovery] {
            #expect(planet[.pl_radeerr2]?.bitPattern == (-0.0).bitPattern)
            #expect(planet[.st_met]?.bitPattern == (-0.0).bitPattern)
            #expect(planet[.pl_radelim]?.bitPattern == (0.0).bitPattern)
        }
    }

    private struct Unexpected: Error {}
}
