// The extract of NASA's "Eyes on Exoplanets" that courses share as cleaned_5250.csv: periods in years, distances in
// light-years, masses and radii as multiples of Earth's or Jupiter's.

extension Dialect {
    static let cleaned5250 = Dialect(
        name: "cleaned_5250",
        knownBy: [["mass_multiplier", "mass_wrt"], ["radius_multiplier", "radius_wrt"]],
        rules: [
            .text("name", to: .pl_name), .number("distance", to: .sy_dist, .lightYears),
            .text("planet_type", to: .pl_type_given), .number("discovery_year", to: .disc_year),
            .number("mass_multiplier", to: .pl_bmasse, when: wrt("mass", "earth")),
            .number("mass_multiplier", to: .pl_bmassj, when: wrt("mass", "jupiter")),
            .number("radius_multiplier", to: .pl_rade, when: wrt("radius", "earth")),
            .number("radius_multiplier", to: .pl_radj, when: wrt("radius", "jupiter")),
            .number("orbital_radius", to: .pl_orbsmax), .number("orbital_period", to: .pl_orbper, .years),
            .number("eccentricity", to: .pl_orbeccen), .text("detection_method", to: .discoverymethod),
        ])

    private static func wrt(_ what: String, _ body: String) -> DialectRule.Condition {
        DialectRule.Condition(column: what + "_wrt", word: body)
    }
}
