// Strings as JSON text: quoted and escaped (RFC 8259 section 7).
// Not here: unescaping, which simdjson does.

import CSimdJSON

package enum JSONString {
    package static func append(_ value: String, to bytes: inout [UInt8]) {
        var value = value
        value.withUTF8 { append(UnsafeRawBufferPointer($0), to: &bytes) }
    }

    /// The bytes must be UTF-8.
    package static func append(_ utf8: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
        append(utf8, after: nil, before: nil, to: &bytes)
    }

    /// The name of a member, with its colon.
    static func append(name: String, afterComma: Bool, to bytes: inout [UInt8]) {
        var name = name
        name.withUTF8 {
            append(
                UnsafeRawBufferPointer($0), after: afterComma ? UInt8(ascii: ",") : nil, before: UInt8(ascii: ":"),
                to: &bytes)
        }
    }

    /// What is short and plain is added in one piece.
    @inline(__always)
    private static func append(
        _ utf8: UnsafeRawBufferPointer, after first: UInt8?, before last: UInt8?, to bytes: inout [UInt8]
    ) {
        let isAdded = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: pieceLength) { piece in
            guard utf8.count <= pieceLength - 4, let start = piece.baseAddress else { return false }
            var count = 0
            if let first {
                piece[0] = first
                count = 1
            }
            let quoted = csj_write_quoted(utf8.bytes, utf8.count, start + count)
            guard quoted != 0 else { return false }
            count += quoted
            if let last {
                piece[count] = last
                count += 1
            }
            bytes.append(contentsOf: UnsafeRawBufferPointer(start: start, count: count))
            return true
        }
        if isAdded { return }
        if let first { bytes.append(first) }
        bytes.append(UInt8(ascii: "\""))
        appendEscaped(utf8, to: &bytes)
        bytes.append(UInt8(ascii: "\""))
        if let last { bytes.append(last) }
    }

    /// What fits is put together on the stack.
    private static let pieceLength = 128

    private static func appendEscaped(_ utf8: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
        var clean = 0
        for index in utf8.indices where index >= clean {
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
