// Everything kept of one quantity in one group of planets: moments, of logarithms too, bins and ordered values.
// Not the quantity or the group: that is the affair of Aggregates/Stats.swift.

import JSONText

struct Distribution: Sendable {
    private(set) var linear = Moments()
    private(set) var decadic = Moments()
    private(set) var bins = LogBins()
    private(set) var ordered = OrderedValues()
    /// Rises with every change.
    private(set) var version = 0

    var count: Int { linear.count }
    var isShort: Bool { ordered.isShort }

    @inline(__always)
    mutating func add(_ measurement: Measurement, weight: Int) {
        version &+= 1
        linear.add(measurement.value, weight: weight)
        decadic.add(measurement.log10, weight: weight)
        bins.add(bin: measurement.bin, weight: weight)
        ordered.add(measurement.value, weight: weight)
    }

    mutating func merge(_ other: Distribution) {
        version += 1
        linear.merge(other.linear)
        decadic.merge(other.decadic)
        bins.merge(other.bins)
        ordered.merge(other.ordered)
    }

    mutating func refill(_ values: [Double]) { ordered.refill(values) }

    /// The value on the board (docs/LIVE.md); nil without values.
    mutating func json() -> [UInt8]? {
        guard let extremes = ordered.extremes() else { return nil }
        var writer = JSONWriter(capacity: 400)
        func number(_ name: String, _ value: Double?) {
            writer.key(name)
            if let value { writer.real(value) } else { writer.null() }
        }
        writer.beginObject()
        writer.member("n", count)
        number("mean", linear.mean)
        number("sd", linear.sampleDeviation)
        number("sd_population", linear.populationDeviation)
        number("min", extremes.minimum)
        number("max", extremes.maximum)
        let qs = [0.05, 0.25, 0.5, 0.75, 0.95]
        let exact = ordered.quantiles(qs)
        // A sketch answers with the middle of a bin, which may lie outside the values.
        let values =
            exact ?? qs.map { min(max(bins.quantile($0) ?? extremes.minimum, extremes.minimum), extremes.maximum) }
        for (name, value) in zip(["q05", "q25", "median", "q75", "q95"], values) { number(name, value) }
        number("iqr", values[3] - values[1])
        writer.member("quantiles", exact == nil ? "sketch" : "exact")
        number("log10_mean", decadic.mean)
        number("log10_sd", decadic.sampleDeviation)
        writer.endObject()
        return writer.bytes
    }

    func save(to state: inout StateWriter) {
        var copy = ordered
        Distribution.save(linear, to: &state)
        Distribution.save(decadic, to: &state)
        bins.save(to: &state)
        copy.save(to: &state)
    }

    mutating func restore(from state: inout StateReader) throws(StateError) {
        linear = try Distribution.moments(from: &state)
        decadic = try Distribution.moments(from: &state)
        try bins.restore(from: &state)
        try ordered.restore(from: &state)
        version += 1
        guard bins.count == count, ordered.count == count, decadic.count == count else { throw .damaged }
    }

    private static func save(_ moments: Moments, to state: inout StateWriter) {
        state.integer(moments.count)
        let sum = moments.sum.magnitude
        state.wide(negative: sum.negative, sum.value)
        let squares = moments.squares.magnitude
        state.wide(negative: squares.negative, squares.value)
    }

    private static func moments(from state: inout StateReader) throws(StateError) -> Moments {
        let count = try state.integer()
        var sum = ExactSum()
        var squares = ExactSquares()
        let sumParts = try state.wide()
        let squareParts = try state.wide()
        guard count >= 0, sum.set(negative: sumParts.negative, sumParts.value),
            squares.set(negative: squareParts.negative, squareParts.value)
        else { throw .damaged }
        return Moments(count: count, sum: sum, squares: squares)
    }
}
