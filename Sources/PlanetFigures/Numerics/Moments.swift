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

    /// Nil without values.
    var figures: Figures? { count > 0 ? Figures(self) : nil }

    /// Mean and standard deviations, which share most of their work.
    struct Figures {
        /// Correctly rounded.
        let mean: Double
        private let count: Int
        /// Q - S^2 / n, an exact quotient: n Q - S^2 is an integer.
        private let aboutMean: (quotient: WideInteger, inexact: Bool)

        fileprivate init(_ moments: Moments) {
            count = moments.count
            let n = UInt64(count)
            let total = moments.sum.magnitude
            let parts = total.value.dividedBy(n)
            let size = parts.quotient.rounded(scale: ExactSum.scale, inexact: parts.inexact)
            mean = total.negative ? -size : size
            let squares = moments.squares.magnitude.value.times(WideInteger(n))
            aboutMean = squares.minus(total.value.times(total.value)).dividedBy(n)
        }

        /// With n - 1; nil below two values.
        var sampleDeviation: Double? { count > 1 ? deviation(divisor: count - 1) : nil }

        /// With n.
        var populationDeviation: Double { deviation(divisor: count) }

        /// A quotient and a root, rounded once each.
        private func deviation(divisor: Int) -> Double {
            guard !aboutMean.quotient.isZero else { return 0 }
            let second = aboutMean.quotient.dividedBy(UInt64(divisor))
            let variance = second.quotient.significand(
                scale: ExactSquares.scale, inexact: aboutMean.inexact || second.inexact)
            // An even power of two leaves the root unchanged, so no variance is too large or too small.
            let odd = variance.exponent & 1
            let root = (Double(variance.bits) * (odd == 1 ? 2 : 1)).squareRoot()
            return Double(sign: .plus, exponent: (variance.exponent - odd) / 2, significand: root)
        }
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
