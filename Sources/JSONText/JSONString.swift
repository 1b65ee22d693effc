// Strings as JSON text: quoted and escaped (RFC 8259 section 7).
// Not here: unescaping, which simdjson does.

package enum JSONString {
    package static func append(_ value: String, to bytes: inout [UInt8]) {
        var value = value
        value.withUTF8 { append(UnsafeRawBufferPointer($0), to: &bytes) }
    }

    /// The bytes must be UTF-8.
    package static func append(_ utf8: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        if !utf8.contains(where: mayNeedEscape) {
            bytes.append(contentsOf: utf8)
        } else {
            appendEscaped(utf8, to: &bytes)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func appendEscaped(_ utf8: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
        var clean = 0
        for index in utf8.indices where index >= clean && mayNeedEscape(utf8[index]) {
            let hidden = hidden(utf8, at: index)
            guard hidden != nil || mustEscape(utf8[index]) else { continue }
            bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: utf8[clean..<index]))
            clean = index + (hidden?.count ?? 1)
            if let hidden { escape(hidden.code, to: &bytes) } else { escape(utf8[index], to: &bytes) }
        }
        bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: utf8[clean...]))
    }

    /// JSON text, with what is hidden in its strings escaped.
    package static func append(json: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
        var clean = 0
        for index in json.indices where index >= clean && json[index] >= 0x7F {
            guard let hidden = hidden(json, at: index) else { continue }
            bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: json[clean..<index]))
            clean = index + hidden.count
            escape(hidden.code, to: &bytes)
        }
        bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: json[clean...]))
    }

    @inline(__always)
    private static func mayNeedEscape(_ byte: UInt8) -> Bool {
        mustEscape(byte) || byte == 0x7F || byte == 0xC2 || byte == 0xD8 || byte == 0xE2 || byte == 0xEF
    }

    /// What may stand in JSON as it is, and would turn text around, move a cursor or not be seen: controls beyond
    /// ASCII, marks of direction, separators, U+200B, U+2060, U+FEFF, noncharacters. With its length in bytes.
    private static func hidden(_ utf8: UnsafeRawBufferPointer, at index: Int) -> (code: UInt16, count: Int)? {
        if utf8[index] == 0x7F { return (0x7F, 1) }
        guard index + 1 < utf8.count else { return nil }
        let second = utf8[index + 1]
        switch utf8[index] {
        case 0xC2: return second < 0xA0 ? (UInt16(second), 2) : nil
        case 0xD8: return second == 0x9C ? (0x061C, 2) : nil
        case 0xE2, 0xEF: break
        default: return nil
        }
        guard index + 2 < utf8.count else { return nil }
        let code = UInt16(utf8[index] & 0x0F) << 12 | UInt16(second & 0x3F) << 6 | UInt16(utf8[index + 2] & 0x3F)
        switch code {
        case 0x200B, 0x200E, 0x200F, 0x2028...0x202E, 0x2060...0x2069, 0xFDD0...0xFDEF, 0xFEFF, 0xFFFE...0xFFFF:
            return (code, 3)
        default: return nil
        }
    }

    private static func escape(_ code: UInt16, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: "\\u".utf8)
        for shift in [12, 8, 4, 0] {
            let digit = UInt8(truncatingIfNeeded: code >> UInt16(shift)) & 15
            bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }

    /// RFC 8259 section 7: the quotation mark, the reverse solidus and the control characters MUST be escaped.
    @inline(__always)
    private static func mustEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private static func escape(_ byte: UInt8, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\n"): bytes.append(UInt8(ascii: "n"))
        case UInt8(ascii: "\r"): bytes.append(UInt8(ascii: "r"))
        case UInt8(ascii: "\t"): bytes.append(UInt8(ascii: "t"))
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        default:
            bytes.append(contentsOf: "u00".utf8)
            for digit in [byte >> 4, byte & 15] {
                bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
            }
        }
    }
}
