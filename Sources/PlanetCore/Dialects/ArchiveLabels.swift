// The NASA Exoplanet Archive's labels of its columns, for tables with these in their header: `Orbital Period [days]`,
// `Planet Radius Upper Unc. [Earth Radius]`. This catalogue's own labels are in ColumnRows.swift.

enum ArchiveLabels {
    /// Folded.
    static let all: [(label: String, column: ColumnID)] = [
        ("planet_name", .text(.pl_name)), ("host_name", .text(.hostname)), ("number_of_stars", .number(.sy_snum)),
        ("number_of_planets", .number(.sy_pnum)), ("discovery_facility", .text(.disc_facility)),
        ("controversial_flag", .number(.pl_controv_flag)), ("orbit_semi_major_axis", .number(.pl_orbsmax)),
        ("planet_radius", .number(.pl_rade)), ("planet_mass", .number(.pl_bmasse)),
        ("planet_mass_or_mass_sin_i", .number(.pl_bmasse)), ("planet_mass_or_m_sin_i", .number(.pl_bmasse)),
        ("planet_mass_or_mass_sin_i_provenance", .text(.pl_bmassprov)), ("insolation_flux", .number(.pl_insol)),
        ("equilibrium_temperature", .number(.pl_eqt)), ("planet_equilibrium_temperature", .number(.pl_eqt)),
        ("data_show_transit_timing_variations", .number(.ttv_flag)), ("spectral_type", .text(.st_spectype)),
        ("stellar_effective_temperature", .number(.st_teff)), ("stellar_radius", .number(.st_rad)),
        ("stellar_mass", .number(.st_mass)), ("stellar_metallicity", .number(.st_met)),
        ("stellar_metallicity_ratio", .text(.st_metratio)), ("stellar_luminosity", .number(.st_lum)),
        ("stellar_surface_gravity", .number(.st_logg)), ("ra", .number(.ra)), ("dec", .number(.dec)),
        ("v_johnson_magnitude", .number(.sy_vmag)), ("ks_2mass_magnitude", .number(.sy_kmag)),
        ("gaia_magnitude", .number(.sy_gaiamag)), ("date_of_last_update", .number(.rowupdate)),
    ]

    /// What follows a quantity's label in the labels of its errors and its limit flag, folded.
    static let endings: [(ending: String, step: UInt8)] = [
        ("_upper_unc", 1), ("_upper_uncertainty", 1), ("_upper_error", 1), ("_err1", 1), ("_lower_unc", 2),
        ("_lower_uncertainty", 2), ("_lower_error", 2), ("_err2", 2), ("_limit_flag", 3),
    ]
}
