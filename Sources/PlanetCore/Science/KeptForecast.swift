// A forecast that awaits its measurement: made while only a planet's mass or radius was measured, and kept with the
// planet's state (the stream's and the web's) as its inputs, from which the quantiles follow. The stream scores it
// (PlanetFigures/Predictors/ForecastOutcome.swift).

package struct KeptForecast: Sendable, Equatable {
    package enum Kind: Int, CaseIterable, Sendable {
        /// The mass, from a measured radius.
        case mass
        case radius
    }
    package let kind: Kind
    /// Earths.
    package let known: Double
    /// Of `known`, in dex.
    package let error: Double

    /// The forecast after this record: a new one if exactly one of the two is measured, else the previous one.
    package static func after(_ record: Discovery, _ before: KeptForecast?) -> KeptForecast? {
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

    package init(kind: Kind, known: Double, error: Double) {
        self.kind = kind
        self.known = known
        self.error = error
    }

    private static func measured(_ record: Discovery, _ column: NumberColumn, _ provenance: Provenance) -> Double? {
        provenance == .measured || provenance == .minimum ? Predictor.value(record, column) : nil
    }
}
