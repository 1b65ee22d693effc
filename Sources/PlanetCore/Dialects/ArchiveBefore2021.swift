// NASA Exoplanet Archive: the table "Confirmed Planets" as it was until 2021, and its composite one (names start with
// f).

extension Dialect {
    static let archiveBefore2021 = Dialect(
        name: "nasa_before_2021",
        knownBy: [["pl_hostname"], ["pl_discmethod"], ["fpl_name"], ["fpl_hostname"]],
        rules: [
            .text("pl_name", to: .pl_name), .text("fpl_name", to: .pl_name),
            .text("pl_hostname", "pl_letter", to: .pl_name), .text("fpl_hostname", "fpl_letter", to: .pl_name),
            .text("pl_hostname", to: .hostname), .text("fpl_hostname", to: .hostname),
            .text("pl_discmethod", to: .discoverymethod), .text("fpl_discmethod", to: .discoverymethod),
            .number("pl_disc", to: .disc_year), .number("fpl_disc", to: .disc_year),
            .text("pl_facility", to: .disc_facility), .number("pl_pnum", to: .sy_pnum),
            .number("pl_mnum", to: .moon_count),
            .number("st_dist", to: .sy_dist, errors: archiveErrors),
            .number("fst_dist", to: .sy_dist, errors: archiveErrors),
            .text("ra_str", to: .rastr), .text("dec_str", to: .decstr),
            .text("st_spstr", to: .st_spectype), .text("st_sp", to: .st_spectype),
            .number("st_metfe", to: .st_met, errors: archiveErrors, limit: "lim"),
            .number("gaia_gmag", to: .sy_gaiamag, errors: archiveErrors),
            .number("st_k", to: .sy_kmag, errors: archiveErrors), .number("st_vj", to: .sy_vmag, errors: archiveErrors),
            .number("pl_bmassj", to: .pl_bmassj, errors: archiveErrors, limit: "lim"),
            .number("pl_bmasse", to: .pl_bmasse, errors: archiveErrors, limit: "lim"),
            mass("pl_massj", .pl_bmassj, MassProvenance.mass), mass("pl_masse", .pl_bmasse, MassProvenance.mass),
            mass("pl_msinij", .pl_bmassj, MassProvenance.minimum),
            mass("pl_msinie", .pl_bmasse, MassProvenance.minimum),
            .number("fpl_bmasse", to: .pl_bmasse, errors: archiveErrors, limit: "lim"),
            .number("fpl_rade", to: .pl_rade, errors: archiveErrors, limit: "lim"),
            .number("pl_rads", to: .pl_rade, .solarRadii, errors: archiveErrors, limit: "lim"),
            .number("fpl_orbper", to: .pl_orbper, errors: archiveErrors, limit: "lim"),
            .number("fpl_smax", to: .pl_orbsmax, errors: archiveErrors, limit: "lim"),
            .number("fpl_eccen", to: .pl_orbeccen, errors: archiveErrors, limit: "lim"),
            .number("fpl_eqt", to: .pl_eqt, errors: archiveErrors, limit: "lim"),
            .number("fpl_insol", to: .pl_insol, errors: archiveErrors, limit: "lim"),
            .number("fst_teff", to: .st_teff, errors: archiveErrors, limit: "lim"),
            .number("fst_mass", to: .st_mass, errors: archiveErrors, limit: "lim"),
            .number("fst_rad", to: .st_rad, errors: archiveErrors, limit: "lim"),
            .text("fst_spt", to: .st_spectype),
        ],
        leftOut: ["*_reflink", "*_refname", "*str", "*_def_refname", "*_pelink", "*_edelink", "*_publ_date"])
}
