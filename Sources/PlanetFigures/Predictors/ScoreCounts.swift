// Scores added up: how many, how far off, how many within the intervals. Counts in bins of 0.001 dex, so that scores
// can be subtracted and states merged.

import StateBytes

struct ScoreCounts: Sendable, Equatable {
    /// Bins of |error| in thousandths of a dex; the last one holds everything from 8 dex on.
    private static let bins = 8001

    private(set) var count = 0
    private var in68 = 0
    private var in95 = 0
    private var errors: [Int32] = []

    mutating func add(_ score: ForecastScore, weight: Int) {
        if errors.isEmpty { errors = [Int32](repeating: 0, count: ScoreCounts.bins) }
        count += weight
        if score.isIn68 { in68 += weight }
        if score.isIn95 { in95 += weight }
        errors[min(Int(score.errorDex * 1000), ScoreCounts.bins - 1)] += Int32(weight)
    }

    mutating func merge(_ other: ScoreCounts) {
        count += other.count
        in68 += other.in68
        in95 += other.in95
        guard !other.errors.isEmpty else { return }
        if errors.isEmpty {
            errors = other.errors
        } else {
            for index in errors.indices { errors[index] += other.errors[index] }
        }
    }

    /// Dex, the middle of the bin of rank floor((n - 1) / 2); nil without scores.
    var medianError: Double? {
        guard count > 0 else { return nil }
        var rank = (count - 1) / 2
        for (bin, number) in errors.enumerated() {
            rank -= Int(number)
            if rank < 0 { return (Double(bin) * 10 + 5) / 10_000 }
        }
        return nil
    }

    /// Shares, rounded to 1e-4.
    var coverage68: Double? { share(in68) }
    var coverage95: Double? { share(in95) }
    private func share(_ part: Int) -> Double? {
        count > 0 ? (Double(part) / Double(count) * 10_000).rounded() / 10_000 : nil
    }

    func save(to state: inout StateWriter) {
        state.integer(count)
        state.integer(in68)
        state.integer(in95)
        let used = errors.indices.filter { errors[$0] != 0 }
        state.integer(used.count)
        for index in used {
            state.integer(index)
            state.integer(Int(errors[index]))
        }
    }

    mutating func restore(from state: inout StateReader) throws(StateError) {
        self = ScoreCounts()
        count = try state.integer()
        in68 = try state.integer()
        in95 = try state.integer()
        for _ in 0..<(try state.count()) {
            let index = try state.integer()
            guard index >= 0, index < ScoreCounts.bins, let number = Int32(exactly: try state.integer()) else {
                throw .damaged
            }
            if errors.isEmpty { errors = [Int32](repeating: 0, count: ScoreCounts.bins) }
            errors[index] = number
        }
    }
}
