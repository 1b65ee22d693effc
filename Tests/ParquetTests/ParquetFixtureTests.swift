// Files for foreign readers: with PLANETARIUM_PARQUET_OUT set, each case is written there as NAME.parquet with what
// must be read from it in NAME.json (Foreign/test_foreign_readers.py compares). Without it the files are only made.

import Foundation
import Testing

@testable import Parquet

@Suite struct ParquetFixtureTests {
    @Test(arguments: Fixture.all)
    func file(_ fixture: Fixture) throws {
        let (file, expected) = try fixture.make()
        #expect(file.prefix(4) == Array("PAR1".utf8)[...])
        #expect(file.suffix(4) == Array("PAR1".utf8)[...])
        guard let folder = ProcessInfo.processInfo.environment["PLANETARIUM_PARQUET_OUT"] else { return }
        let url = URL(fileURLWithPath: folder, isDirectory: true)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        try Data(file).write(to: url.appendingPathComponent("\(fixture.name).parquet"))
        try Data(expected.utf8).write(to: url.appendingPathComponent("\(fixture.name).json"))
    }

    @Test func bytesDoNotDependOnWhenTheyAreTaken() throws {
        var fixture = Fixture(name: "x", rows: 3000)
        fixture.options.rowGroupRows = 1000
        let (atEnd, _) = try fixture.make()
        fixture.takesEarly = true
        let (early, _) = try fixture.make()
        #expect(atEnd == early)
    }
}

struct Fixture: Sendable, CustomTestStringConvertible {
    var name: String
    var rows: Int
    var options = WriterOptions()
    /// Values of few kinds (a dictionary pays) or hardly any twice.
    var unique = false
    var takesEarly = false
    var nulls = Nulls.some

    enum Nulls { case none, some, all, blocks }

    var testDescription: String { name }

    static let all: [Fixture] = {
        var cases = [
            Fixture(name: "empty", rows: 0), Fixture(name: "one", rows: 1), Fixture(name: "seven", rows: 7),
            Fixture(name: "full", rows: 500, nulls: .none), Fixture(name: "void", rows: 500, nulls: .all),
            Fixture(name: "blocks", rows: 5000, nulls: .blocks),
            Fixture(name: "large", rows: 100_000), Fixture(name: "large_unique", rows: 100_000, unique: true),
        ]
        var groups = Fixture(name: "groups", rows: 10_000)
        groups.options.rowGroupRows = 1234
        groups.options.metadata = [
            .init("planetarium.topic", "planet-discoveries"), .init("empty", ""), .init("é", "\"∞\""),
        ]
        cases.append(groups)
        var pages = Fixture(name: "pages", rows: 10_000)
        pages.options.pageRows = 100
        cases.append(pages)
        var small = Fixture(name: "small_pages", rows: 10_000, unique: true)
        small.options.pageBytes = 1000
        cases.append(small)
        var overflow = Fixture(name: "dictionary_overflow", rows: 10_000)
        overflow.options.dictionaryBytes = 300
        cases.append(overflow)
        var plain = Fixture(name: "no_dictionary", rows: 3000)
        plain.options.dictionary = .never
        cases.append(plain)
        for (name, compression) in [("uncompressed", Compression.uncompressed), ("zstd", .zstd(level: 3))] {
            var coded = Fixture(name: name, rows: 10_000)
            coded.options.compression = compression
            cases.append(coded)
        }
        return cases
    }()

    enum Cell {
        case null
        case boolean(Bool)
        case int32(Int32)
        case int64(Int64)
        case double(Double)
        case bytes([UInt8])

        var json: String {
            switch self {
            case .null: "null"
            case .boolean(let value): "\(value)"
            case .int32(let value): "\(value)"
            case .int64(let value): "\(value)"
            case .double(let value): "\"\(Self.hex(withUnsafeBytes(of: value.bitPattern.bigEndian) { Array($0) }))\""
            case .bytes(let value): "\"\(Self.hex(value))\""
            }
        }

        private static let digits = Array("0123456789abcdef".utf8)
        private static func hex(_ bytes: [UInt8]) -> String {
            var out: [UInt8] = []
            for byte in bytes { out += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
            return String(decoding: out, as: UTF8.self)
        }
    }

    static let schema = Schema(
        "planet",
        [
            .init("boolean", .boolean), .init("boolean_null", .boolean, optional: true),
            .init("int32", .int32), .init("int32_null", .int32, optional: true),
            .init("int64", .int64), .init("int64_null", .int64, optional: true),
            .init("double", .double), .init("double_null", .double, optional: true),
            .init("string", .string), .init("string_null", .string, optional: true),
            .init("bytes_null", .bytes, optional: true),
            .init("date", .date), .init("date_null", .date, optional: true),
            .init("time", .timestampMicros), .init("time_null", .timestampMicros, optional: true),
            .init("constant", .string), .init("long", .string, optional: true),
        ])

    /// A small generator of our own (xorshift), so that the files are the same every time.
    struct Random {
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        mutating func next() -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state
        }
        mutating func below(_ bound: Int) -> Int { Int(next() >> 1) % bound }
    }

    static let oddDoubles: [Double] = [
        0.0, -0.0, .nan, Double(bitPattern: 0x7FF8_0000_DEAD_BEEF), Double(bitPattern: 0xFFF8_0000_0000_0001),
        .infinity,
        -.infinity, .greatestFiniteMagnitude, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, 0.1, 1 / 3.0,
    ]
    static let oddStrings = [
        "", " ", "é", "Kepler-442 b", "日本語", "👩‍🚀🪐", "a\u{0}b", "\u{10FFFF}", "line\nbreak", "\"quoted\"", "e\u{301}",
        String(repeating: "ж", count: 200),
    ]
    static let odd64: [Int64] = [0, -1, 1, .max, .min, 1 << 53 + 1]
    static let odd32: [Int32] = [0, -1, 1, .max, .min]

    private func cell(_ column: Schema.Column, row: Int, _ random: inout Random) -> Cell {
        if column.isOptional {
            switch nulls {
            case .none: break
            case .some: if random.below(3) == 0 { return .null }
            case .all: return .null
            case .blocks: if row / 37 % 2 == 0 || random.below(100) == 0 { return .null }
            }
        }
        let kind = unique ? Int(random.next() >> 1) : random.below(40)
        let odd = row < 100 || (!unique && random.below(50) == 0)
        switch column.type {
        case .boolean: return .boolean(kind % 3 == 0)
        case .int32: return .int32(odd ? Self.odd32[kind % 5] : Int32(truncatingIfNeeded: kind))
        case .int64: return .int64(odd ? Self.odd64[kind % 6] : Int64(kind) &* 1_000_003)
        case .double: return .double(odd ? Self.oddDoubles[kind % 12] : Double(kind) / 7)
        // 0001-01-01 to 9999-12-31, so that every reader can show them.
        case .date: return .int32(odd ? [0, -719_162, 2_932_896, -1, 20_780][kind % 5] : Int32(kind % 40_000))
        // pandas shows 1677 to 2262.
        case .timestampMicros:
            return .int64(
                odd ? [0, -1, -9_000_000_000_000_000, 9_000_000_000_000_000][kind % 4] : Int64(kind % (1 << 52)))
        case .bytes: return .bytes((0..<kind % 5).map { UInt8(truncatingIfNeeded: 0xFD &+ $0 &+ kind) })
        case .string:
            if column.name == "constant" { return .bytes(Array("always".utf8)) }
            if column.name == "long" {
                return .bytes(
                    row % 1000 == 0 ? Array(repeating: 0x61 + UInt8(kind % 26), count: 20_000) : Array("s\(kind)".utf8))
            }
            return .bytes(Array((odd ? Self.oddStrings[kind % 12] : "Planet \(kind) b").utf8))
        }
    }

    func make() throws -> (file: [UInt8], expected: String) {
        var random = Random()
        var writer = ParquetWriter(Self.schema, options)
        var batch = RowBatch(Self.schema)
        var file: [UInt8] = []
        var groups = 0
        var values = Self.schema.columns.map { _ in [String]() }
        for row in 0..<rows {
            for (index, column) in Self.schema.columns.enumerated() {
                let cell = cell(column, row: row, &random)
                switch cell {
                case .null: batch.columns[index].appendNull()
                case .boolean(let value): batch.columns[index].append(value)
                case .int32(let value): batch.columns[index].append(value)
                case .int64(let value): batch.columns[index].append(value)
                case .double(let value): batch.columns[index].append(value)
                case .bytes(let value): batch.columns[index].append(bytes: value)
                }
                values[index].append(cell.json)
            }
            if options.isFull(batch) || row == rows - 1 {
                try writer.write(batch)
                batch.removeAll()
                groups += 1
                if takesEarly { file += writer.take() }
            }
        }
        writer.finish()
        file += writer.take()

        let columns = zip(Self.schema.columns, values).map { column, values in
            "{\"name\":\"\(column.name)\",\"type\":\"\(column.type)\",\"optional\":\(column.isOptional),"
                + "\"values\":[\(values.joined(separator: ","))]}"
        }
        let pairs = options.metadata.map { "[\(Self.quoted($0.key)),\(Self.quoted($0.value))]" }
        return (
            file,
            "{\"rows\":\(rows),\"groups\":\(groups),\"codec\":\(options.compression.code),"
                + "\"metadata\":[\(pairs.joined(separator: ","))],\"columns\":[\(columns.joined(separator: ",\n"))]}"
        )
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacingOccurrences(of: "\"", with: "\\\"") + "\""
    }
}
