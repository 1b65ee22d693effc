// Bodies made to be slow: twice as much of them takes twice as long.

import TestSupport
import Testing

@testable import PlanetCore

@Suite struct CostTests {
    /// `part` again and again: the body of a number of bytes.
    private static func repeated(
        _ part: String, _ first: String = "", _ last: String = ""
    ) -> @Sendable (Int) -> [UInt8] {
        { bytes in
            var body = Array(first.utf8)
            body.reserveCapacity(bytes + 64)
            while body.count < bytes { body += part.utf8 }
            return body + Array(last.utf8)
        }
    }

    private static func columns(_ bytes: Int) -> [UInt8] {
        var body = Array("pl_name".utf8)
        var number = 0
        while body.count < bytes {
            body += ",\(String(number, radix: 36))".utf8
            number += 1
        }
        return body + Array("\nX b\n".utf8)
    }

    private static let bodies: [(String, SubmissionFormat, @Sendable (Int) -> [UInt8])] = [
        ("columns", .csv, { columns($0) }), ("no columns", .csv, repeated(";")), ("quotes", .csv, repeated("\"")),
        ("comments", .csv, repeated("#\n")), ("empty lines", .csv, repeated("\n", "pl_name\n")),
        ("open quotes", .csv, repeated("\"x\n", "pl_name\n")), ("quoted quotes", .csv, repeated("\"\"", "pl_name\n\"")),
        ("one record of fields", .csv, repeated(",", "pl_name\n")),
        ("records of fields", .csv, repeated(String(repeating: ",", count: 600) + "\n", "pl_name\n")),
        ("lines", .ndjson, repeated("\n", "{}")), ("braces", .ndjson, repeated("{\n")),
        ("names", .ndjson, repeated("{" + (0..<500).map { "\"n\($0)\":0" }.joined(separator: ",") + "}\n")),
        ("brackets", .json, repeated("[")), ("elements", .json, repeated("0,", "[", "0]")),
        ("digits", .json, repeated("9", "{\"pl_rade\":", "}")), ("spaces", .json, repeated(" ", "[", "]")),
        ("escapes", .json, repeated("\\u0041", "{\"pl_name\":\"", "\"}")),
    ]

    @Test(arguments: bodies.indices)
    func aBodyTwiceAsLongTakesTwiceAsLong(_ index: Int) {
        let (name, format, body) = CostTests.bodies[index]
        let (some, many) = (body(1 << 14), body(1 << 17))
        var decoder = DiscoveryDecoder(today: { testDay })
        let ratio = costRatio(1 << 14) { size in
            (size == 1 << 14 ? some : many).withUnsafeBytes { bytes in
                _ = try? decoder.decode(body: bytes, as: format, maxRecords: .max) { _, _, _ in }
            }
        }
        #expect(ratio <= 2.5, "\(name)")
    }

    @Test func aHeaderHasNoMoreColumnsThanARecordHasFields() throws {
        func header(_ columns: Int) -> String { "pl_name" + (1..<columns).map { ",c\($0)" }.joined() + "\n" }
        #expect(try records(header(512) + "X b" + String(repeating: ",", count: 511), .csv) == ["2 xb"])
        let error = #expect(throws: BodyError.self) { try records(header(513), .csv) }
        #expect(error?.code == .too_many_fields && error?.detail.contains("513") == true)
        #expect(try records("pl_name\nX b" + String(repeating: ",", count: 9999), .csv) == ["2 wrong_field_count"])
        let twice = #expect(throws: BodyError.self) { try records("pl_name,a,b,a\n", .csv) }
        #expect(twice?.code == .duplicate_column)
    }
}
