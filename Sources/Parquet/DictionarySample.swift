// Looks at a few thousand values of a chunk and says whether a dictionary could pay, so that nearly unique columns
// (identifiers, coordinates) don't pay for hashing every value. An estimate: the encoder still stops when it was wrong.

import Glibc

enum DictionarySample {
    private static let blocks = 16
    private static let blockLength = 256
    /// A dictionary chunk must be estimated below this share of the PLAIN one.
    private static let worth = 0.8

    /// `hash` gives the hash of the value at a position; colliding hashes make the estimate a little lower.
    @inline(__always)
    static func pays(count: Int, plainBytes: Int, hash: (Int) -> UInt64) -> Bool {
        let sampleSize = blocks * blockLength
        guard count >= 4 * sampleSize else { return true }
        // Blocks, not single values: runs of equal values show, and so do values that come again anywhere.
        var table = [UInt64](repeating: 0, count: 2 * sampleSize)
        var distinct = 0
        for block in 0..<blocks {
            let start = (count - blockLength) / (blocks - 1) * block
            for position in start..<start + blockLength {
                let hashed = hash(position) | 1
                var slot = Int(truncatingIfNeeded: hashed >> 24) & (table.count - 1)
                while table[slot] != 0 && table[slot] != hashed { slot = (slot + 1) & (table.count - 1) }
                if table[slot] == 0 {
                    table[slot] = hashed
                    distinct += 1
                }
            }
        }
        let entries = estimatedDistinct(inSample: distinct, of: sampleSize, total: count)
        let indexBits = max(1, (log2(entries)).rounded(.up))
        let width = Double(plainBytes) / Double(count)
        return entries * width + Double(count) * indexBits / 8 < worth * Double(plainBytes)
    }

    /// How many equally likely values D there are if a sample of `size` has D (1 - e^(-size/D)) of them.
    static func estimatedDistinct(inSample distinct: Int, of size: Int, total: Int) -> Double {
        var low = Double(distinct)
        var high = Double(total)
        guard high * (1 - exp(-Double(size) / high)) > Double(distinct) else { return high }
        for _ in 0..<40 {
            let middle = (low + high) / 2
            if middle * (1 - exp(-Double(size) / middle)) < Double(distinct) { low = middle } else { high = middle }
        }
        return high
    }
}
