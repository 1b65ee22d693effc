// Canonical JSON of a discovery (docs/ARCHITECTURE.md): the log's value, and what two records are compared by.
// Not here: reading it back, which is DiscoveryDecoder's.
import JSONText

package enum DiscoveryJSON {
    /// Appends `{"pl_name":...}`.
    package static func encode(_ discovery: Discovery, into bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "{"))
        encodeMembers(discovery, into: &bytes)
        bytes.append(UInt8(ascii: "}"))
    }

    package static func bytes(_ discovery: Discovery) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512)
        encode(discovery, into: &bytes)
        return bytes
    }

    /// Appends the members alone, `"pl_name":...,"disc_year":...`, for an object that holds more.
    package static func encodeMembers(_ discovery: Discovery, into bytes: inout [UInt8]) {
        let start = bytes.count
        layout.keys.withUnsafeBytes { keys in
            discovery.forEachPresent(in: layout.runs) { number, value in
                let raw = Int(number)
                appendKey(layout.numberKeys[raw], keys, isFirst: bytes.count == start, &bytes)
                append(value, layout.numberTypes[raw], &bytes)
            } text: { text, value in
                appendKey(layout.textKeys[Int(text)], keys, isFirst: bytes.count == start, &bytes)
                JSONString.append(value, to: &bytes)
            }
        }
    }

    /// Only the columns named, in that order; null ones are left out.
    package static func encodeMembers(_ discovery: Discovery, only columns: [ColumnID], into bytes: inout [UInt8]) {
        let start = bytes.count
        layout.keys.withUnsafeBytes { keys in
            for id in columns {
                switch id {
                case .number(let column):
                    guard let value = discovery[column] else { continue }
                    let raw = Int(column.rawValue)
                    appendKey(layout.numberKeys[raw], keys, isFirst: bytes.count == start, &bytes)
                    append(value, layout.numberTypes[raw], &bytes)
                case .text(let column):
                    guard let value = discovery[column] else { continue }
                    appendKey(layout.textKeys[Int(column.rawValue)], keys, isFirst: bytes.count == start, &bytes)
                    JSONString.append(value, to: &bytes)
                }
            }
        }
    }

    /// A number as its column's type is written: a date as a string, a boolean as true or false.
    private static func append(_ value: Double, _ type: ColumnType, _ bytes: inout [UInt8]) {
        switch type {
        case .date:
            bytes.append(UInt8(ascii: "\""))
            CivilDate(days: Int(value)).append(to: &bytes)
            bytes.append(UInt8(ascii: "\""))
        case .boolean: bytes.append(contentsOf: (value != 0 ? "true" : "false").utf8)
        case .real, .integer, .flag, .text: JSONNumber.append(value, to: &bytes)
        }
    }

    private static func appendKey(
        _ range: Range<Int>, _ keys: UnsafeRawBufferPointer, isFirst: Bool, _ bytes: inout [UInt8]
    ) {
        bytes.append(contentsOf: keys[isFirst ? range.lowerBound + 1..<range.upperBound : range])
    }

    private static let layout = Layout()

    /// `,"name":` of every column, and the canonical order as runs of columns of one enum.
    private struct Layout {
        var keys: [UInt8] = []
        var numberKeys = [Range<Int>](repeating: 0..<0, count: NumberColumn.allCases.count)
        var numberTypes = [ColumnType](repeating: .real, count: NumberColumn.allCases.count)
        var textKeys = [Range<Int>](repeating: 0..<0, count: TextColumn.allCases.count)
        var runs: [ColumnRun] = []

        init() {
            for column in Columns.all {
                let start = keys.count
                keys.append(contentsOf: ",\"\(column.name)\":".utf8)
                switch column.id {
                case .number(let number):
                    numberKeys[Int(number.rawValue)] = start..<keys.count
                    numberTypes[Int(number.rawValue)] = column.type
                    extend(isText: false, number.rawValue)
                case .text(let text):
                    textKeys[Int(text.rawValue)] = start..<keys.count
                    extend(isText: true, text.rawValue)
                }
            }
        }

        private mutating func extend(isText: Bool, _ raw: UInt8) {
            // A run of numbers ends at column 63, where the packed value's second word begins.
            if let last = runs.last, last.isText == isText, last.end == raw, isText || raw != 64 {
                runs[runs.count - 1].end = raw + 1
            } else {
                let before = runs.last { $0.isText == isText }
                precondition((before?.end ?? 0) == raw, "BUG: ColumnRows and ColumnNames differ in order at \(raw)")
                runs.append(ColumnRun(isText: isText, first: raw, end: raw + 1))
            }
        }
    }
}

/// Columns of one enum that follow each other in canonical order.
struct ColumnRun: Sendable {
    let isText: Bool
    let first: UInt8
    var end: UInt8

    var mask: UInt64 {
        let width = UInt64(end - first)
        let ones = width == 64 ? UInt64.max : (1 << width) - 1
        return ones << UInt64(first & 63)
    }
}
