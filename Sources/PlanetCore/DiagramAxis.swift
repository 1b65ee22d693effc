// The grids of the board's diagrams: the stream counts in them, and GET /api/schema gives them to the page, which draws
// them.

/// Bins of equal width. The lower edge belongs to the bin.
package struct DiagramAxis: Sendable {
    /// The column, or the prediction's member.
    package let quantity: String
    /// Whether the bins are of the quantity's decadic logarithm.
    package let isLogarithmic: Bool
    package let lowest: Double
    package let binsPerUnit: Double
    package let count: Int

    package static let mass = DiagramAxis(
        quantity: "pl_bmasse", isLogarithmic: true, lowest: -2, binsPerUnit: 4, count: 24)
    package static let radius = DiagramAxis(
        quantity: "pl_rade", isLogarithmic: true, lowest: -1, binsPerUnit: 8, count: 24)
    package static let period = DiagramAxis(
        quantity: "pl_orbper", isLogarithmic: true, lowest: -1.5, binsPerUnit: 4, count: 28)
    package static let flux = DiagramAxis(
        quantity: "flux_thermal", isLogarithmic: true, lowest: -2, binsPerUnit: 8, count: 48)
    package static let starTemperature = DiagramAxis(
        quantity: "st_teff", isLogarithmic: false, lowest: 2400, binsPerUnit: 1.0 / 200, count: 25)

    /// By aggregate: what its cells `…/i/j` count in.
    package static let diagrams: [(aggregate: String, x: DiagramAxis, y: DiagramAxis)] = [
        ("mass_radius", mass, radius), ("period_radius", period, radius), ("hz_diagram", flux, starTemperature),
    ]
}
