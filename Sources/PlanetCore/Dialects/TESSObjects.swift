// TESS Objects of Interest: the NASA Exoplanet Archive's table, and ExoFOP's, whose header has labels with units.

extension Dialect {
    /// TFOPWG's dispositions.
    private static let dispositions = [
        "cp": "Confirmed", "kp": "Confirmed", "pc": "Candidate", "apc": "Candidate", "fp": "False positive",
        "fa": "False positive",
    ]

    static let tessObjects = Dialect(
        name: "nasa_toi",
        knownBy: [["toi", "tfopwg_disp"], ["toi", "toidisplay"]],
        rules: [
            .text("pl_name", to: .pl_name), .text("toi", to: .pl_name, prefix: "TOI-"),
            .text("tfopwg_disp", to: .status, words: dispositions),
            .number("st_dist", to: .sy_dist, errors: archiveErrors),
        ],
        leftOut: ["toidisplay", "toipfx", "ctoi_alias", "loc_rowid", "*_reflink", "*symerr", "*format"])

    static let exoFOP = Dialect(
        name: "exofop_toi",
        knownBy: [["toi", "tfopwg_disposition"]],
        rules: [
            .text("planet_name", to: .pl_name), .text("toi", to: .pl_name, prefix: "TOI-"),
            .text("tfopwg_disposition", to: .status, words: dispositions),
            .number("ra", to: .ra), .number("dec", to: .dec),
            number("period_days", .pl_orbper), number("planet_radius_r_earth", .pl_rade),
            .number("planet_insolation_earth_flux", to: .pl_insol), .number("planet_equil_temp_k", to: .pl_eqt),
            number("stellar_distance_pc", .sy_dist), number("stellar_eff_temp_k", .st_teff),
            number("stellar_radius_r_sun", .st_rad), number("stellar_mass_m_sun", .st_mass),
            .number("stellar_log_g_cm_s_2", to: .st_logg), .number("stellar_metallicity", to: .st_met),
            .number("predicted_mass_m_earth", to: .pl_bmasse, also: [.pl_bmassprov: MassProvenance.forecast]),
            .text("comments", to: .comment),
        ])

    /// One error for both sides.
    private static func number(_ name: String, _ column: NumberColumn) -> DialectRule {
        .number(name, to: column, errors: (upper: "_err", lower: "_err"))
    }
}
