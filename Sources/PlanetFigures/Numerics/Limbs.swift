// A wide fixed-point integer that is cheap to add to: limbs of 32 bits in 64-bit words, with carries deferred until
// needed. ExactSum and ExactSquares define what its bit 0 means.

/// Value: the sum of limbs[i] * 2^(32 i). Every addition touches at most five limbs and carries nothing; after 2^30
/// additions the carries are propagated, long before a word could overflow.
struct Limbs: Sendable {
    private(set) var words: [Int64]
    private var additions = 0

    init(count: Int) { words = [Int64](repeating: 0, count: count) }

    /// Adds (or subtracts) `magnitude` * 2^`position`; magnitude below 2^53.
    @inline(__always)
    mutating func add(_ magnitude: UInt64, at position: Int, negative: Bool) {
        let index = position >> 5
        let shift = UInt64(position & 31)
        let low = magnitude &<< shift
        let first = Int64(low & 0xFFFF_FFFF)
        let second = Int64(low >> 32)
        let third = Int64((magnitude >> 1) &>> (63 &- shift))
        words.withUnsafeMutableBufferPointer { words in
            if negative {
                words[index] &-= first
                words[index &+ 1] &-= second
                words[index &+ 2] &-= third
            } else {
                words[index] &+= first
                words[index &+ 1] &+= second
                words[index &+ 2] &+= third
            }
        }
        noteAddition()
    }

    /// Adds (or subtracts) a product of two such magnitudes, `high` * 2^64 + `low` below 2^106, times 2^`position`.
    @inline(__always)
    mutating func add(high: UInt64, low: UInt64, at position: Int, negative: Bool) {
        let index = position >> 5
        let shift = UInt64(position & 31)
        let word0 = low &<< shift
        let word1 = (high &<< shift) | ((low >> 1) &>> (63 &- shift))
        let word2 = (high >> 1) &>> (63 &- shift)
        words.withUnsafeMutableBufferPointer { words in
            if negative {
                words[index] &-= Int64(word0 & 0xFFFF_FFFF)
                words[index &+ 1] &-= Int64(word0 >> 32)
                words[index &+ 2] &-= Int64(word1 & 0xFFFF_FFFF)
                words[index &+ 3] &-= Int64(word1 >> 32)
                words[index &+ 4] &-= Int64(word2)
            } else {
                words[index] &+= Int64(word0 & 0xFFFF_FFFF)
                words[index &+ 1] &+= Int64(word0 >> 32)
                words[index &+ 2] &+= Int64(word1 & 0xFFFF_FFFF)
                words[index &+ 3] &+= Int64(word1 >> 32)
                words[index &+ 4] &+= Int64(word2)
            }
        }
        noteAddition()
    }

    @inline(__always)
    private mutating func noteAddition() {
        additions &+= 1
        if additions >= 1 << 30 { carry() }
    }

    /// Brings every limb but the last into 0 ..< 2^32; the last keeps the sign. Each value has one such form.
    mutating func carry() {
        guard additions != 0 else { return }
        var carry: Int64 = 0
        for index in 0..<(words.count - 1) {
            let total = words[index] &+ carry
            words[index] = total & 0xFFFF_FFFF
            carry = total >> 32
        }
        words[words.count - 1] &+= carry
        additions = 0
    }

    mutating func merge(_ other: Limbs) {
        carry()
        var other = other
        other.carry()
        for index in words.indices { words[index] &+= other.words[index] }
        additions = 1
        carry()
    }

    /// Sign and magnitude. Only the limbs between the outermost in use are carried: of usual values those are a few.
    var magnitude: (negative: Bool, value: WideInteger) {
        words.withUnsafeBufferPointer { words in
            var (first, end) = (0, words.count)
            while first < end, words[first] == 0 { first &+= 1 }
            while first < end, words[end &- 1] == 0 { end &-= 1 }
            var carried: [UInt32] = []
            carried.reserveCapacity(end - first + 2)
            var carry: Int64 = 0
            for index in first..<end {
                let total = words[index] &+ carry
                carried.append(UInt32(truncatingIfNeeded: total))
                carry = total >> 32
            }
            carried.append(UInt32(truncatingIfNeeded: carry))
            carried.append(UInt32(truncatingIfNeeded: carry >> 32))
            if carry < 0 { Limbs.negate(&carried) }
            return (carry < 0, WideInteger(words: carried, lowest: first))
        }
    }

    /// In two's complement.
    private static func negate(_ words: inout [UInt32]) {
        var carry: UInt64 = 1
        for index in words.indices {
            let total = UInt64(~words[index]) + carry
            words[index] = UInt32(truncatingIfNeeded: total)
            carry = total >> 32
        }
    }

    /// Sets the value from a sign and magnitude; false if it doesn't fit.
    mutating func set(negative: Bool, _ value: WideInteger) -> Bool {
        guard value.lowest >= 0, value.lowest + value.words.count <= words.count else { return false }
        for index in words.indices { words[index] = 0 }
        for (index, word) in value.words.enumerated() {
            words[value.lowest + index] = negative ? -Int64(word) : Int64(word)
        }
        additions = 1
        carry()
        return true
    }
}

extension Limbs: Equatable {
    /// Equality of the values, however they came about.
    static func == (a: Limbs, b: Limbs) -> Bool {
        var a = a
        var b = b
        a.carry()
        b.carry()
        return a.words == b.words
    }
}
