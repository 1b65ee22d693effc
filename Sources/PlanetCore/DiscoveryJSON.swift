// Canonical JSON of a discovery (docs/ARCHITECTURE.md): the log's value, and the form in which records are compared.
// DiscoveryDecoder reads it back.
import Basics
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

    /// Appends only the members, `"pl_name":...,"disc_year":...`, for an object with more in it.
    package static func encodeMembers(_ discovery: Discovery, into bytes: inout [UInt8]) {
        let layout = MemberLayout.shared
        var line = MemberLine(layout)
        discovery.forEachPresent(in: layout.runs) { raw, value in
            line.add(number: Int(raw), value, &bytes)
        } text: { raw, value in
            line.add(text: Int(raw), value, &bytes)
        }
    }

    /// Only the named columns, in that order; null ones are left out.
    package static func encodeMembers(_ discovery: Discovery, only columns: [ColumnID], into bytes: inout [UInt8]) {
        var line = MemberLine(MemberLayout.shared)
        for id in columns {
            switch id {
            case .number(let column):
                if let value = discovery[column] { line.add(number: Int(column.rawValue), value, &bytes) }
            case .text(let column):
                if let value = discovery[column] { line.add(text: Int(column.rawValue), value, &bytes) }
            }
        }
    }
}

/// Appends members one by one, each in one piece.
private struct MemberLine {
    private let layout: MemberLayout
    /// 1 if no comma is wanted.
    private var skipped = 1

    init(_ layout: MemberLayout) { self.layout = layout }

    mutating func add(number: Int, _ value: Double, _ bytes: inout [UInt8]) {
        let key = layout.numbers[number]
        withUnsafeTemporaryAllocation(byteCount: MemberLayout.maxKeyLength + JSONNumber.maxLength, alignment: 8) {
            place in
            guard let start = place.baseAddress else { return }
            var length = key.length - skipped
            start.copyMemory(from: key.text + skipped, byteCount: length)
            // A number in the form of its column's type: a date as a string, a boolean as true or false.
            switch key.type {
            case .date:
                place[length] = UInt8(ascii: "\"")
                CivilDate(days: Int(value)).write(to: start + length + 1)
                place[length + 11] = UInt8(ascii: "\"")
                length += 12
            case .boolean:
                let word: StaticString = value != 0 ? "true" : "false"
                (start + length).copyMemory(from: word.utf8Start, byteCount: word.utf8CodeUnitCount)
                length += word.utf8CodeUnitCount
            case .real, .integer, .flag, .text: length += JSONNumber.write(value, to: start + length)
            }
            bytes.append(contentsOf: UnsafeRawBufferPointer(start: start, count: length))
        }
        skipped = 0
    }

    mutating func add(text: Int, _ value: String, _ bytes: inout [UInt8]) {
        let key = layout.texts[text]
        bytes.append(contentsOf: UnsafeRawBufferPointer(start: key.text + skipped, count: key.length - skipped))
        skipped = 0
        JSONString.append(value, to: &bytes)
    }
}

/// `,"name":` of a column.
private struct MemberKey {
    let text: UnsafeRawPointer
    let length: Int
    let type: ColumnType
}

/// The keys of all columns, and the canonical order as runs of columns of one enum.
/// @unchecked Sendable: the memory behind the pointers is written once and never freed. Arrays would cost a retain and
/// a release per field.
private struct MemberLayout: @unchecked Sendable {
    static let shared = MemberLayout()
    static let maxKeyLength = ColumnLookup.maxNameLength + 4

    let numbers: UnsafeMutablePointer<MemberKey>
    let texts: UnsafeMutablePointer<MemberKey>
    private(set) var runs: [ColumnRun] = []

    private init() {
        numbers = .allocate(capacity: NumberColumn.allCases.count)
        texts = .allocate(capacity: TextColumn.allCases.count)
        for column in Columns.all {
            let bytes = Array(",\"\(column.name)\":".utf8)
            let text = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
            text.copyBytes(from: bytes)
            guard let start = text.baseAddress else { preconditionFailure("BUG: a column without a name") }
            let key = MemberKey(text: UnsafeRawPointer(start), length: bytes.count, type: column.type)
            switch column.id {
            case .number(let number):
                (numbers + Int(number.rawValue)).initialize(to: key)
                extend(isText: false, number.rawValue)
            case .text(let text):
                (texts + Int(text.rawValue)).initialize(to: key)
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

/// Adjacent columns of one enum in canonical order.
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
