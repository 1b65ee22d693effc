// Everything predicted for one record, and where each number comes from. Nil: an input is missing. Predictor.swift
// computes it, PredictionColumns.swift names the values.

/// Where a value comes from.
package enum Origin: String, Sendable, CaseIterable {
    case measured
    /// A minimum mass (m sin i).
    case minimum
    /// An upper or lower limit: counts as missing.
    case bound
    /// From a mass-radius relation.
    case forecast
    /// Computed from other values.
    case derived
    /// Assumed because no value is given.
    case assumed

    init?(_ provenance: Provenance) {
        switch provenance {
        case .measured: self = .measured
        case .minimum: self = .minimum
        case .bound: self = .bound
        case .forecast: self = .forecast
        case .missing: return nil
        }
    }
}

package struct Prediction: Sendable, Equatable {
    package enum AxisSource: String, Sendable { case given, kepler3 }
    package enum EccentricitySource: String, Sendable {
        case given
        case assumedZero = "assumed_0"
    }
    package enum LuminositySource: String, Sendable { case given, derived }

    // MARK: Size
    package var radiusOrigin: Origin?
    package var massOrigin: Origin?
    /// Earths; nil if it is a bound. Includes forecasts of the catalogue.
    package var radius: Double?
    package var mass: Double?
    package var isRadiusMeasured: Bool { radiusOrigin == .measured }
    /// A minimum mass is measured.
    package var isMassMeasured: Bool { massOrigin == .measured || massOrigin == .minimum }

    // MARK: Star and orbit
    package var luminosity: Double?
    package var luminositySource: LuminositySource?
    package var axis: Double?
    package var axisSource: AxisSource?
    package var eccentricity = 0.0
    package var eccentricitySource = EccentricitySource.assumedZero
    package var thermalDistance: Double?
    package var meanFlux: Double?
    package var thermalFlux: Double?
    package var equilibriumTemperature: Double?
    package var surfaceTemperature: Double?

    // MARK: Names and classes
    package var type: PlanetType?
    package var nasaType: NASAType?
    package var zoneDomain: HabitableZone.Domain?
    package var zone: HabitableZone.Zone?
    package var temperatureClass: TemperatureClass? { zone.map { TemperatureClass($0) } }
    package var habitable: Int?
    package var habitableProbability: Double?

    // MARK: Compared with Earth
    package var esi2: Double?
    package var esi4: Double?
    package var density: Double?
    package var gravity: Double?
    package var escapeSpeed: Double?

    // MARK: As seen from here
    package var radialVelocity: Double?
    package var transitProbability: Double?

    // MARK: What isn't measured
    /// Nil from 11.33 Earth radii on. Not to be shown alone if `isDegenerate`.
    package var massPoint: Double?
    package var massForecast: Quantiles?
    package var isDegenerate: Bool? { massForecast.map { MassPosterior.isDegenerate($0) } }
    /// The point is the median.
    package var radiusForecast: Quantiles?

    package init() {}
}
