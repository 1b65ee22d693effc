// The values of one column of one row group, as they are appended. Kept in PLAIN form, so encoding a page is a copy.
// Not an encoder: dictionaries, levels and pages are made from it later (ColumnChunk.swift).

package struct ColumnBuffer: Sendable, Equatable {
    package let type: Schema.ValueType
    package let isOptional: Bool
    /// Rows, nulls included.
    package private(set) var count = 0
    package private(set) var nullCount = 0

    /// One bit a row, least significant first, set for a value; 0 beyond `count`. Empty for a required column.
    private(set) var validity: [UInt8] = []
    // The values that aren't null, in one of these, by physical type.
    private(set) var booleans: [UInt8] = []
    private(set) var words32: [UInt32] = []
    /// INT64, and DOUBLE as bit patterns.
    private(set) var words64: [UInt64] = []
    /// Each value as four bytes of length and its bytes (Encodings.md, "Plain").
    private(set) var bytes: [UInt8] = []
    /// Where each value's length lies in `bytes`.
    private(set) var starts: [Int] = []

    package init(_ column: Schema.Column) {
        type = column.type
        isOptional = column.isOptional
    }

    /// Of what a reader decoded. `decoded` must be of the column's physical type.
    init(_ column: Schema.Column, _ decoded: consuming DecodedColumn) {
        self.init(column)
        count = decoded.rows
        nullCount = decoded.nulls
        validity = column.isOptional ? decoded.validity : []
        booleans = decoded.booleans
        words32 = decoded.words32
        words64 = decoded.words64
        bytes = decoded.bytes
        starts = decoded.starts
    }

    /// How many values aren't null.
    var valueCount: Int { count - nullCount }

    /// About the bytes this column takes in memory, and at most in a file before compression.
    package var estimatedBytes: Int {
        validity.count + booleans.count + words32.count * 4 + words64.count * 8 + bytes.count + starts.count * 8
    }

    // MARK: Appending one row

    @inline(__always)
    private mutating func addRow(valid: UInt8) {
        if isOptional {
            let bit = count & 7
            if bit == 0 { validity.append(valid) } else { validity[validity.count &- 1] |= valid << UInt8(bit) }
        }
        count &+= 1
    }

    package mutating func appendNull() {
        precondition(isOptional, "BUG: null in a required column")
        addRow(valid: 0)
        nullCount &+= 1
    }

    /// Adds nulls until there are so many rows.
    package mutating func appendNulls(upTo rows: Int) {
        guard rows > count else { return }
        precondition(isOptional, "BUG: null in a required column")
        validity.append(contentsOf: repeatElement(0, count: (rows + 7) / 8 - validity.count))
        nullCount &+= rows &- count
        count = rows
    }

    package mutating func append(_ value: Double) {
        precondition(type == .double, "BUG: Double in a column of another type")
        words64.append(value.bitPattern)
        addRow(valid: 1)
    }

    package mutating func append(_ value: Int64) {
        precondition(type == .int64 || type == .timestampMicros, "BUG: Int64 in a column of another type")
        words64.append(UInt64(bitPattern: value))
        addRow(valid: 1)
    }

    package mutating func append(_ value: Int32) {
        precondition(type == .int32 || type == .date, "BUG: Int32 in a column of another type")
        words32.append(UInt32(bitPattern: value))
        addRow(valid: 1)
    }

    package mutating func append(_ value: Bool) {
        precondition(type == .boolean, "BUG: Bool in a column of another type")
        booleans.append(value ? 1 : 0)
        addRow(valid: 1)
    }

    /// For a string column the bytes must be UTF-8; they are stored as they come.
    package mutating func append(bytes value: UnsafeRawBufferPointer) {
        precondition(type == .string || type == .bytes, "BUG: bytes in a column of another type")
        starts.append(bytes.count)
        let length = UInt32(value.count).littleEndian
        if value.count <= ColumnBuffer.pieceLength - 4 {
            withUnsafeTemporaryAllocation(byteCount: ColumnBuffer.pieceLength, alignment: 4) { piece in
                guard let start = piece.baseAddress else { return }
                start.storeBytes(of: length, as: UInt32.self)
                if let text = value.baseAddress { (start + 4).copyMemory(from: text, byteCount: value.count) }
                bytes.append(contentsOf: UnsafeRawBufferPointer(start: start, count: 4 + value.count))
            }
        } else {
            withUnsafeBytes(of: length) { bytes.append(contentsOf: $0) }
            bytes.append(contentsOf: value)
        }
        addRow(valid: 1)
    }

    /// What is short is put together on the stack: adding to an array costs more than its few bytes.
    private static let pieceLength = 64

    package mutating func append(bytes value: ArraySlice<UInt8>) { value.withUnsafeBytes { append(bytes: $0) } }
    package mutating func append(bytes value: [UInt8]) { value.withUnsafeBytes { append(bytes: $0) } }

    package mutating func append(_ value: String) {
        var value = value
        value.withUTF8 { append(bytes: UnsafeRawBufferPointer($0)) }
    }

    package mutating func append(_ value: Double?) { if let value { append(value) } else { appendNull() } }
    package mutating func append(_ value: Int64?) { if let value { append(value) } else { appendNull() } }
    package mutating func append(_ value: Int32?) { if let value { append(value) } else { appendNull() } }
    package mutating func append(_ value: Bool?) { if let value { append(value) } else { appendNull() } }
    package mutating func append(_ value: String?) { if let value { append(value) } else { appendNull() } }

    // MARK: Whole buffers

    /// Adds all rows of a buffer of the same column.
    package mutating func append(contentsOf other: ColumnBuffer) {
        precondition(type == other.type && isOptional == other.isOptional, "BUG: buffers of two columns mixed")
        if isOptional {
            Self.appendBits(other.validity, to: &validity, at: count)
            // The shifted copy may end in a byte without rows; the next row must find its own byte last.
            validity.removeLast(validity.count - (count + other.count + 7) / 8)
        }
        booleans.append(contentsOf: other.booleans)
        words32.append(contentsOf: other.words32)
        words64.append(contentsOf: other.words64)
        let base = bytes.count
        bytes.append(contentsOf: other.bytes)
        if base == 0 {
            starts.append(contentsOf: other.starts)
        } else {
            starts.append(contentsOf: other.starts.lazy.map { $0 &+ base })
        }
        count += other.count
        nullCount += other.nullCount
    }

    private static func appendBits(_ source: [UInt8], to target: inout [UInt8], at bits: Int) {
        let shift = UInt8(bits & 7)
        if shift == 0 { return target.append(contentsOf: source) }
        target.reserveCapacity(target.count + source.count)
        for byte in source {
            target[target.count - 1] |= byte << shift
            target.append(byte >> (8 - shift))
        }
    }

    /// Drops all rows and keeps the memory.
    package mutating func removeAll() {
        count = 0
        nullCount = 0
        validity.removeAll(keepingCapacity: true)
        booleans.removeAll(keepingCapacity: true)
        words32.removeAll(keepingCapacity: true)
        words64.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
        starts.removeAll(keepingCapacity: true)
    }
}
