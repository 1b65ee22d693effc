// What the aggregates want to know of one planet, worked out once a record: names as small numbers, logarithms, provenance.
// Not the planet itself: that is `discovery`, for those who want other columns.

import PlanetCore

/// One of the quantities that statistics are kept of.
enum StatQuantity: Int, CaseIterable, Sendable {
    case radius, mass, period, distance

    var columns: QuantityColumns {
        switch self {
        case .radius: .radius
        case .mass: .mass
        case .period: .period
        case .distance: .distance
        }
    }
    var name: String { ["pl_rade", "pl_bmasse", "pl_orbper", "sy_dist"][rawValue] }
}

/// A positive value with what is computed from it once for all its aggregates.
struct Measurement: Sendable {
    let value: Double
    let log10: Double
    let bin: Int32
    /// Neither forecast nor bound (a minimum mass is measured).
    let isMeasured: Bool
}

/// A class, because a dozen aggregates look at each: passing it on costs one count, not one for every text in it.
final class PlanetFacts: Sendable {
    let key: String
    let discovery: Discovery
    /// Numbers of the names in the reader's vocabularies; the names are in `discovery`. Nil where the column is null: only the
    /// planet's name is required, and what isn't known falls into no group.
    let method: Int?
    let facility: Int?
    let year: Int?
    /// Identity key of the host's name, or the name itself where it has none.
    let host: String?
    let isControversial: Bool
    let radius: Measurement?
    let mass: Measurement?
    let period: Measurement?
    let distance: Measurement?
    /// Without the forecasts of mass and radius, which the lake's thread adds.
    let prediction: Prediction
    /// Of the forecast made before the measurement came; which forecast waits for one; what would have been forecast.
    let score: ForecastScore?
    let waiting: KeptForecast.Kind?
    let hindsight: (mass: ForecastScore?, radius: ForecastScore?)

    init(
        key: String, discovery: Discovery, method: Int?, facility: Int?, host: String?, forecast: KeptForecast?,
        measure: (QuantityColumns) -> Measurement?
    ) {
        self.key = key
        self.discovery = discovery
        self.method = method
        self.facility = facility
        self.host = host
        year = discovery.integer(.disc_year)
        isControversial = discovery[.pl_controv_flag] == 1
        radius = measure(.radius)
        mass = measure(.mass)
        period = measure(.period)
        distance = measure(.distance)
        let prediction = Predictor.classes(of: discovery)
        self.prediction = prediction
        score = forecast?.score(prediction)
        waiting = forecast.flatMap { $0.isWaiting(prediction) ? $0.kind : nil }
        hindsight = ForecastScore.inHindsight(discovery, prediction)
    }

    subscript(quantity: StatQuantity) -> Measurement? {
        switch quantity {
        case .radius: radius
        case .mass: mass
        case .period: period
        case .distance: distance
        }
    }
}

/// Makes facts. One a set of aggregates, because the numbers it gives to names are its own.
struct FactReader {
    private var methods: [String: Int] = [:]
    private var facilities: [String: Int] = [:]

    /// Years are kept as numbers from 0: no year that validation lets through lies before 1900.
    static let firstYear = 1900

    mutating func facts(of discovery: Discovery, key: String, forecast: KeptForecast?) -> PlanetFacts {
        let host = discovery[.hostname]
        return PlanetFacts(
            key: key, discovery: discovery,
            method: discovery[.discoverymethod].map { FactReader.number(of: $0, in: &methods) },
            facility: discovery[.disc_facility].map { FactReader.number(of: $0, in: &facilities) },
            host: host.map { IdentityKey.of($0) ?? $0 }, forecast: forecast,
            measure: { FactReader.measurement(discovery, $0) })
    }

    private static func number(of name: String, in vocabulary: inout [String: Int]) -> Int {
        if let number = vocabulary[name] { return number }
        vocabulary[name] = vocabulary.count
        return vocabulary.count - 1
    }

    static func measurement(_ discovery: Discovery, _ quantity: QuantityColumns) -> Measurement? {
        // Not positive: validation refuses it; a logarithm of it would stop the stream.
        guard let value = discovery[quantity.value], value > 0 else { return nil }
        let provenance = discovery.provenance(quantity)
        let log = decadicLogarithm(value)
        return Measurement(
            value: value, log10: log, bin: LogBins.bin(value, log10: log),
            isMeasured: provenance == .measured || provenance == .minimum)
    }
}
