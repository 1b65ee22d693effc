// The bytes of a VOTable's BINARY and BINARY2 streams: rows of big-endian values, in BINARY2 after one bit per column
// for missing values.

struct VOTableBinary {
    private let bytes: [UInt8]
    private let fields: [VOTableField]
    private let hasNullFlags: Bool
    private var at = 0

    init(_ bytes: [UInt8], fields: [VOTableField], hasNullFlags: Bool) {
        self.bytes = bytes
        self.fields = fields
        self.hasNullFlags = hasNullFlags
    }

    var isAtEnd: Bool { at >= bytes.count || fields.isEmpty }

    /// The next row's values as text; nil if the bytes end too early, or a type is unknown.
    mutating func next() -> [[UInt8]]? {
        var flags: ArraySlice<UInt8> = []
        if hasNullFlags {
            guard let found = take((fields.count + 7) / 8) else { return nil }
            flags = found
        }
        var row: [[UInt8]] = []
        row.reserveCapacity(fields.count)
        let start = at
        for (index, field) in fields.enumerated() {
            guard let value = value(of: field) else { return nil }
            let isNull = hasNullFlags && flags[flags.startIndex + index / 8] & (0x80 >> UInt8(index % 8)) != 0
            row.append(isNull || field.isNull(value) ? [] : value)
        }
        // Rows without a byte would never end.
        guard at > start || hasNullFlags else { return nil }
        return row
    }

    private mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, count <= bytes.count - at else { return nil }
        defer { at += count }
        return bytes[at..<at + count]
    }

    private mutating func value(of field: VOTableField) -> [UInt8]? {
        guard let count = count(field.arraySize) else { return nil }
        switch field.type {
        case "char":
            guard let text = take(count) else { return nil }
            return Array(text.prefix { $0 != 0 })
        case "unicodeChar":
            guard count < bytes.count, let text = take(count * 2) else { return nil }
            let units = stride(from: text.startIndex, to: text.endIndex, by: 2).map {
                UInt16(text[$0]) << 8 | UInt16(text[$0 + 1])
            }
            return Array(String(decoding: units.prefix { $0 != 0 }, as: UTF16.self).utf8)
        case "bit":
            guard let bits = take((count + 7) / 8) else { return nil }
            return count == 1 ? [bits.first.map { $0 & 0x80 != 0 } == true ? 0x31 : 0x30] : []
        default:
            guard let width = VOTableBinary.widths[field.type], count < bytes.count,
                let values = take(count * width)
            else { return nil }
            // A list of numbers is not a column's value.
            return count == 1 ? VOTableBinary.text(values, field.type) : []
        }
    }

    /// The number of values: 1 without an array size, a number, or that in the next four bytes.
    private mutating func count(_ size: String) -> Int? {
        if size.isEmpty { return 1 }
        if size.hasSuffix("*") {
            guard let length = take(4) else { return nil }
            return Int(VOTableBinary.word(length))
        }
        var count = 1
        for part in size.split(separator: "x") {
            guard let factor = Int(part), factor >= 0, factor <= bytes.count else { return nil }
            count = count.multipliedReportingOverflow(by: factor).partialValue
        }
        return count >= 0 && count <= bytes.count ? count : nil
    }

    private static let widths: [String: Int] = [
        "boolean": 1, "unsignedByte": 1, "short": 2, "int": 4, "long": 8, "float": 4, "double": 8,
        "floatComplex": 8, "doubleComplex": 16,
    ]

    private static func word(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }

    private static func text(_ bytes: ArraySlice<UInt8>, _ type: String) -> [UInt8] {
        let word = word(bytes)
        switch type {
        case "boolean":
            switch UInt8(truncatingIfNeeded: word) {
            case UInt8(ascii: "T"), UInt8(ascii: "t"), UInt8(ascii: "1"): return [0x31]
            case UInt8(ascii: "F"), UInt8(ascii: "f"), UInt8(ascii: "0"): return [0x30]
            default: return []
            }
        case "unsignedByte": return Array("\(word)".utf8)
        case "short": return Array("\(Int16(truncatingIfNeeded: word))".utf8)
        case "int": return Array("\(Int32(truncatingIfNeeded: word))".utf8)
        case "long": return Array("\(Int64(bitPattern: word))".utf8)
        case "float":
            let value = Float(bitPattern: UInt32(truncatingIfNeeded: word))
            return value.isNaN ? [] : Array("\(value)".utf8)
        case "double":
            let value = Double(bitPattern: word)
            return value.isNaN ? [] : Array("\(value)".utf8)
        default: return []
        }
    }
}

/// RFC 4648 section 4; white space between is skipped.
enum Base64 {
    static func decoded(_ text: [UInt8]) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(text.count / 4 * 3)
        var (bits, count): (UInt32, UInt32) = (0, 0)
        var isPadded = false
        for byte in text where byte > 0x20 {
            if byte == UInt8(ascii: "=") {
                isPadded = true
                continue
            }
            guard !isPadded, let value = value(byte) else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                result.append(UInt8(truncatingIfNeeded: bits >> count))
            }
        }
        return count < 6 ? result : nil
    }

    private static func value(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
