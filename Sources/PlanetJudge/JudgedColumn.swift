// One column of judged rows to be written, in the layout of Arrow's arrays (Arrow columnar format 1.4): one bit per row
// for whether there is a value, values of fixed width or ends of texts, the texts' bytes. JudgedTable.swift lists the
// columns.

struct JudgedColumn: ~Copyable {
    enum Kind: String, Sendable {
        case text, real, int64, int32, date, boolean, timestamp

        /// Bytes per value or per text's end; nil for bits.
        var width: Int? {
            switch self {
            case .boolean: nil
            case .real, .int64, .timestamp: 8
            case .int32, .date, .text: 4
            }
        }
    }
    let kind: Kind

    /// Rows up to the last one with a value; those in between are null.
    private var rows = 0
    private var present = 0
    private var validity = GrowingBytes()
    /// Fixed width, or bits, or ends of texts.
    private var values = GrowingBytes()
    private var bytes = GrowingBytes()

    init(_ kind: Kind) { self.kind = kind }

    mutating func clear() {
        rows = 0
        present = 0
        validity.clear()
        values.clear()
        bytes.clear()
    }

    /// Bytes of the texts so far, for a bound.
    var size: Int { bytes.count }

    // MARK: Values, in ascending rows

    mutating func set(_ row: Int, _ text: String) {
        begin(row)
        var text = text
        text.withUTF8 { bytes.append(UnsafeRawBufferPointer($0)) }
        values.append(Int32(truncatingIfNeeded: bytes.count))
    }

    mutating func set(_ row: Int, _ value: Double) {
        begin(row)
        values.append(value.bitPattern)
    }

    mutating func set(_ row: Int, _ value: Int64) {
        begin(row)
        values.append(value)
    }

    mutating func set(_ row: Int, _ value: Int32) {
        begin(row)
        values.append(value)
    }

    mutating func set(_ row: Int, _ value: Bool) {
        begin(row)
        if row >> 3 >= values.count { values.append(UInt8(0)) }
        if value { values.setBit(row) }
    }

    @inline(__always)
    private mutating func begin(_ row: Int) {
        precondition(row >= rows, "BUG: a column's rows go up")
        if row > rows { pad(to: row) }
        if row >> 3 >= validity.count { validity.append(UInt8(0)) }
        validity.setBit(row)
        rows = row + 1
        present += 1
    }

    /// Adds nulls up to `row`.
    private mutating func pad(to row: Int) {
        let bits = (row + 7) >> 3
        validity.appendZeros(bits - validity.count)
        switch kind {
        case .boolean: values.appendZeros(bits - values.count)
        case .text: for _ in rows..<row { values.append(Int32(truncatingIfNeeded: bytes.count)) }
        default: values.appendZeros((row - rows) * (kind.width ?? 0))
        }
        rows = row
    }

    // MARK: Writing

    /// Writes a word (0: all null, 1: none null, 2: some), then the buffers: validity if some are null, values or ends,
    /// and bytes.
    mutating func write(rows count: Int, to frame: inout FrameWriter) {
        guard present > 0 else {
            frame.word(0)
            return
        }
        pad(to: count)
        frame.word(present == count ? 1 : 2)
        if present < count { frame.buffer(validity.bytes) }
        if kind == .text {
            frame.ends(values.bytes)
            frame.buffer(bytes.bytes)
        } else {
            frame.buffer(values.bytes)
        }
    }
}
