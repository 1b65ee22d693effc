// NASA Exoplanet Archive: Planetary Systems (ps), Composite Parameters (pscomppars) and K2 Planets and Candidates
// (k2pandc), with all their columns. Most names are this catalogue's own.

extension Dialect {
    static let archive = Dialect(
        name: "nasa",
        knownBy: [
            ["pl_name", "*_reflink"], ["pl_name", "*_refname"], ["pl_name", "default_flag"], ["pl_name", "pl_masse"],
            ["pl_name", "pl_massj"], ["pl_name", "pl_msinie"], ["pl_name", "pl_msinij"], ["pl_name", "pl_orbperstr"],
            ["pl_name", "disposition"], ["pl_name", "pl_letter"], ["hostname", "pl_letter"],
        ],
        rules: [
            .text("pl_name", to: .pl_name), .text("hostname", "pl_letter", to: .pl_name),
            .number("pl_bmasse", to: .pl_bmasse, errors: archiveErrors, limit: "lim"),
            .number("pl_bmassj", to: .pl_bmassj, errors: archiveErrors, limit: "lim"),
            mass("pl_masse", .pl_bmasse, MassProvenance.mass), mass("pl_massj", .pl_bmassj, MassProvenance.mass),
            mass("pl_cmasse", .pl_bmasse, MassProvenance.corrected),
            mass("pl_cmassj", .pl_bmassj, MassProvenance.corrected),
            mass("pl_msinie", .pl_bmasse, MassProvenance.minimum),
            mass("pl_msinij", .pl_bmassj, MassProvenance.minimum),
        ],
        leftOut: [
            "*_reflink", "*_refname", "*str", "*formt", "*format", "*symerr", "*_solnid", "loc_rowid", "htmlname",
        ])

    static let archiveErrors = (upper: "err1", lower: "err2")

    /// A mass whose provenance is in another column.
    static func mass(_ name: String, _ column: NumberColumn, _ provenance: String) -> DialectRule {
        .number(name, to: column, errors: archiveErrors, limit: "lim", also: [.pl_bmassprov: provenance])
    }
}
