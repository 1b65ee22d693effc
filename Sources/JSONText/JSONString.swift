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
        if isPlain(utf8) {
            bytes.append(contentsOf: utf8)
        } else {
            appendEscaped(utf8, to: &bytes)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func appendEscaped(_ utf8: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
        var clean = 0
        for index in utf8.indices where mustEscape(utf8[index]) {
            bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: utf8[clean..<index]))
            clean = index + 1
            escape(utf8[index], to: &bytes)
        }
        bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: utf8[clean...]))
    }

    /// Whether the text stands in JSON as it is, between quotation marks.
    package static func isPlain(_ utf8: UnsafeRawBufferPointer) -> Bool { !utf8.contains(where: mustEscape) }

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
