// Whole bodies: arrays, NDJSON, CSV; which lines, which verdicts, which bodies are refused.
import Testing

@testable import PlanetCore

/// "line key" or "line rule" of every record.
func records(
    _ body: String, _ format: SubmissionFormat, of kind: RecordKind = .discoveries, max: Int = 100
) throws -> [String] {
    try records(Array(body.utf8), format, of: kind, max: max).map(\.0)
}

func records(
    _ body: [UInt8], _ format: SubmissionFormat, of kind: RecordKind = .discoveries, max: Int = 100
) throws -> [(String, String)] {
    var decoder = DiscoveryDecoder(today: { testDay })
    var result: [(String, String)] = []
    _ = try body.withUnsafeBytes { bytes in
        try decoder.decode(body: bytes, as: format, of: kind, maxRecords: max) { line, raw, verdict in
            let text = String(decoding: bytes[raw], as: UTF8.self)
            switch verdict {
            case .accept(let validated): result.append(("\(line) \(validated.key)", text))
            case .alias(let alias, let key): result.append(("\(line) \(key) = \(alias.canonicalKey)", text))
            case .reject(let issues, _):
                result.append(("\(line) \(issues.map(\.rule.rawValue).joined(separator: " "))", text))
            }
        }
    }
    return result
}

@Suite struct SubmissionsTests {
    @Test func `One object, or an array`() throws {
        #expect(try records(#" {"pl_name":"X b"} "#, .json) == ["1 xb"])
        #expect(
            try records(
                #"[{"pl_name":"X b"}, 7, {"pl_name":"Y b","pl_rade":0},{"pl_name":"Z b","pl_rade":1.2.3}]"#, .json)
                == ["1 xb", "2 not_an_object", "3 out_of_range", "4 malformed_json"])
        #expect(try records("\u{FEFF}[]", .json).isEmpty)
    }

    @Test func `NDJSON`() throws {
        let body = "{\"pl_name\":\"X b\"}\r\n\n  {\"pl_name\":\"Y b\"}\n{\"pl_name\":\n[1]\n{\"pl_name\":\"Z b\"}"
        #expect(try records(body, .ndjson) == ["1 xb", "3 yb", "4 malformed_json", "5 not_an_object", "6 zb"])
        #expect(try records(Array(body.utf8), .ndjson)[0].1 == #"{"pl_name":"X b"}"#)
    }

    @Test(arguments: [
        ("", SubmissionFormat.json, BodyError.Code.empty), (" \n", .csv, .empty), ("{", .json, .not_json),
        ("{\"pl_name\":\"X b\"} x", .json, .not_json), ("[{},", .json, .not_json),
        ("7", .json, .not_an_object_or_array),
        ("nonsense", .json, .not_an_object_or_array), ("[{},{},{}]", .json, .too_many_records),
        ("{}\n{}\n{}\n", .ndjson, .too_many_records), ("# only\n", .csv, .no_csv_header),
        ("hostname,pl_rade\nX,1\n", .csv, .no_name_column), ("\"pl_name\n", .csv, .no_csv_header),
        ("pl_name,foo,foo\n", .csv, .duplicate_column), ("pl_name\na\nb\nc\n", .csv, .too_many_records),
    ]) func `Bodies that are refused`(body: String, format: SubmissionFormat, code: BodyError.Code) {
        do {
            _ = try records(body, format, max: 2)
            Issue.record("taken: \(body)")
        } catch let error as BodyError {
            #expect(error.code == code)
            #expect(error.detail.hasSuffix("."))
        } catch {
            Issue.record(error)
        }
    }

    @Test func `CSV with quotes, comments and CR LF`() throws {
        let body = """
            \u{FEFF}# a comment, with "quotes\r
            \r
            Nom,rayon,"comment",foo\r
            X b,1.5,"one, ""two""\r
            three",\r
            # another\r
            Y b,abc,,1\r
            Z b,1\r
            "W b",2,,"x"y\r
            V b,"2",plain "quote",é
            """
        let all = try records(Array(body.utf8), .csv)
        #expect(
            all.map(\.0) == ["4 xb", "7 not_a_number", "8 wrong_field_count", "9 malformed_csv", "10 vb"])
        #expect(all[0].1 == "X b,1.5,\"one, \"\"two\"\"\r\nthree\",")
        #expect(all[1].1 == "Y b,abc,,1")
        let table = try DecodedTable(Array(body.utf8))
        #expect(table.accepted[0].discovery[.comment] == "one, \"two\"\r\nthree")
        #expect(table.accepted[1].discovery[.comment] == "plain \"quote\"")
        #expect(table.accepted[1].discovery[.extra] == #"{"foo":"é"}"#)
    }

    @Test func `An open quote costs one record, bad UTF-8 too`() throws {
        #expect(
            try records("pl_name,comment\nX b,\"oops\nY b,1\nZ b,2\n", .csv) == ["2 malformed_csv", "3 yb", "4 zb"])
        let bytes = Array("pl_name,comment\nX b,".utf8) + [0xe9] + Array("\nY b,\n".utf8)
        #expect(try records(bytes, .csv).map(\.0) == ["2 malformed_csv", "3 yb"])
    }

    @Test func `Semicolons, as spreadsheets write them in French`() throws {
        let table = try DecodedTable(Array("nom;masse;présence d'eau\nX b;1.5;oui\n".utf8))
        #expect(table.accepted.first?.discovery[.pl_bmasse] == 1.5)
        #expect(table.accepted.first?.discovery[.water_present] == 1)
    }

    @Test func `The friendly sample`() throws {
        let table = try DecodedTable(sample("course_records.csv"))
        #expect(table.rejected.isEmpty)
        #expect(table.accepted.map(\.key) == ["kepler442b", "51pegb", "proximacenb"])
        #expect(Set(table.accepted.flatMap(\.warnings).map(\.rule)) == [.unit_assumed])
        #expect(table.accepted[1].discovery[.discoverymethod] == "Radial Velocity")
    }

    @Test func `Rejected records as JSON`() throws {
        let issue = FieldIssue(field: "pl_rade", value: "x", rule: .not_a_number)
        var bytes: [UInt8] = []
        Array("a\"b".utf8).withUnsafeBytes {
            RejectedJSON.encode(raw: $0, line: 3, issues: [issue], maxRaw: 2, into: &bytes)
        }
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == #"{"raw":"a\"","raw_truncated":true,"line":3,"errors":[{"field":"pl_rade","value":"x","rule":"not_a_number","detail":"The value is not a number (write a decimal point, no unit)."}]}"#
        )
    }
}
