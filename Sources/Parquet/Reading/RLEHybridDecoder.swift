// Reads the RLE / bit-packing hybrid (Encodings.md): a run at a time, or numbers into a buffer. Never reads beyond its
// bytes, whatever a run claims.

struct RLEHybridDecoder {
    enum Run {
        /// So many times the same value.
        case equal(UInt32, count: Int)
        /// So many values, packed. More bytes may follow them.
        case packed(UnsafeRawBufferPointer, count: Int)
    }

    private let bytes: UnsafeRawBufferPointer
    let bitWidth: Int
    private(set) var position = 0

    init(_ bytes: UnsafeRawBufferPointer, bitWidth: Int) throws(PageFault) {
        guard (0...32).contains(bitWidth) else { throw .damaged("numbers of \(bitWidth) bits") }
        self.bytes = bytes
        self.bitWidth = bitWidth
    }

    var isAtEnd: Bool { position == bytes.count }

    /// The next run, cut to `limit` values.
    mutating func next(limit: Int) throws(PageFault) -> Run {
        var header: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            guard position < bytes.count else { throw .damaged("runs end \(limit) values early") }
            guard shift < 35 else { throw .damaged("a run length beyond 32 bits") }
            let byte = bytes[position]
            position += 1
            header |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { break }
            shift += 7
        }
        let count = Int(header >> 1)
        let left = bytes.count - position
        if header & 1 == 0 {
            let width = (bitWidth + 7) / 8
            guard width <= left else { throw .damaged("a run ends inside its value") }
            guard count <= limit else { throw .damaged("a run of \(count) values where \(limit) are due") }
            var value: UInt32 = 0
            for byte in 0..<width { value |= UInt32(bytes[position + byte]) << UInt32(8 * byte) }
            position += width
            return .equal(value, count: count)
        }
        // Groups of eight values: each as many bytes as a value has bits.
        let (size, overflow) = count.multipliedReportingOverflow(by: bitWidth)
        guard !overflow, size <= left else { throw .damaged("a run of \(count) groups in \(left) bytes") }
        // The last run may be padded, even by whole groups (DuckDB always writes 32): the padding means nothing.
        let packed = UnsafeRawBufferPointer(rebasing: bytes[position...])
        position += size
        return .packed(packed, count: min(count * 8, limit))
    }

    /// Fills `target` and gives the largest of its values.
    mutating func decode(into target: UnsafeMutableBufferPointer<UInt32>) throws(PageFault) -> UInt32 {
        guard bitWidth > 0 else {
            target.update(repeating: 0)
            // All runs of no bits say the same.
            position = bytes.count
            return 0
        }
        var done = 0
        var largest: UInt32 = 0
        while done < target.count {
            switch try next(limit: target.count - done) {
            case .equal(let value, let count):
                guard count > 0 else { continue }
                UnsafeMutableBufferPointer(rebasing: target[done..<done + count]).update(repeating: value)
                largest = max(largest, value)
                done += count
            case .packed(let packed, let count):
                let rest = UnsafeMutableBufferPointer(rebasing: target[done..<done + count])
                largest = max(largest, Self.unpack(packed, bitWidth, into: rest))
                done += count
            }
        }
        return largest
    }

    /// Values of `bitWidth` (1 to 32) bits, from the least significant bit of each byte up. `packed` holds all of them.
    private static func unpack(
        _ packed: UnsafeRawBufferPointer, _ bitWidth: Int, into target: UnsafeMutableBufferPointer<UInt32>
    ) -> UInt32 {
        let mask: UInt64 = (1 << UInt64(bitWidth)) - 1
        var largest: UInt32 = 0
        // As long as eight bytes can be loaded where a value begins.
        let fast = packed.count < 8 ? 0 : min(target.count, (packed.count - 8) * 8 / bitWidth + 1)
        var bit = 0
        for index in 0..<fast {
            let word = UInt64(littleEndian: packed.loadUnaligned(fromByteOffset: bit >> 3, as: UInt64.self))
            let value = UInt32(truncatingIfNeeded: word &>> UInt64(bit & 7) & mask)
            target[index] = value
            largest = max(largest, value)
            bit &+= bitWidth
        }
        for index in fast..<target.count {
            var word: UInt64 = 0
            let first = bit >> 3
            // 32 bits that begin inside a byte end in the fifth.
            for at in first..<min(first + 5, packed.count) { word |= UInt64(packed[at]) << UInt64(8 * (at - first)) }
            let value = UInt32(truncatingIfNeeded: word >> UInt64(bit & 7) & mask)
            target[index] = value
            largest = max(largest, value)
            bit &+= bitWidth
        }
        return largest
    }
}
