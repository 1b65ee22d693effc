// A forecast that waits for its measurement: made while only one of a planet's mass and radius was measured, kept with the
// planet's state, and scored by the record that brings the other.
// Kept as its inputs (the quantiles follow from them), so a planet's state grows by a few words. Aggregates/Scoreboard.swift adds up.

import Glibc
import PlanetCore

struct KeptForecast: Sendable, Equatable {
    enum Kind: Int, CaseIterable, Sendable {
        /// The mass, from a measured radius.
        case mass
        case radius
    }
    let kind: Kind
    /// Earths.
    private let known: Double
    /// Of `known`, in dex.
    private let error: Double

    func save(to state: inout StateWriter) {
        state.integer(kind.rawValue)
        state.decimal(known)
        state.real(error)
    }

    init(from state: inout StateReader) throws(StateError) {
        guard let kind = Kind(rawValue: try state.integer()) else { throw .damaged }
        self.kind = kind
        known = try state.decimal()
        error = try state.real()
        guard known.isFinite, error.isFinite else { throw .damaged }
    }

    /// The forecast that stands after this record: a new one where exactly one of the two is measured, else the one before.
    static func after(_ record: Discovery, _ before: KeptForecast?) -> KeptForecast? {
        let radius = measured(record, .pl_rade, record.provenance(.radius))
        let mass = measured(record, .pl_bmasse, record.provenance(.mass))
        if let radius, mass == nil {
            return KeptForecast(kind: .mass, known: radius, error: Predictor.logError(record, .pl_rade) ?? 0)
        }
        if let mass, radius == nil {
            return KeptForecast(kind: .radius, known: mass, error: Predictor.logError(record, .pl_bmasse) ?? 0)
        }
        return before
    }

    private init(kind: Kind, known: Double, error: Double) {
        self.kind = kind
        self.known = known
        self.error = error
    }

    private static func measured(_ record: Discovery, _ column: NumberColumn, _ provenance: Provenance) -> Double? {
        provenance == .measured || provenance == .minimum ? Predictor.value(record, column) : nil
    }

    /// Whether what it forecasts isn't measured yet.
    func isWaiting(_ prediction: Prediction) -> Bool {
        kind == .mass ? !prediction.isMassMeasured : !prediction.isRadiusMeasured
    }

    /// How good it was; nil while what it forecasts isn't measured.
    func score(_ prediction: Prediction) -> ForecastScore? {
        guard prediction.isMassMeasured, prediction.isRadiusMeasured, let mass = prediction.mass,
            let radius = prediction.radius
        else { return nil }
        return ForecastScore(kind, known: known, error: error, measured: kind == .mass ? mass : radius)
    }
}

struct ForecastScore: Sendable, Equatable {
    let kind: KeptForecast.Kind
    /// |log10 measured - log10 median|.
    let errorDex: Double
    let isIn68: Bool
    let isIn95: Bool

    init?(_ kind: KeptForecast.Kind, known: Double, error: Double, measured: Double) {
        self.kind = kind
        let place = decadicLogarithm(measured)
        switch kind {
        case .mass:
            guard let posterior = MassPosterior(radius: known, logError: error) else { return nil }
            errorDex = (place - posterior.quantile(0.5)).magnitude
            let below = posterior.probability(below: place)
            isIn68 = below >= 0.16 && below <= 0.84
            isIn95 = below >= 0.025 && below <= 0.975
        case .radius:
            guard let forecast = ChenKipping.radiusForecast(mass: known, logError: error) else { return nil }
            errorDex = (place - decadicLogarithm(forecast.q50)).magnitude
            isIn68 = measured >= forecast.q16 && measured <= forecast.q84
            isIn95 = measured >= forecast.q025 && measured <= forecast.q975
        }
    }

    /// What would have been forecast for a planet of which both are measured, with errors and not as a minimum, had only the
    /// other been known.
    static func inHindsight(_ record: Discovery, _ prediction: Prediction) -> (
        mass: ForecastScore?, radius: ForecastScore?
    ) {
        guard prediction.radiusOrigin == .measured, prediction.massOrigin == .measured, let mass = prediction.mass,
            let radius = prediction.radius, let radiusError = Predictor.logError(record, .pl_rade),
            let massError = Predictor.logError(record, .pl_bmasse)
        else { return (nil, nil) }
        return (
            ForecastScore(.mass, known: radius, error: radiusError, measured: mass),
            ForecastScore(.radius, known: mass, error: massError, measured: radius)
        )
    }
}
