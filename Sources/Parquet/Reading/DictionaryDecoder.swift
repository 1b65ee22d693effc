// A chunk's dictionary page, decoded, and the values its indices stand for (Encodings.md, "Dictionary Encoding").
// The indices themselves are RLEHybridDecoder's.

struct DecodedDictionary {
    /// Entries are copied sixteen bytes at a time, so there are bytes to spare behind the last.
    static let slack = 16

    private(set) var count = 0
    private(set) var words32: [UInt32] = []
    private(set) var words64: [UInt64] = []
    /// PLAIN form of byte arrays, and `slack`.
    private var bytes: [UInt8] = []
    /// Where each entry lies, its length in front included.
    private(set) var slices: [(start: UInt32, count: UInt32)] = []

    /// The PLAIN `page` of `entries` values.
    init(_ page: UnsafeRawBufferPointer, entries: Int, _ type: PhysicalType) throws(PageFault) {
        var values = DecodedColumn()
        switch type {
        case .boolean: throw .unsupported("a dictionary of booleans")
        case .int32, .int64, .double:
            try PlainDecoder.decode(page, values: entries, type, into: &values, limit: page.count)
        case .byteArray:
            try values.append(plain: page, values: entries, limit: page.count)
            slices.reserveCapacity(entries)
            for (index, start) in values.starts.enumerated() {
                let end = index + 1 < values.starts.count ? values.starts[index + 1] : page.count
                // A page is no longer than its header's 31 bits say.
                slices.append((UInt32(start), UInt32(end - start)))
            }
            bytes = values.bytes
            bytes.append(contentsOf: repeatElement(0, count: Self.slack))
        }
        words32 = values.words32
        words64 = values.words64
        count = entries
    }

    /// Writes where each value begins and the values. `bytes` has `slack` more room than they need.
    func copy(
        _ indices: UnsafeBufferPointer<UInt32>, base: Int, starts: inout OutputSpan<Int>, bytes: inout OutputSpan<UInt8>
    ) {
        self.bytes.withUnsafeBytes { source in
            slices.withUnsafeBufferPointer { slices in
                starts.withUnsafeMutableBufferPointer { starts, startCount in
                    bytes.withUnsafeMutableBufferPointer { bytes, byteCount in
                        let target = UnsafeMutableRawBufferPointer(bytes)
                        var at = 0
                        for position in 0..<indices.count {
                            let slice = slices[Int(indices[position])]
                            let start = Int(slice.start)
                            let count = Int(slice.count)
                            starts[position] = base &+ at
                            var copied = 0
                            repeat {
                                let low = source.loadUnaligned(fromByteOffset: start &+ copied, as: UInt64.self)
                                let high = source.loadUnaligned(fromByteOffset: start &+ copied &+ 8, as: UInt64.self)
                                target.storeBytes(of: low, toByteOffset: at &+ copied, as: UInt64.self)
                                target.storeBytes(of: high, toByteOffset: at &+ copied &+ 8, as: UInt64.self)
                                copied &+= 16
                            } while copied < count
                            at &+= count
                        }
                        startCount = indices.count
                        byteCount = at
                    }
                }
            }
        }
    }
}

/// The index page of one chunk after the other, through one buffer.
struct DictionaryDecoder {
    private var indices: [UInt32] = []

    /// Reads `values` indices, which must be all of `body`, and adds what they stand for.
    mutating func decode(
        _ body: UnsafeRawBufferPointer, values: Int, _ dictionary: DecodedDictionary, _ type: PhysicalType,
        into column: inout DecodedColumn, limit: Int
    ) throws(PageFault) {
        // A page of nulls alone may or may not say a bit width.
        guard values > 0 else { return }
        guard let bitWidth = body.first else { throw .damaged("no bit width in front of the indices") }
        var runs = try RLEHybridDecoder(UnsafeRawBufferPointer(rebasing: body.dropFirst()), bitWidth: Int(bitWidth))
        if indices.count < values { indices = [UInt32](repeating: 0, count: values) }
        try indices.withUnsafeMutableBufferPointer {
            (all: inout UnsafeMutableBufferPointer<UInt32>) throws(PageFault) in
            let indices = UnsafeMutableBufferPointer(rebasing: all[0..<values])
            let largest = try runs.decode(into: indices)
            guard runs.isAtEnd else { throw .damaged("bytes after the last index") }
            guard largest < dictionary.count else {
                throw .damaged("index \(largest) into a dictionary of \(dictionary.count)")
            }
            let found = UnsafeBufferPointer(indices)
            switch type {
            case .boolean: throw .unsupported("a dictionary of booleans")
            case .int32: Self.gather(found, dictionary.words32, into: &column.words32)
            case .int64, .double: Self.gather(found, dictionary.words64, into: &column.words64)
            case .byteArray: try column.append(entries: found, of: dictionary, limit: limit)
            }
        }
    }

    private static func gather<Word>(_ indices: UnsafeBufferPointer<UInt32>, _ words: [Word], into target: inout [Word])
    {
        target.reserve(indices.count)
        words.withUnsafeBufferPointer { words in
            target.append(addingCapacity: indices.count) { output in
                output.withUnsafeMutableBufferPointer { output, count in
                    for position in 0..<indices.count { output[position] = words[Int(indices[position])] }
                    count = indices.count
                }
            }
        }
    }
}
