// The values of a ColumnBuffer by row. Where they lie is counted once, when this is made; no values are copied.

package struct ColumnValues: Sendable {
    package let buffer: ColumnBuffer
    /// How many values come before each 64 rows. Empty where no row is null.
    private let ranks: [UInt32]

    package init(_ buffer: ColumnBuffer) {
        self.buffer = buffer
        var ranks: [UInt32] = []
        if buffer.nullCount > 0 {
            let words = (buffer.count + 63) / 64
            ranks.reserveCapacity(words)
            var rank: UInt32 = 0
            for word in 0..<words {
                ranks.append(rank)
                for byte in buffer.validity[word * 8..<min(word * 8 + 8, buffer.validity.count)] {
                    rank &+= UInt32(truncatingIfNeeded: byte.nonzeroBitCount)
                }
            }
        }
        self.ranks = ranks
    }

    package var count: Int { buffer.count }

    package func isNull(at row: Int) -> Bool { position(of: row) == nil }

    /// Where the row's value lies among those that aren't null.
    @inline(__always)
    private func position(of row: Int) -> Int? {
        precondition(row >= 0 && row < buffer.count, "BUG: row \(row) of \(buffer.count)")
        if ranks.isEmpty { return row }
        let byte = row >> 3
        let bit = UInt8(truncatingIfNeeded: row & 7)
        let bits = buffer.validity[byte]
        guard bits >> bit & 1 == 1 else { return nil }
        var position = Int(ranks[row >> 6])
        for before in (row >> 6) << 3..<byte { position &+= buffer.validity[before].nonzeroBitCount }
        return position &+ (bits & ((1 << bit) &- 1)).nonzeroBitCount
    }

    package func double(at row: Int) -> Double? {
        precondition(buffer.type == .double, "BUG: Double of a column of another type")
        return position(of: row).map { Double(bitPattern: buffer.words64[$0]) }
    }

    /// Also microseconds of a timestamp.
    package func int64(at row: Int) -> Int64? {
        precondition(buffer.type.physical == .int64, "BUG: Int64 of a column of another type")
        return position(of: row).map { Int64(bitPattern: buffer.words64[$0]) }
    }

    /// Also days of a date.
    package func int32(at row: Int) -> Int32? {
        precondition(buffer.type.physical == .int32, "BUG: Int32 of a column of another type")
        return position(of: row).map { Int32(bitPattern: buffer.words32[$0]) }
    }

    package func boolean(at row: Int) -> Bool? {
        precondition(buffer.type == .boolean, "BUG: Bool of a column of another type")
        return position(of: row).map { buffer.booleans[$0] != 0 }
    }

    /// Bytes that aren't UTF-8 come as U+FFFD.
    package func string(at row: Int) -> String? {
        withBytes(at: row) { String(decoding: $0, as: UTF8.self) }
    }

    package func bytes(at row: Int) -> [UInt8]? { withBytes(at: row) { Array($0) } }

    /// The row's text or bytes without a copy; nil where it is null.
    package func withBytes<Result, Failure: Error>(
        at row: Int, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result? {
        precondition(buffer.type.physical == .byteArray, "BUG: bytes of a column of another type")
        guard let position = position(of: row) else { return nil }
        let range = PlainEncoding.byteRange(buffer, values: position..<position + 1)
        return try buffer.bytes.withUnsafeBufferPointer { (bytes) throws(Failure) -> Result in
            try body(
                UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[range.lowerBound + 4..<range.upperBound])
            )
        }
    }
}

extension ColumnBuffer {
    /// Adds one row of another buffer of the same type, so that rows can be picked and put in another order.
    package mutating func append(_ values: ColumnValues, row: Int) {
        precondition(type == values.buffer.type, "BUG: a row of a column of another type")
        switch type {
        case .boolean: append(values.boolean(at: row))
        case .int32, .date: append(values.int32(at: row))
        case .int64, .timestampMicros: append(values.int64(at: row))
        case .double: append(values.double(at: row))
        case .string, .bytes:
            if values.withBytes(at: row, { append(bytes: $0) }) == nil { appendNull() }
        }
    }
}

extension RowBatch {
    /// Each column with access by row, in the batch's order.
    package var values: [ColumnValues] { columns.map(ColumnValues.init) }
}
