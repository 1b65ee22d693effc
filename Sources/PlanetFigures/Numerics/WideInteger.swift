// A non-negative integer of any length, with the few exact operations that moments need. Not for the data path: sums
// are kept in Limbs and converted when a statistic is written.

/// Value: the sum of words[i] * 2^(32 (i + lowest)). No zero word at either end, so usual values take few words.
struct WideInteger: Sendable, Equatable {
    private(set) var words: [UInt32]
    private(set) var lowest: Int

    /// From words; `lowest` counts words of 32 bits, and may be negative (a fraction).
    init(words: [UInt32], lowest: Int) {
        self.words = words
        self.lowest = lowest
        trim()
    }

    init(_ value: UInt64) {
        self.init(words: [UInt32(truncatingIfNeeded: value), UInt32(value >> 32)], lowest: 0)
    }

    var isZero: Bool { words.isEmpty }

    private mutating func trim() {
        while words.last == 0 { words.removeLast() }
        let zeros = words.prefix { $0 == 0 }.count
        if zeros > 0 { words.removeFirst(zeros) }
        lowest = words.isEmpty ? 0 : lowest + zeros
    }

    /// Appended: the standard library looks up what `[UInt32](repeating:count:)` allocates each time.
    private static func zeros(_ count: Int) -> [UInt32] {
        var zeros: [UInt32] = []
        zeros.reserveCapacity(count)
        for _ in 0..<count { zeros.append(0) }
        return zeros
    }

    func times(_ other: WideInteger) -> WideInteger {
        guard !isZero, !other.isZero else { return WideInteger(words: [], lowest: 0) }
        var product = WideInteger.zeros(words.count + other.words.count)
        for (i, a) in words.enumerated() {
            var carry: UInt64 = 0
            for (j, b) in other.words.enumerated() {
                let total = UInt64(a) * UInt64(b) + UInt64(product[i + j]) + carry
                product[i + j] = UInt32(truncatingIfNeeded: total)
                carry = total >> 32
            }
            product[i + other.words.count] = UInt32(carry)
        }
        return WideInteger(words: product, lowest: lowest + other.lowest)
    }

    /// self - other, which must not be greater.
    func minus(_ other: WideInteger) -> WideInteger {
        guard !other.isZero else { return self }
        let start = min(lowest, other.lowest)
        let end = max(lowest + words.count, other.lowest + other.words.count)
        var difference = WideInteger.zeros(end - start)
        var borrow: Int64 = 0
        for index in start..<end {
            let total = Int64(word(at: index)) - Int64(other.word(at: index)) + borrow
            difference[index - start] = UInt32(truncatingIfNeeded: total)
            borrow = total >> 32
        }
        precondition(borrow == 0, "BUG: a magnitude fell below zero")
        return WideInteger(words: difference, lowest: start)
    }

    private func word(at index: Int) -> UInt32 {
        let place = index - lowest
        return place >= 0 && place < words.count ? words[place] : 0
    }

    /// The quotient with at least 96 significant bits, and whether there is a remainder.
    func dividedBy(_ divisor: UInt64) -> (quotient: WideInteger, inexact: Bool) {
        precondition(divisor != 0, "BUG: division by zero")
        let spare = 5
        var quotient = WideInteger.zeros(words.count + spare)
        var remainder: UInt64 = 0
        for index in stride(from: quotient.count - 1, through: 0, by: -1) {
            let word = index >= spare ? words[index - spare] : 0
            let step = divisor.dividingFullWidth((remainder >> 32, remainder << 32 | UInt64(word)))
            quotient[index] = UInt32(truncatingIfNeeded: step.quotient)
            remainder = step.remainder
        }
        return (WideInteger(words: quotient, lowest: lowest - spare), remainder != 0)
    }

    /// The number times 2^`scale`, correctly rounded (to nearest, ties to even); `inexact` says that the true value is
    /// a little greater, by less than the last bit held. Infinite if too large.
    func rounded(scale: Int, inexact: Bool = false) -> Double {
        let parts = significand(scale: scale, inexact: inexact, lowestExponent: -1074)
        return Double(sign: .plus, exponent: parts.exponent, significand: Double(parts.bits))
    }

    /// At most 53 bits and their power of two: bits * 2^exponent is the number times 2^`scale`, correctly rounded,
    /// without bits below 2^`lowestExponent`.
    func significand(scale: Int, inexact: Bool, lowestExponent: Int = .min) -> (bits: UInt64, exponent: Int) {
        guard let top = words.last else { return (0, 0) }
        let topBit = words.count * 32 - 1 - top.leadingZeroBitCount
        let base = lowest * 32 + scale
        // Bits are counted from words[0]; the last one kept is `lastBit`, which may lie below it.
        let lastBit = max(topBit - 52, lowestExponent == .min ? .min : lowestExponent - base)
        var bits: UInt64 = 0
        if lastBit <= topBit {
            bits = bitsFrom(max(lastBit, 0))
            if lastBit < 0 { bits <<= UInt64(-lastBit) }
        }
        let half = lastBit - 1
        if half >= 0, half <= topBit, words[half >> 5] >> UInt32(half & 31) & 1 == 1 {
            let below = inexact || hasBits(below: half)
            if below || bits & 1 == 1 { bits += 1 }
        }
        return (bits, lastBit + base)
    }

    /// The bits from one on, which must be 64 at most; counted from words[0].
    private func bitsFrom(_ bit: Int) -> UInt64 {
        let (index, shift) = (bit >> 5, bit & 31)
        var bits = UInt64(words[index]) >> UInt64(shift)
        if index + 1 < words.count { bits |= UInt64(words[index + 1]) << UInt64(32 - shift) }
        if index + 2 < words.count { bits |= UInt64(words[index + 2]) << UInt64(64 - shift) }
        return bits
    }

    private func hasBits(below bit: Int) -> Bool {
        let whole = bit >> 5
        for index in 0..<whole where words[index] != 0 { return true }
        return bit & 31 != 0 && words[whole] & (1 << UInt32(bit & 31) - 1) != 0
    }
}
