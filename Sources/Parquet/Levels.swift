// Definition levels of a flat optional column: one bit a row, 1 for a value (README of parquet-format, "Nulls").
// In a V1 data page: four bytes of length, then the RLE/bit-packing hybrid of width 1. Repetition levels don't occur.

enum Levels {
    /// Whole bytes of equal bits from which an RLE run is shorter than bit-packing them.
    private static let shortestRun = 4

    /// Appends the levels of `rows`, which begin at a multiple of eight.
    static func encode(validity: [UInt8], rows: Range<Int>, into page: inout [UInt8]) {
        precondition(rows.lowerBound & 7 == 0, "BUG: a page begins inside a byte of its levels")
        let lengthAt = page.count
        page.append(littleEndian: 0)
        hybrid(validity, rows, into: &page)
        let length = UInt32(page.count - lengthAt - 4)
        for byte in 0..<4 { page[lengthAt + byte] = UInt8(truncatingIfNeeded: length >> UInt32(8 * byte)) }
    }

    private static func hybrid(_ validity: [UInt8], _ rows: Range<Int>, into page: inout [UInt8]) {
        let first = rows.lowerBound / 8
        let end = (rows.upperBound + 7) / 8
        let lastBits = rows.upperBound & 7
        validity.withUnsafeBufferPointer { bits in
            /// The byte, its padding filled up with ones where its rows are all ones, so that it can end a run.
            func byte(_ index: Int) -> UInt8 {
                guard index == end - 1, lastBits != 0 else { return bits[index] }
                let mask: UInt8 = (1 << UInt8(lastBits)) - 1
                return bits[index] & mask == mask ? 0xFF : bits[index] & mask
            }
            var literalStart = first
            var at = first
            func packLiterals() {
                guard literalStart < at else { return }
                page.append(varint: UInt64(at - literalStart) << 1 | 1)
                page.append(contentsOf: bits[literalStart..<at])
            }
            while at < end {
                let value = byte(at)
                var runEnd = at + 1
                if value == 0 || value == 0xFF {
                    while runEnd < end && byte(runEnd) == value { runEnd += 1 }
                }
                // A run that is the whole page is always worth it.
                if (value == 0 || value == 0xFF) && (runEnd - at >= shortestRun || (at == first && runEnd == end)) {
                    packLiterals()
                    let count = min(runEnd * 8, rows.upperBound) - at * 8
                    page.append(varint: UInt64(count) << 1)
                    page.append(value & 1)
                    literalStart = runEnd
                }
                at = runEnd
            }
            packLiterals()
        }
    }

    /// How many of `rows` (from a multiple of eight on) have a value.
    static func valueCount(_ buffer: ColumnBuffer, rows: Range<Int>) -> Int {
        guard buffer.isOptional else { return rows.count }
        if buffer.nullCount == 0 { return rows.count }
        var count = 0
        buffer.validity.withUnsafeBufferPointer { bits in
            for index in (rows.lowerBound / 8)..<(rows.upperBound / 8) { count &+= bits[index].nonzeroBitCount }
            if rows.upperBound & 7 != 0 {
                let mask: UInt8 = (1 << UInt8(rows.upperBound & 7)) - 1
                count += (bits[rows.upperBound / 8] & mask).nonzeroBitCount
            }
        }
        return count
    }
}
