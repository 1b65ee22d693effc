// Smallest and largest value of a column chunk, in its type's order (parquet.thrift, ColumnOrder), and its nulls.
// The deprecated `min` and `max` fields are not written: their order was never defined.

struct Statistics: Sendable, Equatable {
    /// In PLAIN form, without the length in front of byte arrays (parquet.thrift, Statistics). Nil: unknown.
    var minimum: [UInt8]?
    var maximum: [UInt8]?
    /// False where a long value was cut: the bound holds, but no value need equal it.
    var minimumIsExact = true
    var maximumIsExact = true
    var nullCount = 0

    /// Byte arrays longer than this are cut.
    static let longestBound = 64

    /// Of the values at `positions` (a dictionary's), or of all non-null values.
    init(of buffer: ColumnBuffer, positions: [Int]? = nil) {
        nullCount = buffer.nullCount
        guard buffer.valueCount > 0 else { return }
        switch buffer.type.physical {
        case .boolean:
            minimum = [buffer.booleans.contains(0) ? 0 : 1]
            maximum = [buffer.booleans.contains(1) ? 1 : 0]
        case .int32:
            let (low, high) = Self.extremes(buffer.words32, positions, .max, .min) { Int32(bitPattern: $0) }
            (minimum, maximum) = (Self.plain(low), Self.plain(high))
        case .int64:
            let (low, high) = Self.extremes(buffer.words64, positions, .max, .min) { Int64(bitPattern: $0) }
            (minimum, maximum) = (Self.plain(low), Self.plain(high))
        case .double:
            // No comparison with NaN holds, so it drops out (parquet.thrift, ColumnOrder).
            var (low, high) = Self.extremes(buffer.words64, positions, .infinity, -.infinity) {
                Double(bitPattern: $0)
            }
            guard low <= high else { return }
            // parquet.thrift, ColumnOrder: a minimum of zero MUST be written as -0.0, a maximum as +0.0.
            if low == 0 { low = -0.0 }
            if high == 0 { high = 0.0 }
            (minimum, maximum) = (Self.plain(low.bitPattern), Self.plain(high.bitPattern))
        case .byteArray:
            ofByteArrays(buffer, positions)
        }
    }

    /// The least and the greatest value; `greatest` and `least` begin the comparisons.
    @inline(__always)
    private static func extremes<Word, Value: Comparable>(
        _ words: [Word], _ positions: [Int]?, _ greatest: Value, _ least: Value, _ value: (Word) -> Value
    ) -> (low: Value, high: Value) {
        var (low, high) = (greatest, least)
        func meet(_ word: Word) {
            let value = value(word)
            if value < low { low = value }
            if value > high { high = value }
        }
        words.withUnsafeBufferPointer { words in
            if let positions {
                for position in positions { meet(words[position]) }
            } else {
                for word in words { meet(word) }
            }
        }
        return (low, high)
    }

    private static func plain(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }

    // MARK: Byte arrays, in unsigned byte-wise order

    private mutating func ofByteArrays(_ buffer: ColumnBuffer, _ positions: [Int]?) {
        buffer.bytes.withUnsafeBytes { bytes in
            func value(_ position: Int) -> UnsafeRawBufferPointer {
                let range = PlainEncoding.byteRange(buffer, values: position..<position + 1)
                return UnsafeRawBufferPointer(rebasing: bytes[range.lowerBound + 4..<range.upperBound])
            }
            var low = value(positions?.first ?? 0)
            var high = low
            var lowPrefix = Self.prefix(low)
            var highPrefix = lowPrefix
            func meet(_ candidate: UnsafeRawBufferPointer) {
                let prefix = Self.prefix(candidate)
                if prefix <= lowPrefix && (prefix < lowPrefix || Self.precedes(candidate, low)) {
                    (low, lowPrefix) = (candidate, prefix)
                }
                if prefix >= highPrefix && (prefix > highPrefix || Self.precedes(high, candidate)) {
                    (high, highPrefix) = (candidate, prefix)
                }
            }
            if let positions {
                for position in positions { meet(value(position)) }
            } else {
                for position in buffer.starts.indices { meet(value(position)) }
            }
            let isText = buffer.type == .string
            minimum = Bound.lower(low, isText: isText, limit: Self.longestBound)
            minimumIsExact = low.count <= Self.longestBound
            maximum = Bound.upper(high, isText: isText, limit: Self.longestBound)
            maximumIsExact = high.count <= Self.longestBound
        }
    }

    /// The first eight bytes as a number that orders like them, short values padded with zeros.
    @inline(__always)
    private static func prefix(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        if bytes.count >= 8 { return UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)) }
        var prefix: UInt64 = 0
        for index in 0..<bytes.count { prefix |= UInt64(bytes[index]) << UInt64(56 &- 8 &* index) }
        return prefix
    }

    static func precedes(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Bool {
        for index in 0..<min(a.count, b.count) where a[index] != b[index] { return a[index] < b[index] }
        return a.count < b.count
    }
}
