// Exact sums and moments against rationals computed elsewhere, and against themselves in other orders.

import TestSupport
import Testing

@testable import PlanetFigures

struct ExactSumTests {
    @Test(arguments: exactCases)
    func agreesWithRationals(_ known: ExactCase) {
        var sum = ExactSum()
        var squares = ExactSquares()
        var moments = Moments()
        for bits in known.values {
            let value = Double(bitPattern: bits)
            sum.add(value)
            squares.add(value, flip: false)
            moments.add(value, weight: 1)
        }
        #expect(sum.value == Double(bitPattern: known.sum))
        #expect(squares.value == Double(bitPattern: known.squares))
        #expect(moments.figures?.mean == Double(bitPattern: known.mean))
        close(moments.figures?.populationDeviation, Double(bitPattern: known.populationDeviation))
        if known.values.count > 1 { close(moments.figures?.sampleDeviation, Double(bitPattern: known.sampleDeviation)) }
    }

    /// At most one unit in the last place.
    private func close(_ got: Double?, _ expected: Double) {
        guard let got else {
            Issue.record("nothing where \(expected) was expected")
            return
        }
        let apart = abs(Int64(bitPattern: got.bitPattern) - Int64(bitPattern: expected.bitPattern))
        #expect(apart <= 1, "\(got) for \(expected)")
    }

    @Test func anyOrderAnySplitAndBackToNothing() {
        var random = SplitMix(seed: 11)
        let values = (0..<2000).map { _ in random.finiteDouble() }
        var whole = Moments()
        for value in values { whole.add(value, weight: 1) }
        for _ in 0..<5 {
            var parts = [Moments](repeating: Moments(), count: 7)
            for value in values.shuffled(using: &random) {
                parts[Int(random.next() % 7)].add(value, weight: 1)
            }
            var merged = Moments()
            for part in parts.shuffled(using: &random) { merged.merge(part) }
            #expect(merged == whole)
            #expect(merged.figures?.mean == whole.figures?.mean)
        }
        for value in values.shuffled(using: &random) { whole.add(value, weight: -1) }
        #expect(whole == Moments())
        #expect(whole.sum.value == 0)
    }

    /// Sign and magnitude of limbs whose carries are due, of either sign and at either end.
    @Test func aMagnitudeIsTheValue() {
        var random = SplitMix(seed: 29)
        for round in 0..<400 {
            var limbs = Limbs(count: 9)
            var values: [(magnitude: UInt64, position: Int, negative: Bool)] = []
            for _ in 0..<random.below(30) {
                values.append((random.next() >> UInt64(11 + random.below(53)), random.below(200), random.below(2) == 0))
            }
            for value in values { limbs.add(value.magnitude, at: value.position, negative: value.negative) }
            let parts = limbs.magnitude
            var same = Limbs(count: 9)
            let fits = same.set(negative: parts.negative, parts.value)
            #expect(fits)
            #expect(same == limbs, "round \(round)")
            for value in values { same.add(value.magnitude, at: value.position, negative: !value.negative) }
            #expect(same.magnitude.value.isZero && !same.magnitude.negative)
        }
    }

    /// One double is its own sum, whatever its exponent.
    @Test func oneValueIsItsOwnSum() {
        var random = SplitMix(seed: 31)
        let few = [0, .leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude, 1, -0x1p-1022]
        for value in few + (0..<2000).map({ _ in random.finiteDouble() }) {
            var sum = ExactSum()
            sum.add(value)
            #expect(sum.value == value)
        }
    }

    @Test func manyAdditionsCarryInTime() {
        var sum = ExactSum()
        for _ in 0..<1_000_000 { sum.add(0.1) }
        // 1e6 times the double nearest 0.1, rounded once.
        #expect(sum.value == 100_000.0 + 5.551115123125783e-12)
    }
}

extension SplitMix {
    mutating func finiteDouble() -> Double {
        while true {
            let value = Double(bitPattern: next())
            if value.isFinite { return value }
        }
    }
}
