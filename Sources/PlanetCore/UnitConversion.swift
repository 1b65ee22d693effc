// Units that a column's values may be given in: how they become the column's, and the words that people have for them.
// Not here: which names of fields stand for which unit (Aliases.swift).

import Glibc

/// How a value becomes the column's. A name or a header says the unit; none is guessed from a number's size.
enum UnitConversion: UInt8, Sendable {
    case none
    case celsius
    case lightYears, kiloparsecs, milliparsecs
    case years, hours, minutes, seconds
    case jupiterRadii, solarRadii, kilometresAsEarthRadii, earthRadiiAsJupiter, kilometresAsSolarRadii
    case jupiterMasses, solarMasses, kilograms, earthMassesAsJupiter
    case kilometres, metres
    case hoursOfAngle, radians
    case solarLuminosities, metresPerSecondSquared
    case wattsPerSquareMetre

    /// A value; infinite or no number where the unit has no such value.
    func apply(_ value: Double) -> Double {
        switch self {
        case .none: value
        case .celsius: value + Units.celsiusZeroInKelvins
        case .solarLuminosities: log10(value)
        case .metresPerSecondSquared: log10(value * 100)
        default: value * factor
        }
    }

    /// An error of a value, which has no zero point. Nil where it does not follow from the error alone.
    func applyToError(_ error: Double) -> Double? {
        switch self {
        case .none, .celsius: error
        case .solarLuminosities, .metresPerSecondSquared: nil
        default: error * factor
        }
    }

    private var factor: Double {
        switch self {
        case .none, .celsius, .solarLuminosities, .metresPerSecondSquared: 1
        case .lightYears: 1 / Units.parsecInLightYears
        case .kiloparsecs: 1000
        case .milliparsecs: 0.001
        case .years: 365.25
        case .hours: 1 / 24.0
        case .minutes: 1 / 1440.0
        case .seconds: 1 / Units.dayInSeconds
        case .jupiterRadii: Units.jupiterRadiusInEarths
        case .solarRadii: Units.solarRadiusInEarths
        case .kilometresAsEarthRadii: 1000 * Units.solarRadiusInEarths / Units.solarRadiusInMetres
        case .earthRadiiAsJupiter: 1 / Units.jupiterRadiusInEarths
        case .kilometresAsSolarRadii: 1000 / Units.solarRadiusInMetres
        case .jupiterMasses: Units.jupiterMassInEarths
        case .solarMasses: Units.solarMassInEarths
        case .kilograms: 1 / Units.earthMassInKilograms
        case .earthMassesAsJupiter: 1 / Units.jupiterMassInEarths
        case .kilometres: 1000 / Units.astronomicalUnitInMetres
        case .metres: 1 / Units.astronomicalUnitInMetres
        case .hoursOfAngle: 15
        case .radians: 180 / Double.pi
        case .wattsPerSquareMetre: 1 / Units.solarConstant
        }
    }

    /// For units_given.
    var unit: String {
        switch self {
        case .none: ""
        case .celsius: "degC"
        case .lightYears: "ly"
        case .kiloparsecs: "kpc"
        case .milliparsecs: "mpc"
        case .years: "yr"
        case .hours: "h"
        case .minutes: "min"
        case .seconds: "s"
        case .jupiterRadii: "Jupiter radius"
        case .solarRadii: "Solar radius"
        case .kilometresAsEarthRadii, .kilometresAsSolarRadii, .kilometres: "km"
        case .earthRadiiAsJupiter: "Earth radius"
        case .jupiterMasses: "Jupiter mass"
        case .solarMasses: "Solar mass"
        case .kilograms: "kg"
        case .earthMassesAsJupiter: "Earth mass"
        case .metres: "m"
        case .hoursOfAngle: "hourangle"
        case .radians: "rad"
        case .solarLuminosities: "Solar luminosity"
        case .metresPerSecondSquared: "m/s**2"
        case .wattsPerSquareMetre: "W/m**2"
        }
    }
}

extension UnitConversion {
    /// What a unit's word means for a column whose unit is `unit`; nil where it is no unit of that kind.
    static func named(_ word: String, for unit: String) -> UnitConversion? {
        let word = folded(UnitConversion.body(word) ?? word)
        if word.isEmpty || folded(unit) == word { return UnitConversion.none }
        return words[unit]?.first { $0.words.contains(word) }?.conversion
    }

    /// What units are called whose size some programs write in their place, as astropy's VOTables do: `6378100m` is
    /// the Earth's radius. Nil for any other word.
    private static func body(_ word: String) -> String? {
        let digits = word.prefix { "0123456789.eE+-".contains($0) }
        guard let first = word.first, first.isNumber, let size = Double(digits) else { return nil }
        let unit = word.dropFirst(digits.count).drop { $0 == " " }
        guard let base = bases[String(unit)] else { return nil }
        return bodies.first { body in
            body.base == base.name && abs(size * base.factor - body.size) < 0.002 * body.size
        }?.word
    }

    private static let bases: [String: (name: String, factor: Double)] = [
        "m": ("m", 1), "km": ("m", 1000), "cm": ("m", 0.01), "kg": ("kg", 1), "g": ("kg", 0.001), "s": ("s", 1),
        "W": ("W", 1),
    ]
    private static let bodies: [(size: Double, base: String, word: String)] = [
        (6_378_100, "m", "rearth"), (6_371_000, "m", "rearth"), (71_492_000, "m", "rjup"),
        (Units.solarRadiusInMetres, "m", "rsun"), (Units.earthMassInKilograms, "kg", "mearth"),
        (1.898125e27, "kg", "mjup"), (1.988410e30, "kg", "msun"), (Units.astronomicalUnitInMetres, "m", "au"),
        (3.0856776e16, "m", "parsec"), (9.4607305e15, "m", "ly"), (Units.dayInSeconds, "s", "d"),
        (3.15576e7, "s", "yr"), (3.828e26, "W", "lsun"),
    ]

    /// Lower case, without what only decorates: `R_Earth`, `Rearth`, `R⊕` and `R (Earth)` are one word.
    private static func folded(_ word: String) -> String {
        var result = ""
        for scalar in word.lowercased().unicodeScalars {
            switch scalar {
            case "⊕", "\u{2641}": result += "earth"
            case "☉", "⊙": result += "sun"
            case "♃": result += "jup"
            case "²": result += "2"
            case " ", "_", "-", "*", "^", ".", "(", ")", "{", "}", "[", "]", "$", "\\", "\"", "'": break
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static let earthRadius = [
        "earthrad", "rearth", "earthradii", "earthradius", "re", "rade", "rayonterrestre", "rayonsterrestres",
        "earths", "geoearthrad",
    ]
    private static let jupiterRadius = [
        "jupiterrad", "jupiterradius", "jupiterradii", "rjup", "rjupiter", "rj", "radj", "rayonjovien",
        "rayonsjoviens", "rayondejupiter", "rayonsdejupiter", "jupiters", "geojupiterrad",
    ]
    private static let earthMass = [
        "earthmass", "mearth", "earthmasses", "me", "masseterrestre", "massesterrestres", "geoearthmass", "earths",
    ]
    private static let jupiterMass = [
        "jupitermass", "jupitermasses", "mjup", "mjupiter", "mj", "massejovienne", "massesjoviennes",
        "massedejupiter", "massesdejupiter", "jupiters", "geojupitermass",
    ]
    private static let solarRadius = [
        "rsun", "solrad", "solarradius", "solarradii", "rsol", "rsolar", "rs", "rayonsolaire", "rayonssolaires",
    ]
    private static let solarMass = [
        "msun", "solmass", "solarmass", "solarmasses", "msol", "msolar", "ms", "massesolaire", "massessolaires",
    ]

    private static let words: [String: [(conversion: UnitConversion, words: [String])]] = [
        "days": [
            (.none, ["d", "day", "jour", "jours", "j"]),
            (.years, ["yr", "yrs", "year", "years", "a", "an", "ans", "annee", "année", "années"]),
            (.hours, ["h", "hr", "hrs", "hour", "hours", "heure", "heures"]), (.minutes, ["min", "minutes"]),
            (.seconds, ["s", "sec", "seconds"]),
        ],
        "au": [
            (.none, ["au", "ua", "astronomicalunit", "astronomicalunits"]), (.kilometres, ["km", "kilometres"]),
            (.metres, ["m", "metres"]),
        ],
        "pc": [
            (.none, ["parsec", "parsecs"]),
            (
                .lightYears,
                [
                    "ly", "lyr", "lightyear", "lightyears", "al", "anneeslumiere", "annéeslumière", "annéelumière",
                ]
            ), (.kiloparsecs, ["kpc"]), (.milliparsecs, ["mpc"]),
        ],
        "Earth radius": [
            (.none, earthRadius), (.jupiterRadii, jupiterRadius), (.solarRadii, solarRadius),
            (.kilometresAsEarthRadii, ["km"]),
        ],
        "Jupiter radius": [(.none, jupiterRadius), (.earthRadiiAsJupiter, earthRadius)],
        "Earth mass": [
            (.none, earthMass), (.jupiterMasses, jupiterMass), (.solarMasses, solarMass), (.kilograms, ["kg"]),
        ],
        "Jupiter mass": [(.none, jupiterMass), (.earthMassesAsJupiter, earthMass)],
        "Solar radius": [(.none, solarRadius), (.kilometresAsSolarRadii, ["km"])],
        "Solar mass": [(.none, solarMass)],
        "K": [
            (.none, ["k", "kelvin", "kelvins"]),
            (.celsius, ["degc", "c", "°c", "celsius", "℃", "degreescelsius", "degrescelsius", "degréscelsius"]),
        ],
        "Earth flux": [
            (.none, ["earthflux", "searth", "fearth", "earth", "s0", "solarconstant", "solarconstants"]),
            (.wattsPerSquareMetre, ["w/m2", "wm2"]),
        ],
        "deg": [
            (.none, ["deg", "degree", "degrees", "decimaldegrees", "°", "degrés", "degres", "degré", "degs"]),
            (.hoursOfAngle, ["hourangle", "hours", "hour", "h", "hr", "hrs"]),
            (.radians, ["rad", "radian", "radians"]),
        ],
        "mag": [(.none, ["mag", "magnitude", "magnitudes"])],
        "dex": [(.none, ["dex", "decimalexponent", "fe/h", "sun"])],
        "log10(Solar luminosity)": [
            (
                .none,
                ["logsolar", "logsun", "loglsun", "log10lsun", "logsolarluminosity", "dexlsun", "dexsollum", "dex"]
            ),
            (.solarLuminosities, ["lsun", "sollum", "solarluminosity", "solarluminosities"]),
        ],
        // The archive's own word in its labels and VOTables is cm/s**2, for the logarithm.
        "log10(cm/s**2)": [
            (.none, ["logcm/s2", "log10cm/s2", "log10cm/s**2", "cgs", "dex", "cm/s2", "dexcm/s2", "logg"]),
            (.metresPerSecondSquared, ["m/s2"]),
        ],
    ]
}
