// Definition levels of a flat optional column, read into a ColumnBuffer's form: one bit a row, set for a value.
// Pages begin at any row, so bits are shifted where they must be.

struct LevelsDecoder {
    /// One bit a row, least significant first; bits beyond `count` are 0.
    private(set) var validity: [UInt8] = []
    private(set) var count = 0
    private(set) var nulls = 0

    mutating func reserve(_ rows: Int) { validity.reserveCapacity((rows + 7) / 8) }

    /// Reads `rows` levels, which must be all of `bytes`, and gives how many rows have a value.
    mutating func decode(_ bytes: UnsafeRawBufferPointer, rows: Int) throws(PageFault) -> Int {
        var runs = try RLEHybridDecoder(bytes, bitWidth: 1)
        var left = rows
        let before = nulls
        while left > 0 {
            switch try runs.next(limit: left) {
            case .equal(let level, let count):
                guard level <= 1 else { throw .damaged("a definition level of \(level) in a flat column") }
                append(isValid: level == 1, count: count)
                left -= count
            case .packed(let bits, let count):
                append(bits, count: count)
                left -= count
            }
        }
        guard runs.isAtEnd else { throw .damaged("bytes after the last definition level") }
        return rows - (nulls - before)
    }

    mutating func append(isValid: Bool, count more: Int) {
        guard more > 0 else { return }
        if !isValid { nulls += more }
        let end = count + more
        // The byte begun, whole bytes, and the last one cleared beyond the end.
        let full: UInt8 = isValid ? 0xFF : 0
        if count & 7 != 0 { validity[validity.count - 1] |= full << UInt8(count & 7) }
        let missing = (end + 7) / 8 - validity.count
        if missing > 0 { validity.append(contentsOf: repeatElement(full, count: missing)) }
        count = end
        clearTail()
    }

    /// `bits` hold at least `more` of them.
    private mutating func append(_ bits: UnsafeRawBufferPointer, count more: Int) {
        guard more > 0 else { return }
        let source = bits.prefix((more + 7) / 8)
        let shift = UInt8(count & 7)
        var ones = 0
        if shift == 0 {
            validity.append(contentsOf: source)
        } else {
            for byte in source {
                validity[validity.count - 1] |= byte << shift
                validity.append(byte >> (8 - shift))
            }
        }
        for byte in source { ones += byte.nonzeroBitCount }
        if more & 7 != 0, let last = source.last { ones -= (last >> UInt8(more & 7)).nonzeroBitCount }
        count += more
        let size = (count + 7) / 8
        if validity.count > size { validity.removeLast(validity.count - size) }
        clearTail()
        nulls += more - ones
    }

    private mutating func clearTail() {
        if count & 7 != 0 { validity[validity.count - 1] &= (1 << UInt8(count & 7)) - 1 }
    }
}
