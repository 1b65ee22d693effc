// Words and numbers as people write them: in tables, and everywhere.
import Basics
import Testing

@testable import PlanetCore

private func table(_ text: String) throws -> DecodedTable { try DecodedTable(Array(text.utf8)) }

private func warnings(_ json: String) throws -> [Rule] { try accepted(json).warnings.map(\.rule) }

@Suite struct WrittenValuesTests {
    @Test(arguments: [
        "NaN", "nan", "null", "NULL", "None", "N/A", "n/a", "NA", "-", "--", "---", "?", "\\N", "<NA>", "#N/A",
        "unknown", " NaN ", "\"NA\"", "—", "#VALUE!", "nil", "…", "inconnue", "NaT",
    ]) func `A word for no value is none, in numbers and in texts`(word: String) throws {
        let read = try table(
            "pl_name,pl_rade,hostname,foo,disc_date,pl_radelim\nX b,\(word),\(word),\(word),\(word),\(word)\n")
        let planet = try #require(read.accepted.first).discovery
        #expect(planet[.pl_rade] == nil && planet[.hostname] == nil && planet[.extra] == nil)
        #expect(planet.numbersPresent == (0, 0) && read.accepted[0].warnings.isEmpty)
        #expect(try table("pl_rade,pl_name\n1,\(word)\n").rejected.first?.first?.rule == .missing_required)
    }

    @Test(arguments: ["-999", "0", "Nancy", "N/Ab", "nano", "na na", "-1", "None such"])
    func `What is no such word stays`(word: String) throws {
        #expect(try table("pl_name,comment\nX b,\(word)\n").accepted.first?.discovery[.comment] == word)
    }

    @Test func `An infinite error is none, an infinite value is refused`() throws {
        let read = try table("pl_name,pl_rade,pl_radeerr1,pl_radeerr2\nX b,2,inf,-Infinity\nY b,inf,,\n")
        #expect(read.accepted.first?.discovery[.pl_rade] == 2)
        #expect(read.accepted.first?.discovery[.pl_radeerr1] == nil)
        #expect(read.accepted.first?.discovery[.pl_radeerr2] == nil)
        #expect(read.rejected.first?.map(\.rule) == [.not_a_number])
    }

    @Test func `Decimal commas, where commas part no fields`() throws {
        let semicolons = try table("pl_name;pl_rade;pl_orbper;comment\nX b;2,1;1,234;a, b\nY b;1,2,3;;\n")
        #expect(semicolons.accepted.first?.discovery[.pl_rade] == 2.1)
        #expect(semicolons.accepted.first?.discovery[.pl_orbper] == 1.234)
        #expect(semicolons.accepted.first?.discovery[.comment] == "a, b")
        #expect(semicolons.rejected.first?.map(\.rule) == [.not_a_number])
        let tabs = try table("pl_name\tpl_rade\nX b\t2,15\nY b\t1,234\nZ b\t1,5e1\n")
        #expect(tabs.accepted.map { $0.discovery[.pl_rade] } == [2.15, 15])
        #expect(tabs.rejected.count == 1)
        #expect(try table("pl_name,pl_rade\nX b,\"2,1\"\n").rejected.count == 1)
        #expect(rules(#"{"pl_name":"X b","pl_rade":"2,1"}"#) == ["pl_rade not_a_number"])
    }

    @Test func `Semicolons with commas in a label, tabs with commas in quotes`() throws {
        let header = "pl_name;\"Note, courte\";pl_rade\nX b;a;2\n"
        #expect(try table(header).accepted.first?.discovery[.pl_rade] == 2)
        #expect(try table("pl_name\tcomment\nX b\t\"a, b\"\n").accepted.first?.discovery[.comment] == "a, b")
    }

    @Test func `A minus of typographers`() throws {
        #expect(try accepted(#"{"pl_name":"X b","pl_radeerr2":"−0.2"}"#).discovery[.pl_radeerr2] == -0.2)
    }

    @Test(arguments: [
        ("19 16 52.17", "+47 53 03.9"), ("19:16:52.17", "+47:53:03.9"), ("19h16m52.17s", "+47d53m03.9s"),
        ("19h 16m 52.17s", "47° 53′ 03.9″"), ("289d13m02.55s", "47°53'3.9\""),
    ]) func `Positions in hours and degrees, minutes and seconds`(ra: String, dec: String) throws {
        let escaped = dec.replacing("\"", with: "\"\"")
        let planet = try #require(try table("pl_name,ra,dec\nX b,\(ra),\"\(escaped)\"\n").accepted.first).discovery
        #expect(abs((planet[.ra] ?? 0) - 289.217375) < 1e-9)
        #expect(abs((planet[.dec] ?? 0) - 47.88441666) < 1e-7)
    }

    @Test func `South of the equator, and angles that are none`() throws {
        #expect(try accepted(#"{"pl_name":"X b","dec":"-00:30:00"}"#).discovery[.dec] == -0.5)
        for (field, text) in [
            ("ra", "24:00:00"), ("ra", "-1:00:00"), ("ra", "12:60:00"), ("ra", "12:30:61"), ("dec", "12h30m"),
            ("dec", "12m30d"), ("dec", "1:2:3:4"), ("ra", "1.5:30"), ("dec", "91:00:00"), ("ra", "x"),
            ("pl_rade", "1:30"),
            ("ra", ":1"), ("ra", "1::2"),
        ] { #expect(rules(#"{"pl_name":"X b","\#(field)":"\#(text)"}"#).count == 1, "\(field) \(text)") }
        // One number is degrees, whatever its size.
        #expect(try accepted(#"{"pl_name":"X b","ra":"19.281"}"#).discovery[.ra] == 19.281)
    }

    @Test func `Dates with a time of day, and without a day`() throws {
        func day(_ year: Int, _ month: Int, _ day: Int) -> Double {
            Double(CivilDate(year: year, month: month, day: day).days)
        }
        for text in ["2024-09-03 10:08:01", "2024-09-03T10:08:01Z", "2024-09-03T10:08:01.5+02:00", "03/09/2024 10:08"] {
            let json = #"{"pl_name":"X b","rowupdate":"\#(text)"}"#
            #expect(try accepted(json).discovery[.rowupdate] == day(2024, 9, 3), "\(text)")
            #expect(try warnings(json).isEmpty)
        }
        for (text, expected) in [
            ("2011-12", day(2011, 12, 1)), ("2011-00", day(2011, 1, 1)), ("2011-12-00", day(2011, 12, 1)),
            ("2011", day(2011, 1, 1)),
        ] {
            let json = #"{"pl_name":"X b","disc_date":"\#(text)"}"#
            #expect(try accepted(json).discovery[.disc_date] == expected)
            #expect(try warnings(json) == [.incomplete_date])
        }
        for text in ["2011-13", "2011-02-30", "2024-09-03 soon", "12/5/2011", "5/14/14", "2024-09-03 99:00", "40882"] {
            #expect(rules(#"{"pl_name":"X b","disc_date":"\#(text)"}"#) == ["disc_date not_a_date"], "\(text)")
        }
    }

    @Test func `U+FFFD in a name is refused`() throws {
        #expect(rules("{\"pl_name\":\"Tau Bo\u{FFFD}tis b\"}") == ["pl_name replacement_character"])
        #expect(rules("{\"pl_name\":\"X b\",\"hostname\":\"\u{FFFD}\"}") == ["hostname replacement_character"])
        #expect(try warnings("{\"pl_name\":\"X b\",\"comment\":\"\u{FFFD}\"}").isEmpty)
        #expect(
            try records("name,alias\nX b,Y\u{FFFD} b\n", .csv, of: .aliases) == ["2 replacement_character"])
    }

    @Test func `Spellings of the mass's provenance`() throws {
        for (given, stored, provenance) in [
            ("msini", "Msini", Provenance.minimum), ("M sin i", "Msini", .minimum), ("M*sin(i)", "Msini", .minimum),
            ("Msin(i)", "Msini", .minimum), ("MSINI", "Msini", .minimum), ("mass", "Mass", .measured),
            ("Msin(i)/sin(i)", "Msin(i)/sin(i)", .measured), ("M-R Relationship", "M-R relationship", .forecast),
        ] {
            let planet = try accepted(
                #"{"pl_name":"X b","pl_bmasse":3,"discoverymethod":"Radial Velocity","pl_bmassprov":"\#(given)"}"#)
            #expect(planet.discovery[.pl_bmassprov] == stored && planet.warnings.isEmpty)
            #expect(planet.discovery.provenance(.mass) == provenance)
        }
        let odd = try accepted(#"{"pl_name":"X b","pl_bmasse":3,"pl_bmassprov":"a guess"}"#)
        #expect(odd.warnings.map(\.rule) == [.unknown_provenance] && odd.discovery[.pl_bmassprov] == "a guess")
        #expect(odd.discovery.provenance(.mass) == .measured)
        for (method, provenance) in [("rv", Provenance.minimum), ("Transit", .measured)] {
            let json = #"{"pl_name":"X b","pl_bmassj":3,"discoverymethod":"\#(method)"}"#
            #expect(try accepted(json).discovery.provenance(.mass) == provenance)
        }
    }

    @Test(
        arguments: [
            ("Doppler", "Radial Velocity", []), ("Radial-Velocity", "Radial Velocity", []),
            ("Transit Timing Variation", "Transit Timing Variations", []), ("TTV", "Transit Timing Variations", []),
            ("Primary Transit#TTV", "Transit", [Rule.several_methods]),
            ("Eclipse Timing", "Eclipse Timing Variations", []),
            ("Kinematic", "Disk Kinematics", []), ("Other", nil, [.method_not_listed]),
            ("Radial Velocity, Transit", "Radial Velocity", [.several_methods]),
            ("timing", "Transit Timing Variations", [.ambiguous_method]), ("PRIMARY  TRANSIT", "Transit", []),
        ] as [(String, String?, [Rule])]) func `Words for methods`(given: String, stored: String?, expected: [Rule])
        throws
    {
        let planet = try accepted(#"{"pl_name":"X b","discoverymethod":"\#(given)"}"#)
        #expect(planet.discovery[.discoverymethod] == stored && planet.warnings.map(\.rule) == expected)
    }

    @Test func `A unit that was assumed is said again by the stored record`() throws {
        let given = try accepted(#"{"pl_name":"X b","distance":48.3,"rayon":2,"mass_earth":5,"orbital_period":3}"#)
        #expect(given.warnings.map(\.rule) == [.unit_assumed, .unit_assumed, .unit_assumed])
        #expect(given.warnings[0].detail.hasSuffix(": ly."))
        let again = try accepted(String(decoding: DiscoveryJSON.bytes(given.discovery), as: UTF8.self))
        #expect(again.discovery == given.discovery)
        #expect(
            again.warnings.map { "\($0.field) \($0.rule)" }
                == ["sy_dist unit_assumed", "pl_rade unit_assumed", "pl_orbper unit_assumed"])
    }

    @Test func `Unknown fields beyond what is kept of them are named`() throws {
        let long = String(repeating: "x", count: 3000)
        let fields = (0..<6).map { #""f\#($0)":"\#(long)""# }.joined(separator: ",")
        let planet = try accepted(#"{"pl_name":"X b","pl_rade":2,\#(fields),"small":1}"#)
        let issue = try #require(planet.warnings.first { $0.rule == .extra_cut })
        #expect(issue.value == "4" && issue.detail.contains("f2, f3, f4, f5"))
        #expect(planet.discovery[.extra]?.contains("\"small\":1") == true)
        let again = try accepted(String(decoding: DiscoveryJSON.bytes(planet.discovery), as: UTF8.self))
        #expect(again.discovery == planet.discovery)
    }
}

@Suite struct TableHeaderTests {
    @Test func `Labels and units in a header`() throws {
        let read = try table(
            "Planet,Orbital Period [days],Radius (R_Jup),Masse [M_Earth],Distance [pc],Star temperature [°C],foo [x],"
                + "Semi-major axis [parrot],Planet Equilibrium Temperature\nX b,3.5,1,5,10,5000,7,2,9\n")
        let planet = try #require(read.accepted.first).discovery
        #expect(planet[.pl_orbper] == 3.5 && planet[.pl_radj] == 1 && planet[.pl_rade] == 11.2089807309387)
        #expect(planet[.pl_bmasse] == 5 && planet[.sy_dist] == 10 && planet[.st_teff] == 5273.15)
        #expect(planet[.pl_orbsmax] == nil)
        #expect(planet[.extra]?.contains("Semi-major axis [parrot]") == true)
        #expect(
            read.accepted[0].warnings.filter { $0.rule == .unit_assumed }.map(\.field)
                == ["Planet Equilibrium Temperature"])
    }

    @Test func `Units that are written by their size`() throws {
        let read = try table(
            "pl_name|pl_rade [7.1492e+07m]|pl_bmasse [1.8981246e+27kg]|st_rad [695700000m]|pl_orbper [86400 s]|"
                + "sy_dist [9.46e15m]|pl_orbsmax [12 m]\nX b|1|1|1|3|326.156|2\n")
        let planet = try #require(read.accepted.first).discovery
        #expect(planet[.pl_radj] == 1 && planet[.pl_bmassj] == 1 && planet[.st_rad] == 1 && planet[.pl_orbper] == 3)
        #expect(abs((planet[.sy_dist] ?? 0) - 100) < 0.01 && planet[.pl_orbsmax] == nil)
    }

    @Test func `A first line that says what parts the fields`() throws {
        #expect(try records("sep=;\nname;pl_rade\nX b;2\n", .csv) == ["3 xb"])
        #expect(try records("\u{FEFF}SEP=,\r\nname,pl_rade\r\nX b,2\r\n", .csv) == ["3 xb"])
        #expect(throws: BodyError.self) { try records("sep=;;\nname;pl_rade\nX b;2\n", .csv) }
        #expect(try records("name,sep=;\nsep=;,2\n", .csv).count == 1, "in its place alone")
    }

    @Test func `A header that is too long is refused before it is copied for every record`() throws {
        let long = String(repeating: "x", count: DiscoveryDecoder.maxRecordBytes)
        #expect(throws: BodyError.self) { try records("name,\(long)\nX b,2\n", .csv) }
    }

    @Test func `A header behind a number sign`() throws {
        #expect(try records("# a note\n# name,pl_rade\nX b,2\nY b,3\n", .csv) == ["3 xb", "4 yb"])
        #expect(throws: BodyError.self) { try records("# a note, with name\nX b,2\n", .csv) }
        #expect(try records("# name,pl_rade\npl_name,pl_rade\nX b,2\n", .csv) == ["3 xb"])
    }

    @Test func `What became of the columns`() throws {
        var decoder = DiscoveryDecoder(today: { testDay })
        func columns(_ text: String, _ format: SubmissionFormat) throws -> BodyColumns {
            _ = try Array(text.utf8).withUnsafeBytes {
                try decoder.decode(body: $0, as: format, maxRecords: 10) { _, _, _ in }
            }
            return decoder.columns
        }
        let csv = try columns("nom;rayon;foo;bar\nX b;1,5;1;\nY b;NA;2;\n", .csv)
        #expect(csv.used.map(\.column) == ["pl_name", "pl_rade"] && csv.used.map(\.values) == [2, 1])
        #expect(csv.used[1].isAssumed && csv.used[1].unit == "Earth radius")
        #expect(csv.keptAside.map(\.name) == ["foo", "bar"] && csv.keptAside.map(\.values) == [2, 0])
        let json = try columns("{\"nom\":\"X b\",\"rayon\":1,\"foo\":1}\n{\"nom\":\"Y b\",\"foo\":1}\n", .ndjson)
        #expect(json.used.map(\.column) == ["pl_name", "pl_rade"])
        #expect(json.keptAside.map(\.name) == ["foo"] && json.keptAside[0].values == 2)
        #expect(try columns("{\"nom\":\"X b\"}", .json).isEmpty)
    }
}
