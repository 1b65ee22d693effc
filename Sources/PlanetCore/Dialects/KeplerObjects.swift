// NASA Exoplanet Archive: Kepler Objects of Interest (cumulative and per delivery). A planet's own name takes
// precedence over its number; the status marks candidates and false positives.

extension Dialect {
    private static let errors = (upper: "_err1", lower: "_err2")

    static let keplerObjects = Dialect(
        name: "nasa_koi",
        knownBy: [["kepoi_name"]],
        rules: [
            .text("kepler_name", to: .pl_name), .text("kepoi_name", to: .pl_name),
            .text("koi_disposition", to: .status), .text("koi_pdisposition", to: .status),
            .number("koi_period", to: .pl_orbper, errors: errors), .number("koi_prad", to: .pl_rade, errors: errors),
            .number("koi_sma", to: .pl_orbsmax, errors: errors), .number("koi_eccen", to: .pl_orbeccen, errors: errors),
            .number("koi_teq", to: .pl_eqt, errors: errors), .number("koi_insol", to: .pl_insol, errors: errors),
            .number("koi_steff", to: .st_teff, errors: errors), .number("koi_slogg", to: .st_logg, errors: errors),
            .number("koi_srad", to: .st_rad, errors: errors), .number("koi_smass", to: .st_mass, errors: errors),
            .number("koi_smet", to: .st_met, errors: errors), .number("koi_kmag", to: .sy_kmag),
            .number("koi_count", to: .sy_pnum),
        ],
        leftOut: ["rowid", "loc_rowid", "koi_datalink*", "*_delivname", "koi_comment"])
}
