// Counts in logarithmic bins, after DDSketch (Masson, Rim & Lee 2019): every quantile within 1 % of its rank's value.
// Bins are plain counts, so values can be subtracted again and states merged; bins are never collapsed.

import PlanetCore
import StateBytes

/// Bin i holds the values in (g^(i-1), g^i], g = (1 + a) / (1 - a), a = 1 %. Values with magnitudes below 1e-12 or
/// above 1e15 go to the outermost bins (the guarantee ends there), so there are at most 3,111 bins of either sign.
struct LogBins: Sendable, Equatable {
    static let accuracy = 0.01
    static let growth = (1 + accuracy) / (1 - accuracy)
    private static let lowest = -1382
    private static let highest = 1727
    private static let perDecade = 115.12675539311185

    /// The bins' upper edges. By repeated multiplication: the same bits on every machine, which `pow` doesn't promise.
    private static let edges: [Double] = {
        var edges = [Double](repeating: 1, count: highest - lowest + 1)
        for index in 1...highest { edges[index - lowest] = edges[index - lowest - 1] * growth }
        for index in stride(from: -1, through: lowest, by: -1) {
            edges[index - lowest] = edges[index - lowest + 1] / growth
        }
        return edges
    }()

    /// The bin of a positive value, given its decadic logarithm (only as a first guess).
    static func bin(_ value: Double, log10: Double) -> Int32 {
        guard log10 > -12, log10 < 15 else { return Int32(log10 < 0 ? lowest : highest) }
        var index = Int((log10 * perDecade).rounded(.up))
        while value > edges[index - lowest] { index += 1 }
        while value <= edges[index - 1 - lowest] { index -= 1 }
        return Int32(index)
    }

    /// Represents a bin's values: at most 1 % from any of them.
    private static func middle(_ index: Int) -> Double { edges[index - lowest] * 2 / (growth + 1) }

    private(set) var count = 0
    private(set) var zeros = 0
    private(set) var positive = Bins()
    private(set) var negative = Bins()

    init() {}

    @inline(__always)
    mutating func add(bin: Int32, weight: Int) {
        count &+= weight
        positive.add(Int(bin), weight)
    }

    /// Any finite value.
    mutating func add(_ value: Double, weight: Int) {
        count += weight
        if value > 0 {
            positive.add(Int(LogBins.bin(value, log10: decadicLogarithm(value))), weight)
        } else if value < 0 {
            negative.add(Int(LogBins.bin(-value, log10: decadicLogarithm(-value))), weight)
        } else {
            zeros += weight
        }
    }

    mutating func merge(_ other: LogBins) {
        count += other.count
        zeros += other.zeros
        positive.merge(other.positive)
        negative.merge(other.negative)
    }

    /// The value of rank floor(q (n - 1)), within 1 %; nil without values.
    func quantile(_ q: Double) -> Double? {
        guard count > 0 else { return nil }
        var rank = Int((q * Double(count - 1)).rounded(.down))
        for index in negative.used.reversed() {
            rank -= negative[index]
            if rank < 0 { return -LogBins.middle(index) }
        }
        rank -= zeros
        if rank < 0 { return 0 }
        for index in positive.used {
            rank -= positive[index]
            if rank < 0 { return LogBins.middle(index) }
        }
        return nil
    }

    /// Counts by bin number, as long as the spread of the bins in use.
    struct Bins: Sendable {
        private var first = 0
        private var counts: [Int] = []

        var used: Range<Int> { first..<(first + counts.count) }
        subscript(index: Int) -> Int { counts[index - first] }

        @inline(__always)
        mutating func add(_ index: Int, _ weight: Int) {
            let place = index &- first
            if place < 0 || place >= counts.count { widen(to: index) }
            counts[index &- first] &+= weight
        }

        mutating func merge(_ other: Bins) {
            for index in other.used where other[index] != 0 { add(index, other[index]) }
        }

        private mutating func widen(to index: Int) {
            if counts.isEmpty {
                first = index
                counts = [0]
            } else if index < first {
                counts.insert(contentsOf: repeatElement(0, count: first - index), at: 0)
                first = index
            } else if index >= first + counts.count {
                counts.append(contentsOf: repeatElement(0, count: index - first - counts.count + 1))
            }
        }
    }
}

extension LogBins.Bins: Equatable {
    /// The same counts; empty bins don't matter.
    static func == (a: Self, b: Self) -> Bool {
        let all = min(a.first, b.first)..<max(a.used.upperBound, b.used.upperBound)
        return all.allSatisfy { (a.used.contains($0) ? a[$0] : 0) == (b.used.contains($0) ? b[$0] : 0) }
    }
}

extension LogBins {
    func save(to state: inout StateWriter) {
        state.integer(zeros)
        for side in [positive, negative] {
            let used = side.used.filter { side[$0] != 0 }
            state.integer(used.count)
            for index in used {
                state.integer(index)
                state.integer(side[index])
            }
        }
    }

    mutating func restore(from state: inout StateReader) throws(StateError) {
        self = LogBins()
        zeros = try state.integer()
        count = zeros
        for isPositive in [true, false] {
            for _ in 0..<(try state.count()) {
                let index = try state.integer()
                let number = try state.integer()
                guard index >= LogBins.lowest, index <= LogBins.highest else { throw .damaged }
                if isPositive { positive.add(index, number) } else { negative.add(index, number) }
                count += number
            }
        }
    }
}
