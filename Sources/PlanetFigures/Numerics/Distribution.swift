// Everything kept about one quantity in one group of planets: moments, of logarithms too, bins and ordered values.
// Aggregates/Stats.swift knows the quantity and the group.

import JSONText
import StateBytes

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

    /// Becomes the sum of others.
    mutating func become(_ parts: [Distribution]) {
        var sum = Distribution()
        for part in parts where part.count != 0 { sum.merge(part) }
        sum.version = version + 1
        self = sum
    }

    mutating func refill(_ values: [Double]) { ordered.refill(values) }

    /// The value on the board (docs/LIVE.md); nil without values.
    mutating func json() -> [UInt8]? {
        guard let extremes = ordered.extremes() else { return nil }
        let qs = [0.05, 0.25, 0.5, 0.75, 0.95]
        let exact = ordered.quantiles(qs)
        // A sketch returns the middle of a bin, which may lie outside the values.
        let values =
            exact ?? qs.map { min(max(bins.quantile($0) ?? extremes.minimum, extremes.minimum), extremes.maximum) }
        let (plain, logarithms) = (linear.figures, decadic.figures)
        return JSONWriter.object(capacity: 400) {
            $0.member("n", count)
            $0.optional("mean", plain?.mean)
            $0.optional("sd", plain?.sampleDeviation)
            $0.optional("sd_population", plain?.populationDeviation)
            $0.member("min", extremes.minimum)
            $0.member("max", extremes.maximum)
            for (name, value) in zip(["q05", "q25", "median", "q75", "q95"], values) { $0.member(name, value) }
            $0.member("iqr", values[3] - values[1])
            $0.member("quantiles", exact == nil ? "sketch" : "exact")
            $0.optional("log10_mean", logarithms?.mean)
            $0.optional("log10_sd", logarithms?.sampleDeviation)
        }
    }

    func save(to state: inout StateWriter) {
        var copy = ordered
        linear.save(to: &state)
        decadic.save(to: &state)
        bins.save(to: &state)
        copy.save(to: &state)
    }

    mutating func restore(from state: inout StateReader) throws(StateError) {
        linear = try Moments(from: &state)
        decadic = try Moments(from: &state)
        try bins.restore(from: &state)
        try ordered.restore(from: &state)
        version &+= 1
        guard bins.count == count, ordered.count == count, decadic.count == count else { throw .damaged }
    }
}
