// Ordered values and logarithmic bins against a plain sorted array, through additions, removals, refills and merges.

import TestSupport
import Testing

@testable import PlanetFigures

struct QuantileTests {
    private static func type7(_ sorted: [Double], _ q: Double) -> Double {
        let place = q * Double(sorted.count - 1)
        let index = Int(place)
        if index + 1 >= sorted.count { return sorted[sorted.count - 1] }
        return sorted[index] + (place - Double(index)) * (sorted[index + 1] - sorted[index])
    }

    /// Sizes that stay small, that cross the limits both ways, and ties.
    @Test(arguments: [(300, 1.0), (12_000, 0.4), (21_000, 0.0), (25_000, 0.02)])
    func orderedValuesAreTheMultiset(_ target: Int, _ ties: Double) {
        var random = SplitMix(seed: UInt64(target))
        var model: [Double] = []
        var ordered = OrderedValues()
        var refills = 0
        func value() -> Double {
            let v = Double(random.next() % 1_000_000) / 1000
            return Double(random.next() % 100) < ties * 100 ? v.rounded() : v
        }
        func check() {
            if ordered.isShort {
                ordered.refill(model.shuffled(using: &random))
                refills += 1
            }
            let sorted = model.sorted()
            #expect(ordered.extremes()?.minimum == sorted.first)
            #expect(ordered.extremes()?.maximum == sorted.last)
            let expected =
                sorted.isEmpty || sorted.count > 10_000
                ? nil : [0.05, 0.25, 0.5, 0.75, 0.95].map { Self.type7(sorted, $0) }
            #expect(ordered.quantiles([0.05, 0.25, 0.5, 0.75, 0.95]) == expected)
        }
        for growing in [true, false, true, false] {
            var steps = 0
            while growing ? model.count < target : model.count > target / 50 {
                let add = Double(random.next() % 100) < (growing ? 90 : 10)
                if add || model.isEmpty {
                    let new = value()
                    model.append(new)
                    ordered.insert(new)
                } else {
                    // Often one of the ends, where values run out.
                    var place = random.below(model.count)
                    if random.next() % 128 == 0, let least = model.indices.min(by: { model[$0] < model[$1] }) {
                        place = least
                    }
                    ordered.remove(model[place])
                    model.swapAt(place, model.count - 1)
                    model.removeLast()
                }
                if ordered.isShort {
                    ordered.refill(model)
                    refills += 1
                }
                steps += 1
                if steps % 1777 == 0 { check() }
            }
            check()
        }
        if target > 20_000 { #expect(refills > 0) }
    }

    @Test(arguments: [100, 9_999, 15_000, 30_000, 61_000])
    func mergedEqualsWhole(_ size: Int) {
        var random = SplitMix(seed: UInt64(size))
        let values = (0..<size).map { _ in Double(random.next() % 5000) / 7 }
        var whole = OrderedValues()
        var parts = [OrderedValues](repeating: OrderedValues(), count: 3)
        for value in values {
            whole.insert(value)
            parts[random.below(10) / 8 + (random.below(10) == 0 ? 1 : 0)].insert(value)
        }
        if whole.isShort { whole.refill(values) }
        var merged = OrderedValues()
        for part in parts.reversed() { merged.merge(part) }
        #expect(merged.count == size)
        #expect(!merged.isShort)
        #expect(merged.extremes()?.minimum == whole.extremes()?.minimum)
        #expect(merged.extremes()?.maximum == whole.extremes()?.maximum)
        #expect(merged.quantiles([0.1, 0.5]) == whole.quantiles([0.1, 0.5]))
        // The ends of the union go on being right.
        for value in values.sorted().prefix(40) {
            merged.remove(value)
            whole.remove(value)
            #expect(merged.extremes()?.minimum == whole.extremes()?.minimum)
        }
    }

    /// Values that many have, at an end: taking one away and adding it again doesn't use the end up.
    @Test func equalsAtTheEndsGoAndComeBack() {
        var ordered = OrderedValues()
        for index in 0..<25_000 { ordered.insert(Double(min(max(index, 1000), 24_000))) }
        for _ in 0..<500 {
            for value in [1000.0, 24_000] {
                ordered.remove(value)
                ordered.insert(value)
            }
            #expect(!ordered.isShort)
        }
        #expect(ordered.extremes()?.minimum == 1000 && ordered.extremes()?.maximum == 24_000)
        // One that is further out comes, and goes.
        ordered.insert(1)
        #expect(ordered.extremes()?.minimum == 1)
        ordered.remove(1)
        #expect(ordered.extremes()?.minimum == 1000)
    }

    @Test func binsAnswerWithinOnePercent() {
        var random = SplitMix(seed: 5)
        // Twelve decades, as periods have.
        let values = (0..<20_000).map { _ in pow10(Double(random.next() % 1_200_000) / 100_000 - 3) }
        var bins = LogBins()
        for value in values { bins.add(value, weight: 1) }
        let sorted = values.sorted()
        for q in [0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.999, 1] {
            let exact = sorted[Int(q * Double(sorted.count - 1))]
            guard let got = bins.quantile(q) else {
                Issue.record("no quantile")
                return
            }
            #expect(abs(got - exact) <= 0.010001 * exact)
        }
        var half = LogBins()
        for value in values.prefix(7000) { half.add(value, weight: 1) }
        var rest = LogBins()
        for value in values.suffix(13_000).shuffled(using: &random) { rest.add(value, weight: 1) }
        rest.merge(half)
        #expect(rest == bins)
        for value in values.shuffled(using: &random) { bins.add(value, weight: -1) }
        #expect(bins == LogBins())
        #expect(bins.quantile(0.5) == nil)
    }

    @Test func binsTakeZerosNegativesAndExtremes() {
        var bins = LogBins()
        for value in [-5, -0.0, 0, Double.leastNonzeroMagnitude, 1e308, 3.0] { bins.add(value, weight: 1) }
        #expect(abs((bins.quantile(0) ?? 0) + 5) < 0.05)
        #expect(bins.quantile(0.2) == 0)
        #expect(bins.quantile(0.4) == 0)
        #expect((bins.quantile(0.6) ?? 1) < 1.1e-12)
        #expect((bins.quantile(1) ?? 0) > 0.9e15)
        #expect(bins.positive.used.count <= 3111)
    }

    private func pow10(_ x: Double) -> Double {
        var result = 1.0
        for _ in 0..<Int(abs(x).rounded(.down)) { result *= 10 }
        result *= 1 + 9 * (abs(x) - abs(x).rounded(.down))
        return x < 0 ? 1 / result : result
    }
}
