// A kept forecast (PlanetCore/Science/KeptForecast.swift) compared with the later measurement.
// Aggregates/Scoreboard.swift adds up the results.

import Glibc
import PlanetCore

extension KeptForecast {
    /// Whether the forecast quantity isn't measured yet.
    func isWaiting(_ prediction: Prediction) -> Bool {
        kind == .mass ? !prediction.isMassMeasured : !prediction.isRadiusMeasured
    }

    /// How good it was; nil while the forecast quantity isn't measured.
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

    /// What would have been forecast from the other value alone, for a planet with both measured with errors, neither
    /// as a minimum.
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
