// A prediction step by step, for people who check it by hand: each number's formula, inputs, result and source. The
// results are the prediction's own (Predictor.swift).

package struct PredictionStep: Sendable {
    package enum Result: Sendable {
        case real(Double)
        case integer(Int)
        case text(String)
    }
    /// The column's name (PredictionColumns.swift) or, if it is not a column, a name of its own.
    package let name: String
    package let formula: String
    package let source: String
    package let unit: String
    package let inputs: [(name: String, value: Double)]
    package let result: Result
    package let origin: Origin
}

/// A column of the record that goes into a prediction.
package struct PredictionInput: Sendable {
    package let column: NumberColumn
    package let value: Double
    package let upperError: Double?
    package let lowerError: Double?
    package let origin: Origin
    /// A bound isn't used.
    package var isUsed: Bool { origin != .bound }
}

extension Predictor {
    package static let inputColumns: [NumberColumn] = [
        .pl_rade, .pl_bmasse, .pl_orbper, .pl_orbsmax, .pl_orbeccen, .st_teff, .st_rad, .st_mass, .st_lum,
    ]

    package static func inputs(of record: Discovery) -> [PredictionInput] {
        inputColumns.compactMap { column in
            guard let value = record[column] else { return nil }
            let origin: Origin =
                switch column {
                case .pl_rade: Origin(record.provenance(.radius)) ?? .measured
                case .pl_bmasse: Origin(record.provenance(.mass)) ?? .measured
                default: limited(record, column) == nil ? .bound : .measured
                }
            let errors = errorColumns(column)
            return PredictionInput(
                column: column, value: value, upperError: record[errors.upper], lowerError: record[errors.lower],
                origin: origin)
        }
    }

    package static func steps(of record: Discovery, _ prediction: Prediction) -> [PredictionStep] {
        var steps = StepList(record: record, prediction: prediction)
        steps.orbit()
        steps.zone()
        steps.size()
        steps.forecasts()
        steps.signals()
        return steps.all
    }
}

private struct StepList {
    let record: Discovery
    let prediction: Prediction
    var all: [PredictionStep] = []

    /// Left out if the result or an input is missing.
    private mutating func add(
        _ name: String, _ result: Double?, _ unit: String, _ formula: String, _ source: String,
        _ inputs: [(String, Double?)], _ origin: Origin = .derived
    ) {
        guard let result else { return }
        add(name, .real(result), unit, formula, source, inputs, origin)
    }

    private mutating func add(
        _ name: String, _ result: PredictionStep.Result, _ unit: String, _ formula: String, _ source: String,
        _ inputs: [(String, Double?)], _ origin: Origin = .derived
    ) {
        all.append(
            PredictionStep(
                name: name, formula: formula, source: source, unit: unit,
                inputs: inputs.compactMap { input in input.1.map { (input.0, $0) } }, result: result, origin: origin))
    }

    private func value(_ column: NumberColumn) -> Double? { Predictor.value(record, column) }

    /// What follows from a forecast is a forecast.
    private func origin(_ inputs: Origin?...) -> Origin { inputs.contains(.forecast) ? .forecast : .derived }

    mutating func orbit() {
        let p = prediction
        if p.luminositySource == .given {
            add(
                "luminosity", p.luminosity, "L_sun", "10^st_lum", "given",
                [("st_lum", Predictor.limited(record, .st_lum))],
                .measured)
        } else {
            add(
                "luminosity", p.luminosity, "L_sun", "st_rad^2 (st_teff / 5772)^4",
                "Stefan-Boltzmann; IAU 2015 Resolution B3", [("st_rad", value(.st_rad)), ("st_teff", value(.st_teff))])
        }
        if p.axisSource == .given {
            add("sma_au", p.axis, "au", "pl_orbsmax", "given", [("pl_orbsmax", p.axis)], .measured)
        } else {
            add(
                "sma_au", p.axis, "au", "((GM_star + GM_planet) pl_orbper^2 / 4 pi^2)^(1/3)", "Kepler's third law",
                [("pl_orbper", value(.pl_orbper)), ("st_mass", value(.st_mass)), ("pl_bmasse", p.mass)])
        }
        add(
            "ecc_used", p.eccentricity, "", p.eccentricitySource == .given ? "pl_orbeccen" : "0, as none is given",
            p.eccentricitySource.rawValue, [], p.eccentricitySource == .given ? .measured : .assumed)
        let orbit = [("sma_au", p.axis), ("ecc_used", p.eccentricity)]
        add(
            "d_eff_au", p.thermalDistance, "au", "a ((2 sqrt(1+e) / pi) E(2e / (1+e)))^-2",
            "Mendez & Rivera-Valentin 2017, ApJL 837 L1", orbit)
        let star = [("luminosity", p.luminosity)]
        add("flux_mean", p.meanFlux, "Earth", "L / (a^2 sqrt(1 - e^2))", "mean over an orbit", star + orbit)
        let thermal = star + [("d_eff_au", p.thermalDistance)]
        add(
            "flux_thermal", p.thermalFlux, "Earth", "L / d_eff^2", "Mendez & Rivera-Valentin 2017, ApJL 837 L1", thermal
        )
        add(
            "teq_a03_k", p.equilibriumTemperature, "K", "278.3299 ((1 - 0.3) L)^(1/4) / sqrt(d_eff)",
            "black body, albedo 0.3, heat spread evenly, no atmosphere", thermal)
        add(
            "tsurf_k", p.surfaceTemperature, "K", "288 flux_thermal^(1/4)",
            "an atmosphere like Earth's: to compare, not measured; up to type Superterran",
            [("flux_thermal", p.thermalFlux)])
    }

    mutating func zone() {
        let p = prediction
        let kopparapu = "Kopparapu et al. 2014, ApJL 787 L29"
        if let domain = p.zoneDomain, let given = value(.st_teff) {
            add(
                "hz_domain", .text(domain.rawValue), "", "2600 to 7200 K: in; from 2500 K: taken as 2600 K; else out",
                kopparapu,
                [("st_teff", given)])
        }
        guard let given = value(.st_teff), let temperature = HabitableZone.temperature(given) else { return }
        let limits: [HabitableZone.Limit] = [
            .recentVenus, HabitableZone.innerLimit(p.type), .maximumGreenhouse, .earlyMars,
        ]
        let fluxes = limits.map { ($0.rawValue, Optional(HabitableZone.flux($0, temperature: temperature))) }
        for (name, flux) in fluxes {
            add(
                name, flux, "Earth", "S + a t + b t^2 + c t^3 + d t^4, t = st_teff - 5780", kopparapu,
                [("st_teff", temperature)])
        }
        guard let zone = p.zone else { return }
        add(
            "hz_class", .text(zone.rawValue), "",
            "above recent_venus hot; below early_mars cold; from maximum_greenhouse to runaway_greenhouse conservative; else optimistic",
            kopparapu, [("flux_thermal", p.thermalFlux)] + fluxes)
        if let rank = p.habitable {
            add(
                "habitable", .integer(rank), "",
                "in the zone and Subterran or Terran: 2; and Superterran: 1; else 0. Right size and orbit, nothing more",
                "rule of size and orbit",
                [("flux_thermal", p.thermalFlux), ("pl_rade", p.radius), ("pl_bmasse", p.mass)])
        }
        if let given = Predictor.value(record, .pl_insol), let theirs = Predictor.zoneGiven(record, p) {
            add(
                "hz_class_given", .text(theirs.rawValue), "", "hz_class by the flux given, which is not used",
                "given; it does not fit star and orbit", [("pl_insol", given), ("flux_thermal", p.thermalFlux)],
                .measured)
        }
        add(
            "habitable_probability", p.habitableProbability, "", "P(zone) P(size), \(sizeDistribution)",
            "first-order propagation of the errors given", [("sigma_ln_flux", Predictor.fluxError(record, p))])
    }

    private var sizeDistribution: String {
        if prediction.isRadiusMeasured { return "each of a normal distribution" }
        guard prediction.isMassMeasured else {
            return "the size over the scatter of the mass-radius relation: it is a forecast"
        }
        return prediction.massOrigin == .minimum
            ? "the mass over all inclinations: P(m / sin i <= x) = sqrt(1 - (m / x)^2), and over its normal error"
            : "each of a normal distribution"
    }

    mutating func size() {
        let p = prediction
        let both = [("pl_bmasse", p.mass), ("pl_rade", p.radius)]
        let origin = origin(p.massOrigin, p.radiusOrigin)
        if let type = p.type {
            let byRadius = p.radius != nil && (p.isRadiusMeasured || !p.isMassMeasured || p.mass == nil)
            let input = byRadius ? ("pl_rade", p.radius) : ("pl_bmasse", p.mass)
            let used = self.origin(byRadius ? p.radiusOrigin : p.massOrigin)
            add(
                "pl_type", .text(type.rawValue), "",
                byRadius ? "radius up to 0.4, 0.8, 1.6, 2.5, 6 or above" : "mass up to 0.1, 0.5, 3, 10, 50 or above",
                "Habitable Worlds Catalog (cuts)", [input], used)
            if let nasa = p.nasaType {
                add(
                    "nasa_type", .text(nasa.rawValue), "",
                    byRadius ? "radius up to 1, 2.1, 7.07 or above" : "mass up to 1, 5.05, 38.1 or above",
                    "NASA-style: cuts inferred from its labels", [input], used)
            }
        }
        add("density_e", p.density, "Earth", "M / R^3", "definition", both, origin)
        add("gravity_e", p.gravity, "Earth", "M / R^2", "definition", both, origin)
        add("vesc_e", p.escapeSpeed, "Earth", "sqrt(M / R)", "definition", both, origin)
        add(
            "esi2", p.esi2, "", "1 - sqrt((((S-1)/(S+1))^2 + ((R-1)/(R+1))^2) / 2)",
            "two parameters, as in the Habitable Worlds Catalog", [("flux_mean", p.meanFlux), ("pl_rade", p.radius)],
            self.origin(p.radiusOrigin))
        add(
            "esi4", p.esi4, "", "product of (1 - |x-x0| / (x+x0))^(w/4); w 0.57, 1.07, 0.70, 5.58",
            "four parameters, Schulze-Makuch et al. 2011, Astrobiology 11, 1041",
            [
                ("pl_rade", p.radius), ("density_e", p.density), ("vesc_e", p.escapeSpeed),
                ("tsurf_k", p.surfaceTemperature),
            ],
            origin)
    }

    mutating func forecasts() {
        let p = prediction
        let paper = "Chen & Kipping 2017, ApJ 834, 17"
        if let forecast = p.massForecast, let radius = p.radius {
            if p.isDegenerate == false {
                add(
                    "ck_mass_point", p.massPoint, "M_earth", "R = c M^s solved for M", paper, [("pl_rade", radius)],
                    .forecast)
            }
            for (level, value) in forecast.named {
                add(
                    "ck_mass_\(level)", value, "M_earth",
                    "quantile of the posterior: flat prior in log M, scatter and error of R",
                    paper, [("pl_rade", radius), ("sigma_log_radius", Predictor.logError(record, .pl_rade))], .forecast)
            }
            add(
                "otegi_2020_rocky_mass", Otegi.rockyMass(radius: radius), "M_earth", "0.90 R^3.45",
                "Otegi et al. 2020, A&A 634, A43; a second opinion, for densities above 3.3 g/cm3",
                [("pl_rade", radius)], .forecast)
            add(
                "otegi_2020_volatile_mass", Otegi.volatileMass(radius: radius), "M_earth", "1.74 R^1.58",
                "Otegi et al. 2020, A&A 634, A43; a second opinion, for lower densities", [("pl_rade", radius)],
                .forecast)
            add(
                "mueller_2024_mass", Mueller.mass(radius: radius), "M_earth",
                "(R / 1.02)^(1/0.27), from 1.64 on (R / 0.56)^(1/0.67)",
                "Mueller et al. 2024, A&A 686, A296; a second opinion", [("pl_rade", radius)], .forecast)
        }
        if let forecast = p.radiusForecast, let mass = p.mass {
            for (level, value) in forecast.named {
                add(
                    "ck_radius_\(level)", value, "R_earth",
                    "R = c M^s, log-normal with the branch's scatter and the error of M", paper,
                    [("pl_bmasse", mass), ("sigma_log_mass", Predictor.logError(record, .pl_bmasse))], .forecast)
            }
            add(
                "mueller_2024_radius", Mueller.radius(mass: mass), "R_earth", "1.02 M^0.27; 0.56 M^0.67; 18.6 M^-0.06",
                "Mueller et al. 2024, A&A 686, A296; a second opinion", [("pl_bmasse", mass)], .forecast)
        }
    }

    mutating func signals() {
        let p = prediction
        let starMass = value(.st_mass)
        let starRadius = value(.st_rad)
        add(
            "rv_k_ms", p.radialVelocity, "m/s",
            "(2 pi / P)^(1/3) GM_planet (GM_star + GM_planet)^(-2/3) / sqrt(1 - e^2)", "two bodies, seen edge-on",
            [
                ("pl_bmasse", p.mass), ("st_mass", starMass), ("pl_orbper", value(.pl_orbper)),
                ("ecc_used", p.eccentricity),
            ], origin(p.massOrigin))
        add(
            "transit_prob", p.transitProbability, "", "(R_star / a) / (1 - e^2), at most 1",
            "averaged over the orbit's direction",
            [("st_rad", starRadius), ("sma_au", p.axis), ("ecc_used", p.eccentricity)])
        if let radius = p.radius, let starRadius {
            add(
                "transit_depth_ppm", Orbit.transitDepth(planetRadius: radius, starRadius: starRadius), "ppm",
                "10^6 (R_planet / R_star)^2",
                "no limb darkening", [("pl_rade", radius), ("st_rad", starRadius)], origin(p.radiusOrigin))
        }
        if let axis = p.axis, let mass = p.mass, let starMass {
            add(
                "hill_radius_au",
                Orbit.hillRadius(axis: axis, eccentricity: p.eccentricity, planetMass: mass, starMass: starMass), "au",
                "a (1 - e) (M_planet / 3 M_star)^(1/3)", "Hill sphere at periastron",
                [("sma_au", axis), ("ecc_used", p.eccentricity), ("pl_bmasse", mass), ("st_mass", starMass)],
                origin(p.massOrigin))
        }
    }
}
