// The rows of the table of columns: one call for a column, or for a measured quantity's value, errors and limit flag.
// A range ends where physics does (the Roche limit for a period, burning hydrogen for a mass, 0 <= e < 1), or is wide
// enough for anything real: none of the 6,061 planets of the NASA Exoplanet Archive's table (December 2025) is refused.
// Not here: how a row is used.

import Basics

enum ColumnRows {
    static let all: [Column] = [
        // Identity.
        text(
            .pl_name, .identity, "Planet", "Planète", "Name of the planet, such as Kepler-22 b",
            "Nom de la planète, par exemple Kepler-22 b", required: true, maxLength: 64, inForm: true,
            aliases: ["name", "planet", "planet_name", "nom"]),
        text(
            .hostname, .identity, "Host star", "Étoile hôte", "Name of the star", "Nom de l’étoile", maxLength: 64,
            inForm: true, aliases: ["host", "host_name", "star_name", "etoile", "star", "host_star", "etoile_hote"]),
        count(.sy_snum, .identity, "Stars in the system", "Étoiles du système", 0...100),
        count(.sy_pnum, .identity, "Planets in the system", "Planètes du système", 0...100),
        // Discovery.
        text(
            .discoverymethod, .discovery, "Discovery method", "Méthode de découverte", "How the planet was found",
            "Comment la planète a été trouvée", choices: DiscoveryMethod.names, inForm: true,
            aliases: [
                "method", "discovery_method", "methode", "methode_de_detection", "methode_de_decouverte",
                "detection_method", "detection_type",
            ]),
        [
            Column(
                .number(.disc_year), .integer, .discovery, "Discovery year", "Année de découverte",
                "Year of the discovery, 1988 to now", "Année de la découverte, de 1988 à aujourd’hui",
                range: ValueRange(min: 1988), inForm: true,
                aliases: ["discovery_year", "year", "annee_decouverte", "annee_de_decouverte", "annee"])
        ],
        text(
            .disc_facility, .discovery, "Facility", "Observatoire", "Telescope, satellite or observatory",
            "Télescope, satellite ou observatoire", inForm: true,
            aliases: ["facility", "discovery_facility", "telescope", "observatory", "observatoire"]),
        flag(
            .pl_controv_flag, .discovery, "Controversial", "Controversée", "1 if the planet is disputed",
            "1 si la planète est contestée", inForm: true),
        // Orbit, size.
        quantity(
            .pl_orbper, "days", .orbit, "Orbital period", "Période orbitale", "One turn around the star",
            "Un tour autour de l’étoile", ValueRange(min: 0.03, max: 1e9), usual: ValueRange(max: 1e6), inForm: true,
            aliases: ["orbital_period", "orbital_period_days", "period_days", "periode_orbitale", "period", "periode"]),
        quantity(
            .pl_orbsmax, "au", .orbit, "Semi-major axis", "Demi-grand axe", "Mean size of the orbit",
            "Taille moyenne de l’orbite", ValueRange(min: 0, max: 1e5, minIsExclusive: true),
            usual: ValueRange(max: 1000), inForm: true, aliases: ["semi_major_axis", "demi_grand_axe"]),
        quantity(
            .pl_rade, "Earth radius", .size, "Radius", "Rayon", "In Earth radii", "En rayons terrestres",
            ValueRange(min: 0, max: 100, minIsExclusive: true), usual: ValueRange(max: 25), inForm: true,
            aliases: ["radius_earth", "rayon", "radius", "planet_radius", "rayon_terre"]),
        quantity(
            .pl_radj, "Jupiter radius", .size, "Radius (Jupiter)", "Rayon (Jupiter)", "In Jupiter radii",
            "En rayons de Jupiter",
            ValueRange(min: 0, max: 100 / Units.jupiterRadiusInEarths, minIsExclusive: true), inForm: true,
            aliases: ["radius_jupiter"]),
        quantity(
            .pl_bmasse, "Earth mass", .size, "Mass", "Masse", "In Earth masses", "En masses terrestres",
            ValueRange(min: 0, max: 26_636, minIsExclusive: true), usual: ValueRange(max: 4131.8), inForm: true,
            aliases: ["mass_earth", "masse", "mass", "planet_mass", "masse_terre"]),
        quantity(
            .pl_bmassj, "Jupiter mass", .size, "Mass (Jupiter)", "Masse (Jupiter)", "In Jupiter masses",
            "En masses de Jupiter", ValueRange(min: 0, max: 26_636 / Units.jupiterMassInEarths, minIsExclusive: true),
            inForm: true, aliases: ["mass_jupiter"]),
        text(
            .pl_bmassprov, .size, "Mass provenance", "Origine de la masse",
            "Mass, Msini, Msin(i)/sin(i), or M-R relationship (a forecast)",
            "Mass, Msini, Msin(i)/sin(i), ou M-R relationship (une prévision)", inForm: true),
        quantity(
            .pl_orbeccen, nil, .orbit, "Eccentricity", "Excentricité", "0 is a circle", "0 est un cercle",
            ValueRange(min: 0, max: 1, maxIsExclusive: true), usual: ValueRange(max: 0.9), inForm: true,
            aliases: ["eccentricity", "excentricite"]),
        quantity(
            .pl_insol, "Earth flux", .climate, "Insolation flux", "Flux reçu", "Light received, Earth is 1",
            "Lumière reçue, 1 pour la Terre", ValueRange(min: 0)),
        quantity(
            .pl_eqt, "K", .climate, "Equilibrium temperature", "Température d’équilibre", "In kelvins", "En kelvins",
            ValueRange(min: 2.7, max: 10_000, minIsExclusive: true), inForm: true),
        flag(
            .ttv_flag, .orbit, "Transit timing variations", "Variations des instants de transit",
            "1 if the orbit shows them", "1 si l’orbite en montre"),
        // Star.
        text(.st_spectype, .star, "Spectral type", "Type spectral", "Such as G5 V", "Par exemple G5 V", inForm: true),
        quantity(
            .st_teff, "K", .star, "Star temperature", "Température de l’étoile", "Effective temperature, in kelvins",
            "Température effective, en kelvins", ValueRange(min: 200, max: 250_000),
            usual: ValueRange(min: 2500, max: 10_000), inForm: true),
        quantity(
            .st_rad, "Solar radius", .star, "Star radius", "Rayon de l’étoile", "In solar radii", "En rayons solaires",
            ValueRange(min: 1e-5, max: 1000), inForm: true),
        quantity(
            .st_mass, "Solar mass", .star, "Star mass", "Masse de l’étoile", "In solar masses", "En masses solaires",
            ValueRange(min: 0.005, max: 100), inForm: true),
        quantity(
            .st_met, "dex", .star, "Metallicity", "Métallicité", "Of the star, Sun is 0",
            "De l’étoile, 0 pour le Soleil",
            ValueRange(min: -20, max: 10)),
        text(.st_metratio, .star, "Metallicity ratio", "Rapport de métallicité", "[Fe/H] or [M/H]", "[Fe/H] ou [M/H]"),
        quantity(
            .st_lum, "log10(Solar luminosity)", .star, "Luminosity", "Luminosité", "Decimal logarithm, Sun is 0",
            "Logarithme décimal, 0 pour le Soleil", ValueRange(min: -20, max: 20)),
        quantity(
            .st_logg, "log10(cm/s**2)", .star, "Surface gravity", "Gravité de surface", "Decimal logarithm",
            "Logarithme décimal", ValueRange(min: -10, max: 20)),
        // Position.
        text(
            .rastr, .position, "Right ascension (text)", "Ascension droite (texte)", "As 19h16m52.17s",
            "Sous la forme 19h16m52.17s"),
        [
            Column(
                .number(.ra), .real, unit: "deg", .position, "Right ascension", "Ascension droite",
                "Degrees, 0 to below 360", "Degrés, de 0 à moins de 360",
                range: ValueRange(min: 0, max: 360, maxIsExclusive: true), inForm: true)
        ],
        text(
            .decstr, .position, "Declination (text)", "Déclinaison (texte)", "As +47d53m03.9s",
            "Sous la forme +47d53m03.9s"),
        [
            Column(
                .number(.dec), .real, unit: "deg", .position, "Declination", "Déclinaison", "Degrees, -90 to 90",
                "Degrés, de -90 à 90", range: ValueRange(min: -90, max: 90), inForm: true)
        ],
        quantity(
            .sy_dist, "pc", .position, "Distance", "Distance", "In parsecs (3.26 light-years)",
            "En parsecs (3,26 années-lumière)", ValueRange(min: 0, max: 30_000, minIsExclusive: true),
            usual: ValueRange(min: 1.30), hasLimit: false, inForm: true, aliases: ["distance_pc"]),
        // Brightness.
        quantity(
            .sy_vmag, "mag", .brightness, "V magnitude", "Magnitude V", "Johnson V", "V de Johnson", magnitudes,
            hasLimit: false),
        quantity(
            .sy_kmag, "mag", .brightness, "K magnitude", "Magnitude K", "2MASS Ks", "Ks de 2MASS", magnitudes,
            hasLimit: false),
        quantity(
            .sy_gaiamag, "mag", .brightness, "Gaia magnitude", "Magnitude Gaia", "Gaia G", "G de Gaia", magnitudes,
            hasLimit: false),
        [
            Column(
                .number(.rowupdate), .date, .identity, "Last update", "Dernière mise à jour",
                "Day of the source's last change of the row: an older row that comes late changes nothing",
                "Jour du dernier changement à la source : une ligne plus ancienne qui arrive en retard ne change rien",
                range: ValueRange(min: Double(CivilDate(year: 1988, month: 1, day: 1).days)))
        ],
        // Our own columns.
        text(
            .discoverer, .discovery, "Discoverer", "Découvreur", "Person or team", "Personne ou équipe", inForm: true,
            aliases: ["decouvreur", "discovered_by"]),
        [
            Column(
                .number(.disc_date), .date, .discovery, "Discovery date", "Date de découverte",
                "YYYY-MM-DD or DD/MM/YYYY", "AAAA-MM-JJ ou JJ/MM/AAAA",
                range: ValueRange(min: Double(CivilDate(year: 1988, month: 1, day: 1).days)), inForm: true,
                aliases: ["discovery_date", "date_decouverte", "date_de_decouverte"])
        ],
        text(
            .status, .discovery, "Status", "Statut", "Such as confirmed, candidate", "Par exemple confirmée, candidate",
            inForm: true, aliases: ["statut"]),
        text(
            .atmosphere, .climate, "Atmosphere", "Atmosphère", "What is known of it", "Ce que l’on en sait",
            inForm: true),
        [
            Column(
                .number(.water_present), .boolean, .climate, "Water present", "Présence d’eau", "Yes or no",
                "Oui ou non",
                range: ValueRange(min: 0, max: 1), inForm: true,
                aliases: ["water", "presence_eau", "presence_deau", "presence_d_eau", "water_presence"])
        ],
        count(
            .moon_count, .orbit, "Moons", "Satellites", 0...1000, inForm: true,
            aliases: [
                "moons", "nombre_satellites", "nombre_de_satellites", "number_of_moons", "num_moons", "nombre_de_lunes",
            ]),
        flag(
            .default_flag, .identity, "Default solution", "Solution par défaut",
            "0 if another publication's solution is the planet's: kept beside it",
            "0 si la solution d’une autre publication est celle de la planète : gardée à côté"),
        text(
            .pl_type_given, .notes, "Type as given", "Type indiqué", "Such as super-Earth, as the sender says",
            "Par exemple super-Terre, selon l’auteur", inForm: true, aliases: ["type", "planet_type"]),
        text(
            .comment, .notes, "Comment", "Commentaire", "Free text", "Texte libre", maxLength: 2000, inForm: true,
            aliases: ["comments", "commentaire"]),
        text(
            .units_given, .notes, "Units as given", "Unités indiquées", "Which values were converted, and from what",
            "Quelles valeurs ont été converties, et depuis quelle unité", maxLength: 2000),
        text(
            .pl_name_given, .notes, "Name as given", "Nom indiqué",
            "The name it was submitted under, where that was an alias",
            "Le nom sous lequel la planète a été soumise, si c’était un alias", maxLength: 64),
        text(
            .disposition, .discovery, "Disposition", "Classement",
            "Only what is confirmed, or of which nothing is said, counts as a planet",
            "Seul ce qui est confirmé, ou dont rien n’est dit, compte comme planète", choices: Disposition.names,
            inForm: true,
            aliases: ["koi_disposition", "tfopwg_disp", "k2_disposition", "archive_disposition", "planet_status"]),
        reference(.pl_refname, "Planet reference", "Référence de la planète", inForm: true),
        reference(.st_refname, "Star reference", "Référence de l’étoile"),
        reference(.sy_refname, "System reference", "Référence du système"),
        reference(.disc_refname, "Discovery reference", "Référence de la découverte"),
        text(
            .extra, .notes, "Other fields", "Autres champs", "Fields that are not columns, as a JSON object",
            "Champs hors des colonnes, sous forme d’objet JSON", maxLength: 8000),
    ].flatMap { $0 }

    private static let magnitudes = ValueRange(min: -50, max: 100)

    private static func text(
        _ id: TextColumn, _ group: ColumnGroup, _ en: String, _ fr: String, _ helpEn: String, _ helpFr: String,
        required: Bool = false, maxLength: Int = 256, choices: [String] = [], inForm: Bool = false,
        aliases: [String] = []
    ) -> [Column] {
        [
            Column(
                .text(id), .text, group, en, fr, helpEn, helpFr, required: required, maxLength: maxLength,
                choices: choices, inForm: inForm, aliases: aliases)
        ]
    }

    private static func reference(_ id: TextColumn, _ en: String, _ fr: String, inForm: Bool = false) -> [Column] {
        text(
            id, .notes, en, fr, "The paper, as a text or as the archive's link",
            "L’article, en texte ou comme lien de l’archive", maxLength: 1000, inForm: inForm)
    }

    private static func flag(
        _ id: NumberColumn, _ group: ColumnGroup, _ en: String, _ fr: String, _ helpEn: String, _ helpFr: String,
        inForm: Bool = false
    ) -> [Column] {
        [
            Column(
                .number(id), .flag, group, en, fr, helpEn, helpFr, range: ValueRange(min: 0, max: 1), inForm: inForm)
        ]
    }

    private static func count(
        _ id: NumberColumn, _ group: ColumnGroup, _ en: String, _ fr: String, _ range: ClosedRange<Double>,
        inForm: Bool = false, aliases: [String] = []
    ) -> [Column] {
        [
            Column(
                .number(id), .integer, group, en, fr, "How many", "Combien",
                range: ValueRange(min: range.lowerBound, max: range.upperBound), inForm: inForm, aliases: aliases)
        ]
    }

    /// A value and the columns that follow it in NumberColumn: err1, err2 and, where the archive has it, lim.
    private static func quantity(
        _ id: NumberColumn, _ unit: String?, _ group: ColumnGroup, _ en: String, _ fr: String, _ helpEn: String,
        _ helpFr: String, _ range: ValueRange, usual: ValueRange = .any, hasLimit: Bool = true, inForm: Bool = false,
        aliases: [String] = []
    ) -> [Column] {
        func following(_ steps: UInt8, _ ending: String) -> ColumnID {
            guard let column = NumberColumn(rawValue: id.rawValue + steps), "\(column)" == "\(id)\(ending)" else {
                preconditionFailure("BUG: \(id)\(ending) does not follow \(id)")
            }
            return .number(column)
        }
        var columns = [
            Column(
                .number(id), .real, unit: unit, group, en, fr, helpEn, helpFr, range: range, usual: usual,
                inForm: inForm, aliases: aliases),
            Column(
                following(1, "err1"), .real, unit: unit, group, "\(en): upper error", "\(fr) : erreur haute",
                "0 or more",
                "0 ou plus", part: .upperError, range: ValueRange(min: 0), inForm: inForm),
            Column(
                following(2, "err2"), .real, unit: unit, group, "\(en): lower error", "\(fr) : erreur basse",
                "0 or less",
                "0 ou moins", part: .lowerError, range: ValueRange(max: 0), inForm: inForm),
        ]
        if hasLimit {
            columns.append(
                Column(
                    following(3, "lim"), .integer, group, "\(en): limit flag", "\(fr) : indicateur de limite",
                    "0 a value, 1 an upper limit, -1 a lower limit",
                    "0 une valeur, 1 une limite supérieure, -1 une limite inférieure", part: .limit,
                    range: ValueRange(min: -1, max: 1), inForm: inForm))
        }
        return columns
    }
}

extension Column {
    fileprivate init(
        _ id: ColumnID, _ type: ColumnType, unit: String? = nil, _ group: ColumnGroup, _ en: String, _ fr: String,
        _ helpEn: String, _ helpFr: String, part: Part = .value, required: Bool = false, range: ValueRange = .any,
        usual: ValueRange = .any, maxLength: Int = 0, choices: [String] = [], inForm: Bool = false,
        aliases: [String] = []
    ) {
        self.id = id
        name = id.name
        self.type = type
        self.unit = unit
        self.group = group
        label = Localized(en, fr)
        help = Localized(helpEn, helpFr)
        self.part = part
        self.required = required
        self.range = range
        self.usual = usual
        self.maxLength = maxLength
        self.choices = choices
        self.inForm = inForm
        self.aliases = aliases
    }
}
