// The 88 constellations and the Greek letters, as used in names of stars: a closed list. Source: IAU abbreviations
// (Transactions of the IAU I, 1922) with the Latin genitives; Greek letters as abbreviated by SIMBAD and the NASA
// Exoplanet Archive. StarNames.swift folds the names.

enum Constellations {
    private static let table = """
        and andromedae;ant antliae;aps apodis;aqr aquarii;aql aquilae;ara arae;ari arietis;aur aurigae;boo bootis;
        cae caeli;cam camelopardalis;cnc cancri;cvn canum venaticorum;cma canis majoris;cmi canis minoris;
        cap capricorni;car carinae;cas cassiopeiae;cen centauri;cep cephei;cet ceti;cha chamaeleontis;cir circini;
        col columbae;com comae berenices;cra coronae australis;crb coronae borealis;crv corvi;crt crateris;cru crucis;
        cyg cygni;del delphini;dor doradus;dra draconis;equ equulei;eri eridani;for fornacis;gem geminorum;gru gruis;
        her herculis;hor horologii;hya hydrae;hyi hydri;ind indi;lac lacertae;leo leonis;lmi leonis minoris;
        lep leporis;lib librae;lup lupi;lyn lyncis;lyr lyrae;men mensae;mic microscopii;mon monocerotis;mus muscae;
        nor normae;oct octantis;oph ophiuchi;ori orionis;pav pavonis;peg pegasi;per persei;phe phoenicis;pic pictoris;
        psc piscium;psa piscis austrini;pup puppis;pyx pyxidis;ret reticuli;sge sagittae;sgr sagittarii;sco scorpii;
        scl sculptoris;sct scuti;ser serpentis;sex sextantis;tau tauri;tel telescopii;tri trianguli;
        tra trianguli australis;tuc tucanae;uma ursae majoris;umi ursae minoris;vel velorum;vir virginis;vol volantis;
        vul vulpeculae;cra coronae austrinae;ser serpentis caput;ser serpentis cauda;ant antliae pneumaticae
        """
    static let rows: [(short: String, long: String)] =
        table.split(separator: ";").map { row in
            let row = row.drop { $0.isWhitespace }
            return (String(row.prefix(3)), String(row.dropFirst(4)))
        }

    /// Genitives of two words, with one space.
    static let pairs = Dictionary(
        rows.filter { $0.long.contains(" ") }.map { ($0.long, $0.short) }, uniquingKeysWith: { first, _ in first })

    /// Abbreviations and genitives, those of two words joined.
    static let short = Dictionary(
        rows.flatMap { [($0.short, $0.short), ($0.long.filter { $0 != " " }, $0.short)] },
        uniquingKeysWith: { first, _ in first })

    static let greek: [String: String] = [
        "alf": "alf", "alp": "alf", "alpha": "alf", "bet": "bet", "beta": "bet", "gam": "gam", "gamma": "gam",
        "del": "del", "delta": "del", "eps": "eps", "epsilon": "eps", "zet": "zet", "zeta": "zet", "eta": "eta",
        "tet": "tet", "the": "tet", "theta": "tet", "iot": "iot", "iota": "iot", "kap": "kap", "kappa": "kap",
        "lam": "lam", "lambda": "lam", "mu": "mu", "nu": "nu", "xi": "xi", "ksi": "xi", "omi": "omi",
        "omicron": "omi", "pi": "pi", "rho": "rho", "sig": "sig", "sigma": "sig", "tau": "tau", "ups": "ups",
        "upsilon": "ups", "phi": "phi", "chi": "chi", "psi": "psi", "ome": "ome", "omega": "ome",
    ]

    /// For three letters, each 0 to 25 and the first the highest: whether an entry of `short` starts with them.
    static let beginnings: [Bool] = {
        var marks = [Bool](repeating: false, count: 17_576)
        for name in short.keys { marks[name.utf8.prefix(3).reduce(0) { $0 * 26 + Int($1 - 0x61) }] = true }
        return marks
    }()
}
