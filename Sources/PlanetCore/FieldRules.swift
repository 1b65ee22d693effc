// The table of columns laid out for speed: what the decoder compares a value with, and reading numbers from text.
// Not here: where the ranges come from (ColumnRows.swift).
import Basics
import Glibc
import JSONText

struct NumberRule: Sendable {
    let type: ColumnType
    let isInteger: Bool
    /// An upper or lower error.
    let isError: Bool
    let least, greatest: Double
    let usualLeast, usualGreatest: Double
    /// The rule broken by a value outside the range.
    let outOfRange: Rule
    /// The rule broken by a value of another type.
    let notOfType: Rule

    static let all: [NumberRule] = NumberColumn.allCases.map { NumberRule(Columns.of($0)) }

    private init(_ column: Column) {
        type = column.type
        isInteger = column.type != .real
        isError = column.part == .upperError || column.part == .lowerError
        least = column.range.least
        greatest = column.range.greatest
        usualLeast = column.usual.least
        usualGreatest = column.usual.greatest
        notOfType =
            switch column.type {
            case .integer: .not_an_integer
            case .flag: .not_a_flag
            case .boolean: .not_a_boolean
            case .date: .not_a_date
            case .real, .text: .not_a_number
            }
        outOfRange =
            switch (column.type, column.part) {
            case (.flag, _): .not_a_flag
            case (.boolean, _): .not_a_boolean
            case (_, .upperError), (_, .lowerError): .error_sign
            case (_, .limit): .invalid_limit
            case (_, .value): .out_of_range
            }
    }
}

struct TextRule: Sendable {
    let maxLength: Int
    /// Whether many records share the same text, so that one copy can serve them.
    let repeats: Bool
    let kind: TextKind

    static let all: [TextRule] = TextColumn.allCases.map { column in
        let repeats =
            switch column {
            case .pl_name, .rastr, .decstr, .comment, .units_given, .extra: false
            default: true
            }
        let kind: TextKind =
            switch column {
            case .pl_name, .hostname, .pl_name_given: .name
            case .comment: .lines
            default: .line
            }
        return TextRule(maxLength: Columns.of(column).maxLength, repeats: repeats, kind: kind)
    }

    /// Its characters, and the length in characters (Unicode scalars). The text is UTF-8. `isStored`: of a stored
    /// record, which earlier versions held against less.
    static func check(_ text: UnsafeRawBufferPointer, maxLength: Int, _ kind: TextKind, isStored: Bool) -> Rule? {
        if !isStored, let unwanted = UnwantedCharacter(in: text, of: kind) { return unwanted.rule }
        let allowsLines = kind == .lines
        var continuations = 0
        var previous: UInt8 = 0
        for byte in text {
            if byte < 0x20 || byte == 0x7f {
                guard allowsLines, byte == 0x0a || byte == 0x0d || byte == 0x09 else { return .control_character }
            } else if byte >= 0x80, byte < 0xc0 {
                continuations += 1
                // U+0080 to U+009F.
                if previous == 0xc2, byte < 0xa0 { return .control_character }
            }
            previous = byte
        }
        return text.count - continuations > maxLength ? .too_long : nil
    }

    /// U+FFFD: a program's substitute for a letter it could not read.
    static func hasReplacementCharacter(_ text: UnsafeRawBufferPointer) -> Bool {
        text.contains(0xef)
            && text.indices.dropLast(2).contains {
                text[$0] == 0xef && text[$0 + 1] == 0xbf && text[$0 + 2] == 0xbd
            }
    }
}

extension CivilDate {
    /// The archive's forms of days: YYYY-MM-DD or DD/MM/YYYY; nil for anything else, and for impossible days.
    package init?(archive text: UnsafeRawBufferPointer) {
        guard text.count == 10, text[2] == UInt8(ascii: "/"), text[5] == UInt8(ascii: "/") else {
            self.init(text)
            return
        }
        guard let year = Digits.value(text, 6..<10), let month = Digits.value(text, 3..<5),
            let day = Digits.value(text, 0..<2)
        else { return nil }
        self.init(year: year, month: month, day: day)
        guard isReal else { return nil }
    }
}

/// Numbers, days and yes-or-no given as text, as CSV and forms do.
enum NumberText {
    enum Read {
        case value(Double)
        /// The first day of a date whose day, or day and month, are missing.
        case incompleteDate(Double)
        case null
        case wrong(Rule)
    }

    static func read(_ text: UnsafeRawBufferPointer, as type: ColumnType) -> Read {
        guard !text.isEmpty else { return .null }
        switch type {
        case .date:
            guard let date = CivilDate(archive: text) else { return .wrong(.not_a_date) }
            return .value(Double(date.days))
        case .flag, .boolean:
            switch String(decoding: text.prefix(16), as: UTF8.self).lowercased() {
            case "1", "true", "yes", "y", "oui", "o", "vrai", "t", "1.0": return .value(1)
            case "0", "false", "no", "n", "non", "faux", "f", "0.0": return .value(0)
            case "inconnu", "inconnue", "unknown", "?": return type == .boolean ? .null : .wrong(.not_a_flag)
            default: return .wrong(type == .flag ? .not_a_flag : .not_a_boolean)
            }
        case .real, .integer, .text:
            switch JSONNumber.parse(text) {
            case .number(let value): return .value(value)
            case .tooBig: return .wrong(.number_too_big)
            case .notANumber: return .wrong(type == .integer ? .not_an_integer : .not_a_number)
            }
        }
    }
}

/// One copy of a text that many records share (a facility, a host). 256 slots, the newest text in each; never grows.
package struct TextCache {
    private var places = [String](repeating: "", count: 256)

    package init() {}

    package mutating func string(_ text: UnsafeRawBufferPointer) -> String {
        // Up to 15 bytes live inside the String itself.
        guard text.count > 15 else { return String(decoding: text, as: UTF8.self) }
        let first = text.loadUnaligned(fromByteOffset: 0, as: UInt64.self)
        let last = text.loadUnaligned(fromByteOffset: text.count - 8, as: UInt64.self)
        let mix = (first &* 31 ^ last ^ UInt64(text.count)) &* 0x9e37_79b9_7f4a_7c15
        let place = Int(truncatingIfNeeded: mix &>> 56)
        let isSame = places[place].withUTF8 { UnsafeRawBufferPointer($0).isEqual(to: text) }
        if !isSame { places[place] = String(decoding: text, as: UTF8.self) }
        return places[place]
    }
}

extension UnsafeRawBufferPointer {
    /// Without white space at the ends: ASCII's, and the no-break space that spreadsheets leave.
    var trimmed: UnsafeRawBufferPointer {
        var from = 0
        var to = count
        while from < to {
            if self[from] <= 0x20 {
                from += 1
            } else if to - from >= 2, self[from] == 0xc2, self[from + 1] == 0xa0 {
                from += 2
            } else {
                break
            }
        }
        while to > from {
            if self[to - 1] <= 0x20 {
                to -= 1
            } else if to - from >= 2, self[to - 2] == 0xc2, self[to - 1] == 0xa0 {
                to -= 2
            } else {
                break
            }
        }
        return UnsafeRawBufferPointer(rebasing: self[from..<to])
    }
}

extension UnsafeRawBufferPointer {
    func isEqual(to other: UnsafeRawBufferPointer) -> Bool {
        guard count == other.count else { return false }
        guard let mine = baseAddress, let others = other.baseAddress else { return true }
        return memcmp(mine, others, count) == 0
    }
}
