// Alias records as they are written: the log's form, and the forms of POST /api/aliases.
import Testing

@testable import PlanetCore

@Suite struct AliasRecordsTests {
    @Test func `The log's form comes back as it was written`() throws {
        let json = #"{"pl_name":"KOI-87.01","alias_of":"Kepler-22 b","alias_source":"OEC"}"#
        guard case .alias(let alias, let key) = verdict(json) else {
            Issue.record("not an alias")
            return
        }
        #expect(key == "koi87.01")
        #expect(alias.canonicalKey == "kepler22b")
        #expect(String(decoding: alias.json, as: UTF8.self) == json)
    }

    @Test(arguments: [
        (#"{"pl_name":"A b","alias_of":"B c","pl_rade":1}"#, " alias_with_values"),
        (#"{"pl_name":"A b","alias_of":"B c","colour":"blue"}"#, " alias_with_values"),
        (#"{"pl_name":"A b","alias_of":"a-b"}"#, "pl_name alias_to_itself"),
        (#"{"pl_name":"A b","alias_of":""}"#, "A b"),
        (#"{"pl_name":"A b","alias_of":7}"#, "alias_of 7"),
        (#"{"pl_name":"A b","alias_of":["B c"]}"#, "alias_of not_text"),
        (#"{"pl_name":"A b","alias_of":"-"}"#, "alias_of no_identity"),
        (#"{"alias_of":"B c"}"#, "pl_name missing_required"),
        (#"{"pl_name":"A b","alias_source":"OEC"}"#, "alias_of missing_required"),
    ])
    func `What is no alias record`(_ json: String, _ expected: String) throws {
        switch expected {
        // No alias_of: a planet.
        case "A b": #expect(try accepted(json).discovery[.pl_name] == "A b")
        case "alias_of 7": #expect(rules(json) == [expected])
        default: #expect(rules(json) == [expected])
        }
    }

    @Test func `Submitted in every form`() throws {
        let expected = ["koi87.01 = kepler22b", "tres2b = kepler1b"]
        let array = """
            [{"alias": "KOI-87.01", "canonical": "Kepler-22 b", "source": "OEC"},
             {"pl_name": "TrES-2 b", "alias_of": "Kepler-1 b"}]
            """
        #expect(try records(array, .json, of: .aliases) == ["1 \(expected[0])", "2 \(expected[1])"])
        let csv = "name,alias\nKepler-22 b,KOI-87.01\nKepler-1 b,TrES-2 b\n,X b\nX b,x-b\n"
        #expect(
            try records(csv, .csv, of: .aliases) == [
                "2 \(expected[0])", "3 \(expected[1])", "4 missing_required", "5 alias_to_itself",
            ])
        #expect(
            try records(#"{"name":"A b","alias":"B c","pl_rade":2}"#, .ndjson, of: .aliases) == ["1 alias_with_values"])
        #expect(throws: BodyError.self) { try records("alias,source\nX b,OEC\n", .csv, of: .aliases) }
        // A planet's body keeps its own reading of the same names.
        #expect(try records(#"{"name":"A b"}"#, .json) == ["1 ab"])
    }

    @Test func `A name given under an alias is shown as a warning`() {
        #expect(rules(#"{"pl_name":"A b","pl_name_given":"B c"}"#) == ["pl_name_given named_by_alias"])
    }
}
