// A record's headers as one blob: a count, then each name and value behind its length; numbers as LEB128. Only the
// SQLite log stores and reads it.

enum HeaderCodec {
    static func encode(_ headers: [RecordHeader]) -> [UInt8] {
        var out: [UInt8] = []
        number(headers.count, &out)
        for header in headers {
            number(header.name.utf8.count, &out)
            out.append(contentsOf: header.name.utf8)
            number(header.value.count, &out)
            out.append(contentsOf: header.value)
        }
        return out
    }

    /// Nil when the blob is damaged.
    static func decode(_ bytes: UnsafeRawBufferPointer) -> [RecordHeader]? {
        var at = 0
        guard let count = number(bytes, &at), count <= bytes.count else { return nil }
        var headers: [RecordHeader] = []
        for _ in 0..<count {
            guard let name = part(bytes, &at), let value = part(bytes, &at) else { return nil }
            headers.append(RecordHeader(String(decoding: name, as: UTF8.self), Array(value)))
        }
        return at == bytes.count ? headers : nil
    }

    private static func number(_ value: Int, _ out: inout [UInt8]) {
        var left = UInt(value)
        while left >= 0x80 {
            out.append(UInt8(truncatingIfNeeded: left) | 0x80)
            left >>= 7
        }
        out.append(UInt8(left))
    }

    private static func number(_ bytes: UnsafeRawBufferPointer, _ at: inout Int) -> Int? {
        var value: UInt32 = 0
        var shift: UInt32 = 0
        while at < bytes.count, shift <= 28 {
            let byte = bytes[at]
            at += 1
            value |= UInt32(byte & 0x7f) << shift
            if byte < 0x80 { return Int(value) }
            shift += 7
        }
        return nil
    }

    private static func part(_ bytes: UnsafeRawBufferPointer, _ at: inout Int) -> Slice<UnsafeRawBufferPointer>? {
        guard let length = number(bytes, &at), length <= bytes.count - at else { return nil }
        defer { at += length }
        return bytes[at..<(at + length)]
    }
}
