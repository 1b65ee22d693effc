// The names of all columns, as cases, so that code can say `discovery[.pl_rade]`: the NASA Exoplanet Archive's, if any.
// What each means (unit, range, label) is in ColumnRows.swift, a row for each case; a test compares the two.

/// Columns whose values are numbers: reals, integers, flags, and dates (days since 1970-01-01).
/// A quantity has four columns in a row: value, err1 (upper, >= 0), err2 (lower, <= 0), lim (0 a value, 1 an upper
/// limit, -1 a lower limit).
package enum NumberColumn: UInt8, CaseIterable, Sendable {
    case sy_snum
    case sy_pnum
    case disc_year
    case pl_controv_flag
    case pl_orbper, pl_orbpererr1, pl_orbpererr2, pl_orbperlim
    case pl_orbsmax, pl_orbsmaxerr1, pl_orbsmaxerr2, pl_orbsmaxlim
    case pl_rade, pl_radeerr1, pl_radeerr2, pl_radelim
    case pl_radj, pl_radjerr1, pl_radjerr2, pl_radjlim
    case pl_bmasse, pl_bmasseerr1, pl_bmasseerr2, pl_bmasselim
    case pl_bmassj, pl_bmassjerr1, pl_bmassjerr2, pl_bmassjlim
    case pl_orbeccen, pl_orbeccenerr1, pl_orbeccenerr2, pl_orbeccenlim
    case pl_insol, pl_insolerr1, pl_insolerr2, pl_insollim
    case pl_eqt, pl_eqterr1, pl_eqterr2, pl_eqtlim
    case ttv_flag
    case st_teff, st_tefferr1, st_tefferr2, st_tefflim
    case st_rad, st_raderr1, st_raderr2, st_radlim
    case st_mass, st_masserr1, st_masserr2, st_masslim
    case st_met, st_meterr1, st_meterr2, st_metlim
    case st_lum, st_lumerr1, st_lumerr2, st_lumlim
    case st_logg, st_loggerr1, st_loggerr2, st_logglim
    case ra
    case dec
    case sy_dist, sy_disterr1, sy_disterr2
    case sy_vmag, sy_vmagerr1, sy_vmagerr2
    case sy_kmag, sy_kmagerr1, sy_kmagerr2
    case sy_gaiamag, sy_gaiamagerr1, sy_gaiamagerr2
    case rowupdate
    case disc_date
    case water_present
    case moon_count
    case default_flag
}

/// Columns whose values are text.
package enum TextColumn: UInt8, CaseIterable, Sendable {
    case pl_name
    case hostname
    case discoverymethod
    case disc_facility
    case pl_bmassprov
    case st_spectype
    case st_metratio
    case rastr
    case decstr
    case discoverer
    case status
    case atmosphere
    case pl_type_given
    case comment
    case units_given
    case pl_name_given
    case disposition
    case pl_refname
    case st_refname
    case sy_refname
    case disc_refname
    case extra
}
