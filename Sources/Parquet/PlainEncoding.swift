// PLAIN (Encodings.md, "Plain"): values one after the other, little-endian; booleans as bits, least significant first.
// A ColumnBuffer holds everything but booleans in this form already, so this is copying.

enum PlainEncoding {
    /// Appends the PLAIN form of the non-null values in `range`.
    static func encode(_ buffer: ColumnBuffer, values range: Range<Int>, into page: inout [UInt8]) {
        guard !range.isEmpty else { return }
        switch buffer.type.physical {
        case .int32:
            buffer.words32[range].withUnsafeBytes { page.append(contentsOf: $0) }
        case .int64, .double:
            buffer.words64[range].withUnsafeBytes { page.append(contentsOf: $0) }
        case .byteArray:
            let range = byteRange(buffer, values: range)
            buffer.bytes[range].withUnsafeBytes { page.append(contentsOf: $0) }
        case .boolean:
            buffer.booleans[range].withUnsafeBufferPointer { values in
                var start = 0
                while start < values.count {
                    var byte: UInt8 = 0
                    for bit in 0..<min(8, values.count - start) { byte |= values[start + bit] << UInt8(bit) }
                    page.append(byte)
                    start += 8
                }
            }
        }
    }

    /// Where the PLAIN form of these byte array values lies in the buffer's `bytes`.
    static func byteRange(_ buffer: ColumnBuffer, values range: Range<Int>) -> Range<Int> {
        func start(_ value: Int) -> Int { value < buffer.starts.count ? buffer.starts[value] : buffer.bytes.count }
        return start(range.lowerBound)..<start(range.upperBound)
    }

    /// Bytes of all values in PLAIN form.
    static func size(_ buffer: ColumnBuffer) -> Int {
        switch buffer.type.physical {
        case .boolean: (buffer.valueCount + 7) / 8
        case .int32: buffer.words32.count * 4
        case .int64, .double: buffer.words64.count * 8
        case .byteArray: buffer.bytes.count
        }
    }
}
