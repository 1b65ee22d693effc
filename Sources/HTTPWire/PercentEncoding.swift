// Percent-encoding of paths and queries (RFC 3986 section 2.1).

package enum PercentEncoding {
    /// The bytes behind a path segment; nil where a percent sign is not followed by two hex digits.
    package static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        var out: [UInt8] = []
        out.reserveCapacity(text.count)
        var rest = text.makeIterator()
        while let byte = rest.next() {
            guard byte == 0x25 else {
                out.append(byte)
                continue
            }
            guard let high = rest.next().flatMap(hexDigit), let low = rest.next().flatMap(hexDigit) else { return nil }
            out.append(high << 4 | low)
        }
        return out
    }

    /// A name or value of a query; what is not UTF-8 becomes U+FFFD.
    static func decodeForm(_ text: some Collection<UInt8>) -> String {
        var out: [UInt8] = []
        out.reserveCapacity(text.count)
        var i = text.startIndex
        while i != text.endIndex {
            let byte = text[i]
            let next = text.index(after: i)
            if byte == 0x25, next != text.endIndex, let high = hexDigit(text[next]) {
                let last = text.index(after: next)
                if last != text.endIndex, let low = hexDigit(text[last]) {
                    out.append(high << 4 | low)
                    i = text.index(after: last)
                    continue
                }
            }
            out.append(byte == 0x2B ? 0x20 : byte)
            i = next
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// Everything but RFC 3986's unreserved characters is encoded: safe in a path segment and in a query.
    package static func encode(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var out: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x41...0x5A, 0x61...0x7A, 0x30...0x39, 0x2D, 0x2E, 0x5F, 0x7E: out.append(byte)
            default: out += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}

@inline(__always) func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x37
    case 0x61...0x66: byte - 0x57
    default: nil
    }
}
