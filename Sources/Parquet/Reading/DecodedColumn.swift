// A column as it grows page by page while it is decoded: a ColumnBuffer's parts, open for writing.
// Knows neither pages nor encodings.

struct DecodedColumn {
    var rows = 0
    var nulls = 0
    /// One bit a row; empty for a required column.
    var validity: [UInt8] = []
    // The values that aren't null, in one of these, by physical type (see ColumnBuffer).
    var booleans: [UInt8] = []
    var words32: [UInt32] = []
    var words64: [UInt64] = []
    var bytes: [UInt8] = []
    var starts: [Int] = []

    /// Nothing but nulls.
    static func nulls(rows: Int) -> DecodedColumn {
        var levels = LevelsDecoder()
        levels.append(isValid: false, count: rows)
        return DecodedColumn(rows: rows, nulls: rows, validity: levels.validity)
    }

    /// INT32 values made INT64.
    mutating func widen() {
        words64 = words32.map { UInt64(bitPattern: Int64(Int32(bitPattern: $0))) }
        words32 = []
    }

    // MARK: Byte arrays

    /// Adds values that lie in PLAIN form one after the other; they must be all of `source`.
    mutating func append(plain source: UnsafeRawBufferPointer, values: Int, limit: Int) throws(PageFault) {
        try room(for: source.count, limit)
        let base = bytes.count
        var at = 0
        starts.reserve(values)
        for _ in 0..<values {
            guard source.count - at >= 4 else { throw .damaged("a page ends inside a value") }
            let length = Int(UInt32(littleEndian: source.loadUnaligned(fromByteOffset: at, as: UInt32.self)))
            guard length <= source.count - at - 4 else {
                throw .damaged("a value of \(length) bytes where \(source.count - at - 4) are left")
            }
            starts.append(base &+ at)
            at &+= 4 &+ length
        }
        guard at == source.count else { throw .damaged("\(source.count - at) bytes after the last value") }
        bytes.append(contentsOf: source)
    }

    /// Adds entries of a dictionary, which must have them all.
    mutating func append(entries indices: UnsafeBufferPointer<UInt32>, of dictionary: DecodedDictionary, limit: Int)
        throws(PageFault)
    {
        let more = dictionary.slices.withUnsafeBufferPointer { slices in
            indices.reduce(0) { $0 &+ Int(slices[Int($1)].count) }
        }
        try room(for: more, limit)
        let base = bytes.count
        starts.reserve(indices.count)
        bytes.reserve(more + DecodedDictionary.slack)
        starts.append(addingCapacity: indices.count) { starts in
            bytes.append(addingCapacity: more + DecodedDictionary.slack) { bytes in
                dictionary.copy(indices, base: base, starts: &starts, bytes: &bytes)
            }
        }
    }

    private func room(for more: Int, _ limit: Int) throws(PageFault) {
        guard bytes.count <= limit, more <= limit - bytes.count else {
            throw .tooLarge("a column of more than \(limit) bytes")
        }
    }
}

extension Array {
    /// Room for this many more, growing by doubling.
    @inline(__always)
    mutating func reserve(_ more: Int) {
        if count + more > capacity { reserveCapacity(Swift.max(count + more, capacity * 2)) }
    }
}
