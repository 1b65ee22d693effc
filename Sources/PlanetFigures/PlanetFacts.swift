// What the aggregates need to know about a planet, computed once per record: logarithms, provenance, the prediction.
// `discovery` has the planet's other columns.

import PlanetCore

/// One of the quantities with statistics.
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
    var column: ColumnID { .number(columns.value) }
    var name: String { ["pl_rade", "pl_bmasse", "pl_orbper", "sy_dist"][rawValue] }
}

/// A positive value with what is computed from it once for all its aggregates.
struct Measurement: Sendable {
    let value: Double
    let log10: Double
    let bin: Int32
    /// Neither forecast nor bound (a minimum mass is measured).
    let isMeasured: Bool

    init?(_ discovery: Discovery, _ quantity: QuantityColumns) {
        // Not positive: validation refuses it; its logarithm would stop the stream.
        guard let value = discovery[quantity.value], value > 0 else { return nil }
        let provenance = discovery.provenance(quantity)
        self.value = value
        log10 = decadicLogarithm(value)
        bin = LogBins.bin(value, log10: log10)
        isMeasured = provenance == .measured || provenance == .minimum
    }
}

/// What a planet's own columns say. Null columns are nil: only the planet's name is required, and missing values fall
/// into no group. A class, because a dozen aggregates read each: passing it on costs one count, not one for every text
/// in it. (Unchecked, because it has a subclass; both are immutable.)
package class PlanetValues: @unchecked Sendable {
    package final let discovery: Discovery
    final let method: MethodKey?
    final let radius: Measurement?
    final let mass: Measurement?
    final let period: Measurement?
    final let distance: Measurement?

    package init(_ discovery: Discovery) {
        self.discovery = discovery
        method = discovery[.discoverymethod].map { MethodKey(name: $0) }
        radius = Measurement(discovery, .radius)
        mass = Measurement(discovery, .mass)
        period = Measurement(discovery, .period)
        distance = Measurement(discovery, .distance)
    }

    @inline(__always)
    final subscript(quantity: StatQuantity) -> Measurement? {
        switch quantity {
        case .radius: radius
        case .mass: mass
        case .period: period
        case .distance: distance
        }
    }
}

/// The same with the planet's prediction, which takes longer than all the rest.
package final class PlanetFacts: PlanetValues, @unchecked Sendable {
    package let key: String
    /// Without the forecasts of mass and radius, which the lake's thread adds.
    package let prediction: Prediction
    /// Kept from before the measurement.
    package let forecast: KeptForecast?

    package init(_ discovery: Discovery, key: String, forecast: KeptForecast?) {
        self.key = key
        self.forecast = forecast
        prediction = Predictor.classes(of: discovery)
        super.init(discovery)
    }
}
