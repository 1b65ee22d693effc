// The Encyclopaedia of exoplanetary systems (exoplanet.eu): masses and radii in Jupiter's, errors without signs, `nan`
// and `inf` for unknown values.

extension Dialect {
    private static let errors = (upper: "_error_max", lower: "_error_min")

    static let exoplanetEU = Dialect(
        name: "exoplanet.eu",
        knownBy: [
            ["planet_status", "mass_sini"], ["planet_status", "detection_type"], ["star_name", "detection_type"],
        ],
        rules: [
            .text("name", to: .pl_name), .text("star_name", to: .hostname), .text("planet_status", to: .status),
            .text("detection_type", to: .discoverymethod), .number("discovered", to: .disc_year),
            .number("updated", to: .rowupdate),
            .number("mass", to: .pl_bmassj, errors: errors),
            .number("mass_sini", to: .pl_bmassj, errors: errors, also: [.pl_bmassprov: MassProvenance.minimum]),
            .number("radius", to: .pl_radj, errors: errors), .number("orbital_period", to: .pl_orbper, errors: errors),
            .number("semi_major_axis", to: .pl_orbsmax, errors: errors),
            .number("eccentricity", to: .pl_orbeccen, errors: errors),
            .number("temp_calculated", to: .pl_eqt, errors: errors), .number("ra", to: .ra), .number("dec", to: .dec),
            .number("mag_v", to: .sy_vmag), .number("mag_k", to: .sy_kmag),
            .number("star_distance", to: .sy_dist, errors: errors),
            .number("star_metallicity", to: .st_met, errors: errors),
            .number("star_mass", to: .st_mass, errors: errors),
            .number("star_radius", to: .st_rad, errors: errors), .text("star_sp_type", to: .st_spectype),
            .number("star_teff", to: .st_teff, errors: errors),
        ])
}
