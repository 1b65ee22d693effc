// Characters that texts may not hold, by each way in.
import Testing

@testable import PlanetCore

@Suite struct UnwantedCharacterTests {
    /// As JSON escapes, in the middle of a text.
    private static let unwanted: [(character: String, rule: Rule, inLines: Bool, inComments: Bool)] = [
        (#"\u0000"#, .control_character, true, true), (#"\u001b"#, .control_character, true, true),
        (#"\u007f"#, .control_character, true, true), (#"\u009b"#, .control_character, true, true),
        (#"\n"#, .control_character, true, false), (#"\t"#, .control_character, true, false),
        (#"\u2028"#, .control_character, true, false), (#"\ufdd0"#, .control_character, true, true),
        (#"\uffff"#, .control_character, true, true), (#"\ud83f\udffe"#, .control_character, true, true),
        (#"\u202e"#, .bidirectional_character, true, true), (#"\u202a"#, .bidirectional_character, true, true),
        (#"\u2066"#, .bidirectional_character, true, true), (#"\u2069"#, .bidirectional_character, true, true),
        (#"\u200b"#, .invisible_character, true, false), (#"\u00ad"#, .invisible_character, true, false),
        (#"\u200e"#, .invisible_character, true, false), (#"\u061c"#, .invisible_character, true, false),
        (#"\u2060"#, .invisible_character, true, false), (#"\ufeff"#, .invisible_character, true, false),
        (#"\u3164"#, .invisible_character, true, false), (#"\udb40\udc41"#, .invisible_character, true, false),
        (#"\u200d"#, .invisible_character, false, false), (#"\u200c"#, .invisible_character, false, false),
        (#"\ufe0f"#, .invisible_character, false, false),
    ]

    @Test(arguments: unwanted) func eachKindOfTextHasItsRule(
        _ one: (character: String, rule: Rule, inLines: Bool, inComments: Bool)
    ) {
        let text = "X\(one.character)Y b"
        #expect(rules(#"{"pl_name":"\#(text)"}"#).contains("pl_name \(one.rule)"))
        #expect(rules(#"{"pl_name":"X b","hostname":"\#(text)"}"#).contains("hostname \(one.rule)"))
        let line = rules(#"{"pl_name":"X b","disc_facility":"\#(text)"}"#)
        #expect(line == (one.inLines ? ["disc_facility \(one.rule)"] : []))
        let comment = rules(#"{"pl_name":"X b","comment":"\#(text)"}"#)
        #expect(comment == (one.inComments ? ["comment \(one.rule)"] : []))
        let alias = #"{"pl_name":"K b","alias_of":"\#(text)"}"#
        #expect(rules(alias).contains("alias_of \(one.rule)"))
    }

    @Test func theFaultNamesCharacterAndPlace() {
        guard case .reject(let issues, let key) = verdict(#"{"pl_name":"Kepler\#u{200b}-22 b"}"#) else {
            Issue.record("taken")
            return
        }
        #expect(issues.map(\.detail) == ["The text has an invisible character: U+200B, character 7."])
        #expect(issues.first?.value == "Kepler\u{200b}-22 b")
        #expect(key == nil, "a name that is not taken names no planet")
    }

    @Test(arguments: [
        #"\ufeffKepler-22 b"#, #"\u200b Kepler-22 b\u200b"#, #"\u00a0Kepler-22 b\u202f\u200f"#,
        #"\u2003Kepler-22 b\u3000"#, #"\u2028Kepler-22 b\u2060"#,
    ]) func whatPagesAndSheetsLeaveAtTheEndsIsDropped(_ name: String) throws {
        #expect(try accepted(#"{"pl_name":"\#(name)","pl_rade":"\u200b2.1"}"#).discovery[.pl_name] == "Kepler-22 b")
    }

    @Test(arguments: [#"\ud800"#, #"\udc00 b"#, #"x\udfff"#]) func halfACharacterIsNoJSON(_ name: String) {
        #expect(rules(#"{"pl_name":"X\#(name)"}"#) == [" malformed_json"])
    }

    @Test func namesMayHaveAllThatIsSeen() throws {
        let names = [
            "α Cen Bb", "Pégase 51 b", "כוכב 1 b", "ستاره 1 b", "Étoile\u{0301} 2 b", "星 3 b", "51\u{00a0}Peg b",
        ]
        for name in names {
            #expect(try accepted(#"{"pl_name":"\#(name)"}"#).discovery[.pl_name] == name)
        }
    }

    @Test func whatIsStoredStaysAsItIs() {
        let value = #"{"pl_name":"Kepler\#u{200b}-22 b","disc_facility":"a\#u{202e}b"}"#
        func read(source: String?) -> RecordReader.Reading {
            var reader = RecordReader(today: { testDay })
            return Array(value.utf8).withUnsafeBytes {
                reader.read($0, keyText: "kepler22b", partition: 0, source: source, size: { 1 }, home: { _ in nil })
            }
        }
        guard case .valid(let record, "kepler22b", _) = read(source: "api") else {
            Issue.record("an acknowledged record is not taken any more")
            return
        }
        #expect(record.name == "Kepler\u{200b}-22 b")
        guard case .refused(let issues, _) = read(source: nil) else {
            Issue.record("other programs' records are held against all rules")
            return
        }
        #expect(issues.map(\.rule) == [.invisible_character, .bidirectional_character])
    }

    @Test func unknownFieldsAreKeptWithWhatIsHiddenEscaped() throws {
        let record = #"{"pl_name":"X b","a\#u{202e}b":"c\#u{9b}d","list":["\#u{202e}",1,"é"]}"#
        let extra = try accepted(record).discovery[.extra]
        #expect(extra == #"{"a\u202eb":"c\u009bd","list":["\u202e",1,"é"]}"#)
        let stored = DiscoveryJSON.bytes(try accepted(record).discovery)
        #expect(try accepted(String(decoding: stored, as: UTF8.self)).discovery[.extra] == extra)
    }
}
