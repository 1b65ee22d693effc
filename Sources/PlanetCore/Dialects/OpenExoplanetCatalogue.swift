// Open Exoplanet Catalogue: its tables (oec_tables), and the extract of them used by courses. Jupiter units, parsecs,
// positions in hours and degrees. Its date of change has a two-digit year, which is too ambiguous to use.

extension Dialect {
    static let openExoplanetCatalogue = Dialect(
        name: "open_exoplanet_catalogue",
        knownBy: [
            ["semimajoraxis", "hoststar_mass"], ["semimajoraxis", "system_distance"], ["binaryflag", "lastupdate"],
        ],
        rules: [
            .text("name", to: .pl_name), .number("mass", to: .pl_bmassj), .number("radius", to: .pl_radj),
            .number("period", to: .pl_orbper), .number("semimajoraxis", to: .pl_orbsmax),
            .number("eccentricity", to: .pl_orbeccen), .number("temperature", to: .pl_eqt),
            .text("discoverymethod", to: .discoverymethod), .number("discoveryyear", to: .disc_year),
            .number("system_rightascension", to: .ra), .number("system_declination", to: .dec),
            .number("system_distance", to: .sy_dist), .number("hoststar_mass", to: .st_mass),
            .number("hoststar_radius", to: .st_rad), .number("hoststar_metallicity", to: .st_met),
            .number("hoststar_temperature", to: .st_teff), .text("list", to: .status),
        ],
        leftOut: ["lastupdate"])

    static let openExoplanetCatalogueExtract = Dialect(
        name: "open_exoplanet_catalogue_extract",
        knownBy: [["planetidentifier"]],
        rules: [
            .text("planetidentifier", to: .pl_name), .number("planetarymassjpt", to: .pl_bmassj),
            .number("radiusjpt", to: .pl_radj), .number("perioddays", to: .pl_orbper),
            .number("semimajoraxisau", to: .pl_orbsmax), .number("eccentricity", to: .pl_orbeccen),
            .number("surfacetempk", to: .pl_eqt), .text("discoverymethod", to: .discoverymethod),
            .number("discoveryyear", to: .disc_year), .number("rightascension", to: .ra),
            .number("declination", to: .dec), .number("distfromsunparsec", to: .sy_dist),
            .number("hoststarmassslrmass", to: .st_mass), .number("hoststarradiusslrrad", to: .st_rad),
            .number("hoststarmetallicity", to: .st_met), .number("hoststartempk", to: .st_teff),
            .text("listsplanetison", to: .status),
        ],
        leftOut: ["lastupdated"])
}
