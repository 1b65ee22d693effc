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
        #expect(moments.mean == Double(bitPattern: known.mean))
        close(moments.populationDeviation, Double(bitPattern: known.populationDeviation))
        if known.values.count > 1 { close(moments.sampleDeviation, Double(bitPattern: known.sampleDeviation)) }
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
            #expect(merged.mean == whole.mean)
        }
        for value in values.shuffled(using: &random) { whole.add(value, weight: -1) }
        #expect(whole == Moments())
        #expect(whole.sum.value == 0)
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
