// Count, sum and sum of squares, all exact; mean and standard deviations from them. The order of the values does not
// matter: the same multiset gives the same bits.

import StateBytes

struct Moments: Sendable, Equatable {
    private(set) var count = 0
    private(set) var sum = ExactSum()
    private(set) var squares = ExactSquares()

    init() {}

    /// Adds the value (weight 1) or subtracts it again (weight -1).
    @inline(__always)
    mutating func add(_ value: Double, weight: Int) {
        count &+= weight
        sum.add(value, flip: weight < 0)
        squares.add(value, flip: weight < 0)
    }

    mutating func merge(_ other: Moments) {
        count += other.count
        sum.merge(other.sum)
        squares.merge(other.squares)
    }

    /// The correctly rounded mean; nil without values.
    var mean: Double? {
        guard count > 0 else { return nil }
        let total = sum.magnitude
        let parts = total.value.dividedBy(UInt64(count))
        let size = parts.quotient.rounded(scale: ExactSum.scale, inexact: parts.inexact)
        return total.negative ? -size : size
    }

    /// Sample standard deviation (n - 1); nil below two values.
    var sampleDeviation: Double? { count > 1 ? deviation(divisor: count - 1) : nil }

    /// Population standard deviation (n); nil without values.
    var populationDeviation: Double? { count > 0 ? deviation(divisor: count) : nil }

    /// The root of (n Q - S^2) / (n divisor): an exact integer as numerator, a quotient and a root rounded once each.
    private func deviation(divisor: Int) -> Double {
        let n = UInt64(count)
        let total = sum.magnitude.value
        let numerator = squares.magnitude.value.times(WideInteger(n)).minus(total.times(total))
        guard !numerator.isZero else { return 0 }
        let first = numerator.dividedBy(n)
        let second = first.quotient.dividedBy(UInt64(divisor))
        let variance = second.quotient.significand(
            scale: ExactSquares.scale, inexact: first.inexact || second.inexact)
        // An even power of two leaves the root unchanged, so no variance is too large or too small.
        let odd = variance.exponent & 1
        let root = (Double(variance.bits) * (odd == 1 ? 2 : 1)).squareRoot()
        return Double(sign: .plus, exponent: (variance.exponent - odd) / 2, significand: root)
    }
}

extension Moments {
    func save(to state: inout StateWriter) {
        state.integer(count)
        for (negative, value) in [sum.magnitude, squares.magnitude] { state.wide(negative: negative, value) }
    }

    init(from state: inout StateReader) throws(StateError) {
        count = try state.integer()
        let (sumParts, squareParts) = (try state.wide(), try state.wide())
        guard count >= 0, sum.set(negative: sumParts.negative, sumParts.value),
            squares.set(negative: squareParts.negative, squareParts.value)
        else { throw .damaged }
    }
}
