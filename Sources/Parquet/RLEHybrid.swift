// The RLE / bit-packing hybrid (Encodings.md, "Run Length Encoding / Bit-Packing Hybrid") for dictionary indices.
// Definition levels have a path of their own, because they are bits already (Levels.swift).

enum RLEHybrid {
    /// Bits needed for values up to `largest`.
    static func bitWidth(largest: UInt32) -> Int { 32 - largest.leadingZeroBitCount }

    /// Appends runs for `values`, each below 2^`bitWidth`. Eight or more equal values become an RLE run, the rest is
    /// bit-packed in groups of eight (only the very last group may be padded).
    static func encode(_ values: UnsafeBufferPointer<UInt32>, bitWidth: Int, into out: inout [UInt8]) {
        precondition((1...32).contains(bitWidth), "BUG: bit width \(bitWidth)")
        var position = 0
        var literalStart = 0
        while position < values.count {
            let run = runLength(values, from: position)
            // Too short; literals go on by eights, so that a bit-packed run is a multiple of eight.
            if run < 8 {
                position = min(position + 8, values.count)
                continue
            }
            packLiterals(values, literalStart..<position, bitWidth, into: &out)
            out.append(varint: UInt64(run) << 1)
            var value = values[position]
            for _ in 0..<((bitWidth + 7) / 8) {
                out.append(UInt8(truncatingIfNeeded: value))
                value >>= 8
            }
            position += run
            literalStart = position
        }
        packLiterals(values, literalStart..<values.count, bitWidth, into: &out)
    }

    @inline(__always)
    private static func runLength(_ values: UnsafeBufferPointer<UInt32>, from start: Int) -> Int {
        let value = values[start]
        var end = start &+ 1
        while end < values.count && values[end] == value { end &+= 1 }
        return end &- start
    }

    /// One bit-packed run: header `groups << 1 | 1`, then the values, from the least significant bit of each byte up.
    private static func packLiterals(
        _ values: UnsafeBufferPointer<UInt32>, _ range: Range<Int>, _ bitWidth: Int, into out: inout [UInt8]
    ) {
        guard !range.isEmpty else { return }
        let groups = (range.count + 7) / 8
        out.append(varint: UInt64(groups) << 1 | 1)
        let size = groups * bitWidth
        let packed = [UInt8](unsafeUninitializedCapacity: size + 8) { target, count in
            guard let base = target.baseAddress else { preconditionFailure("BUG: no memory behind a page") }
            let raw = UnsafeMutableRawPointer(base)
            var accumulator: UInt64 = 0
            var bits = 0
            var at = 0
            for index in range {
                accumulator |= UInt64(values[index]) << UInt64(bits)
                bits &+= bitWidth
                if bits >= 32 {
                    raw.storeBytes(
                        of: UInt32(truncatingIfNeeded: accumulator).littleEndian, toByteOffset: at, as: UInt32.self)
                    at &+= 4
                    accumulator >>= 32
                    bits &-= 32
                }
            }
            // What is left, and zeros for the padding of the last group.
            while at < size {
                raw.storeBytes(of: UInt8(truncatingIfNeeded: accumulator), toByteOffset: at, as: UInt8.self)
                accumulator >>= 8
                at &+= 1
            }
            count = size
        }
        out.append(contentsOf: packed)
    }
}
