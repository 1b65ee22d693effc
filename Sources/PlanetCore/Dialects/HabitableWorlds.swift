// PHL @ UPR Arecibo: Habitable Worlds Catalog and Exoplanets Catalog. Earth units, days, au, parsecs.

extension Dialect {
    private static let errors = (upper: "_error_max", lower: "_error_min")

    static let habitableWorlds = Dialect(
        name: "phl_hwc",
        knownBy: [["p_name"]],
        rules: [
            .text("p_name", to: .pl_name), .text("s_name", to: .hostname), .text("p_detection", to: .discoverymethod),
            .number("p_year", to: .disc_year), .text("p_discovery_facility", to: .disc_facility),
            .number("p_update", to: .rowupdate), .number("p_updated", to: .rowupdate), .text("p_status", to: .status),
            quantity("p_mass", .pl_bmasse), quantity("p_radius", .pl_rade), quantity("p_period", .pl_orbper),
            quantity("p_semi_major_axis", .pl_orbsmax), quantity("p_eccentricity", .pl_orbeccen),
            .number("p_flux", to: .pl_insol), .number("p_temp_equil", to: .pl_eqt),
            .text("p_type", to: .pl_type_given), .text("s_type", to: .st_spectype),
            quantity("s_temperature", .st_teff), quantity("s_radius", .st_rad), quantity("s_mass", .st_mass),
            quantity("s_metallicity", .st_met), .number("s_log_lum", to: .st_lum), .number("s_log_g", to: .st_logg),
            .number("s_distance", to: .sy_dist, errors: errors), .number("s_ra", to: .ra), .number("s_dec", to: .dec),
            .text("s_ra_str", to: .rastr), .text("s_dec_str", to: .decstr),
        ])

    private static func quantity(_ name: String, _ column: NumberColumn) -> DialectRule {
        .number(name, to: column, errors: errors, limit: "_limit")
    }
}
