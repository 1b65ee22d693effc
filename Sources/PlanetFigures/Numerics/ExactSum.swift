// Sums of doubles, and of their squares, without any rounding: adding is commutative, associative and reversible. Not
// for infinities and NaN, which validation refuses.

/// The exact sum of any finite doubles (up to 2^62 of them): fixed point over the whole range, bit 0 is 2^-1074.
struct ExactSum: Sendable, Equatable {
    // 1074 bits below the point, 1024 above, 62 for the count, one for the sign: 2161 bits.
    private static let limbCount = 69
    static let scale = -1074
    private var limbs = Limbs(count: limbCount)

    init() {}

    @inline(__always)
    mutating func add(_ value: Double) { add(value, flip: false) }
    @inline(__always)
    mutating func subtract(_ value: Double) { add(value, flip: true) }

    @inline(__always)
    mutating func add(_ value: Double, flip: Bool) {
        let parts = Mantissa(value)
        limbs.add(parts.magnitude, at: parts.position, negative: parts.negative != flip)
    }

    mutating func merge(_ other: ExactSum) { limbs.merge(other.limbs) }

    /// The sum, correctly rounded; infinite if it exceeds the greatest double.
    var value: Double {
        let parts = limbs.magnitude
        let size = parts.value.rounded(scale: ExactSum.scale)
        return parts.negative ? -size : size
    }

    var magnitude: (negative: Bool, value: WideInteger) { limbs.magnitude }

    mutating func set(negative: Bool, _ value: WideInteger) -> Bool { limbs.set(negative: negative, value) }
}

/// The exact sum of squares of any finite doubles: bit 0 is 2^-2148, so neither overflow nor underflow can happen.
/// The square of a 53-bit mantissa is an exact 106-bit integer; no fused multiply-add is needed.
struct ExactSquares: Sendable, Equatable {
    // 2148 bits below the point, 2048 above, 62 for the count, one for the sign: 4259 bits.
    private static let limbCount = 136
    static let scale = -2148
    private var limbs = Limbs(count: limbCount)

    init() {}

    /// Adds or subtracts the square of `value`.
    @inline(__always)
    mutating func add(_ value: Double, flip: Bool) {
        let parts = Mantissa(value)
        let square = parts.magnitude.multipliedFullWidth(by: parts.magnitude)
        limbs.add(high: square.high, low: square.low, at: 2 &* parts.position, negative: flip)
    }

    mutating func merge(_ other: ExactSquares) { limbs.merge(other.limbs) }

    var value: Double {
        let parts = limbs.magnitude
        let size = parts.value.rounded(scale: ExactSquares.scale)
        return parts.negative ? -size : size
    }

    var magnitude: (negative: Bool, value: WideInteger) { limbs.magnitude }

    mutating func set(negative: Bool, _ value: WideInteger) -> Bool { limbs.set(negative: negative, value) }
}

/// A finite double as magnitude * 2^(position - 1074) and a sign.
private struct Mantissa {
    let magnitude: UInt64
    let position: Int
    let negative: Bool

    @inline(__always)
    init(_ value: Double) {
        let bits = value.bitPattern
        let exponent = Int(bits >> 52) & 0x7FF
        precondition(exponent != 0x7FF, "BUG: an infinity or NaN reached a sum")
        negative = bits >> 63 != 0
        let fraction = bits & 0xF_FFFF_FFFF_FFFF
        magnitude = exponent == 0 ? fraction : fraction | 1 << 52
        position = exponent == 0 ? 0 : exponent &- 1
    }
}
