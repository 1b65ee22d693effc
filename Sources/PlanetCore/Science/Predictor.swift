// From a record to its prediction: which values go into which formula. Null in, null out, except for three
// substitutions stated in the prediction: eccentricity 0, Kepler's third law, and a star of 2500 to 2600 K.

import Glibc

package enum Predictor {
    /// Raise it whenever a number may come out differently.
    package static let version = "2"
    /// Of the equilibrium temperature.
    package static let albedo = 0.3

    package static func prediction(of record: Discovery) -> Prediction {
        var prediction = classes(of: record)
        forecast(record, &prediction)
        return prediction
    }

    /// All but the forecasts of mass and radius, which take as long as the rest together; `forecast` adds them.
    package static func classes(of record: Discovery) -> Prediction {
        var prediction = Prediction()
        size(record, &prediction)
        orbit(record, &prediction)
        zone(record, &prediction)
        comparison(&prediction)
        return prediction
    }

    private static func size(_ record: Discovery, _ prediction: inout Prediction) {
        type(record, &prediction)
        if let radius = prediction.radius, let mass = prediction.mass {
            prediction.density = finite(Bulk.density(mass: mass, radius: radius))
            prediction.gravity = finite(Bulk.gravity(mass: mass, radius: radius))
            prediction.escapeSpeed = finite(Bulk.escapeSpeed(mass: mass, radius: radius))
        }
    }

    private static func type(_ record: Discovery, _ prediction: inout Prediction) {
        prediction.radiusOrigin = Origin(record.provenance(.radius))
        prediction.massOrigin = Origin(record.provenance(.mass))
        prediction.radius = value(record, .pl_rade)
        prediction.mass = value(record, .pl_bmasse)
        let (radius, mass) = (prediction.radius, prediction.mass)
        // A measured radius decides, else a measured mass, else what the catalogue forecast.
        if let radius, prediction.isRadiusMeasured || !prediction.isMassMeasured || mass == nil {
            prediction.type = PlanetType(radius: radius)
            prediction.nasaType = NASAType(radius: radius)
        } else if let mass {
            prediction.type = PlanetType(mass: mass)
            prediction.nasaType = NASAType(mass: mass)
        }
    }

    /// How bright the star is, how far from it the planet, and what of the one reaches the other.
    private static func flux(_ record: Discovery, _ prediction: inout Prediction) {
        let starRadius = value(record, .st_rad)
        if let logarithm = limited(record, .st_lum) {
            prediction.luminosity = finite(power10(logarithm))
            prediction.luminositySource = prediction.luminosity == nil ? nil : .given
        } else if let starRadius, let temperature = value(record, .st_teff) {
            prediction.luminosity = finite(Orbit.luminosity(starRadius: starRadius, temperature: temperature))
            prediction.luminositySource = prediction.luminosity == nil ? nil : .derived
        }
        if let given = limited(record, .pl_orbeccen), given >= 0, given < 1 {
            prediction.eccentricity = given
            prediction.eccentricitySource = .given
        }
        if let given = value(record, .pl_orbsmax) {
            prediction.axis = given
            prediction.axisSource = .given
        } else if let period = value(record, .pl_orbper), let starMass = value(record, .st_mass) {
            prediction.axis = finite(
                Orbit.semiMajorAxis(period: period, starMass: starMass, planetMass: prediction.mass ?? 0))
            prediction.axisSource = prediction.axis == nil ? nil : .kepler3
        }
        guard let axis = prediction.axis else { return }
        let distance = Orbit.thermalDistance(axis: axis, eccentricity: prediction.eccentricity)
        prediction.thermalDistance = finite(distance)
        if let luminosity = prediction.luminosity {
            prediction.thermalFlux = finite(luminosity / (distance * distance))
        }
    }

    private static func orbit(_ record: Discovery, _ prediction: inout Prediction) {
        flux(record, &prediction)
        if let mass = prediction.mass, let period = value(record, .pl_orbper), let starMass = value(record, .st_mass) {
            prediction.radialVelocity = finite(
                Orbit.radialVelocity(
                    planetMass: mass, starMass: starMass, period: period, eccentricity: prediction.eccentricity))
        }
        guard let axis = prediction.axis else { return }
        if let starRadius = value(record, .st_rad) {
            prediction.transitProbability = finite(
                Orbit.transitProbability(starRadius: starRadius, axis: axis, eccentricity: prediction.eccentricity))
        }
        guard let luminosity = prediction.luminosity else { return }
        prediction.meanFlux = finite(
            Orbit.meanFlux(luminosity: luminosity, axis: axis, eccentricity: prediction.eccentricity))
        if let distance = prediction.thermalDistance {
            prediction.equilibriumTemperature = finite(
                Orbit.equilibriumTemperature(luminosity: luminosity, thermalDistance: distance, albedo: albedo))
        }
        if let flux = prediction.thermalFlux, prediction.type?.hasSurface == true {
            prediction.surfaceTemperature = finite(Orbit.earthLikeTemperature(thermalFlux: flux))
        }
    }

    /// Where the given flux (`pl_insol`) puts a planet, if star and orbit put it elsewhere: one of the two is wrong,
    /// and nobody can tell which. Nil if both agree or one is unknown.
    static func zoneGiven(_ record: Discovery) -> HabitableZone.Zone? {
        guard value(record, .pl_insol) != nil, value(record, .st_teff) != nil else { return nil }
        var prediction = Prediction()
        type(record, &prediction)
        flux(record, &prediction)
        return zoneGiven(record, prediction)
    }

    /// The same where the prediction is there.
    static func zoneGiven(_ record: Discovery, _ prediction: Prediction) -> HabitableZone.Zone? {
        guard let given = value(record, .pl_insol), let star = value(record, .st_teff),
            let temperature = HabitableZone.temperature(star), let flux = prediction.thermalFlux
        else { return nil }
        func zone(_ flux: Double) -> HabitableZone.Zone {
            HabitableZone.zone(thermalFlux: flux, temperature: temperature, type: prediction.type)
        }
        let (ours, theirs) = (zone(flux), zone(given))
        return ours == theirs || ours.isInside && theirs.isInside ? nil : theirs
    }

    private static func zone(_ record: Discovery, _ prediction: inout Prediction) {
        guard let given = value(record, .st_teff) else { return }
        prediction.zoneDomain = HabitableZone.Domain(given)
        guard let temperature = HabitableZone.temperature(given), let flux = prediction.thermalFlux else { return }
        prediction.zone = HabitableZone.zone(thermalFlux: flux, temperature: temperature, type: prediction.type)
        prediction.habitable = Habitability.rank(type: prediction.type, zone: prediction.zone)
        guard let sigma = fluxError(record, prediction) else { return }
        let zone = Habitability.zoneProbability(thermalFlux: flux, sigma: sigma, temperature: temperature)
        if zone == 0, comesToNothing(record, prediction) {
            prediction.habitableProbability = 0
        } else if let size = sizeProbability(record, prediction) {
            prediction.habitableProbability = finite(size * zone)
        }
    }

    /// Whether 0 times the probability of the size is 0 for sure, where that takes long to work out (256 values of an
    /// integrand). Of a mass below the smallest that counts it may be -0, by rounding.
    private static func comesToNothing(_ record: Discovery, _ prediction: Prediction) -> Bool {
        guard !prediction.isRadiusMeasured, prediction.isMassMeasured, prediction.massOrigin == .minimum,
            let mass = prediction.mass
        else { return false }
        return mass >= Habitability.masses.0 && error(record, .pl_bmasse) != nil
    }

    /// The error of ln S, from the errors of star and orbit; nil if one isn't given.
    package static func fluxError(_ record: Discovery, _ prediction: Prediction) -> Double? {
        let axis: Double
        if prediction.axisSource == .given, let error = relativeError(record, .pl_orbsmax) {
            axis = error
        } else if let error = relativeError(record, .st_mass) {
            axis = error / 3
        } else {
            return nil
        }
        if prediction.luminositySource == .given {
            guard let error = error(record, .st_lum) else { return nil }
            let luminosity = error * 2.302585092994046
            return (luminosity * luminosity + 4 * axis * axis).squareRoot()
        }
        guard let radius = relativeError(record, .st_rad), let temperature = relativeError(record, .st_teff) else {
            return nil
        }
        return Habitability.fluxError(starRadius: radius, temperature: temperature, axis: axis)
    }

    /// By what is measured, like the type; else over the interval of the forecast. Nil if a measured value has no
    /// error.
    private static func sizeProbability(_ record: Discovery, _ prediction: Prediction) -> Double? {
        let (radii, masses) = (Habitability.radii, Habitability.masses)
        if prediction.isRadiusMeasured {
            guard let radius = prediction.radius, let error = error(record, .pl_rade) else { return nil }
            return Habitability.sizeProbability(radius, error: error, above: radii.0, upTo: radii.1)
        }
        if prediction.isMassMeasured, let mass = prediction.mass {
            guard let error = error(record, .pl_bmasse) else { return nil }
            return prediction.massOrigin == .minimum
                ? Habitability.sizeProbability(minimum: mass, error: error, above: masses.0, upTo: masses.1)
                : Habitability.sizeProbability(mass, error: error, above: masses.0, upTo: masses.1)
        }
        if let radius = prediction.radius {
            let scatter = ChenKipping.radiusScatter(radius: radius, logError: logError(record, .pl_rade) ?? 0)
            return Habitability.sizeProbability(median: radius, scatter: scatter, above: radii.0, upTo: radii.1)
        }
        guard let mass = prediction.mass else { return nil }
        let scatter = ChenKipping.massScatter(mass: mass, logError: logError(record, .pl_bmasse) ?? 0)
        return Habitability.sizeProbability(
            median: mass, scatter: scatter, above: masses.0, upTo: masses.1)
    }

    private static func comparison(_ prediction: inout Prediction) {
        guard let radius = prediction.radius else { return }
        if let flux = prediction.meanFlux { prediction.esi2 = finite(EarthSimilarity.two(flux: flux, radius: radius)) }
        if let density = prediction.density, let speed = prediction.escapeSpeed,
            let temperature = prediction.surfaceTemperature
        {
            prediction.esi4 = finite(
                EarthSimilarity.four(radius: radius, density: density, escapeSpeed: speed, temperature: temperature))
        }
    }

    package static func forecast(_ record: Discovery, _ prediction: inout Prediction) {
        if let radius = prediction.radius, !prediction.isMassMeasured {
            prediction.massPoint = ChenKipping.massPoint(radius: radius)
            prediction.massForecast =
                MassPosterior(radius: radius, logError: logError(record, .pl_rade) ?? 0)?.quantiles
        } else if let mass = prediction.mass, prediction.isMassMeasured, !prediction.isRadiusMeasured {
            prediction.radiusForecast = ChenKipping.radiusForecast(
                mass: mass, logError: logError(record, .pl_bmasse) ?? 0)
        }
    }
}

// MARK: Reading a record

extension Predictor {
    /// The column `step` places after a value: its upper error, lower error or limit flag.
    @inline(__always)
    private static func beside(_ column: NumberColumn, _ step: UInt8) -> NumberColumn {
        guard let column = NumberColumn(rawValue: column.rawValue + step) else {
            preconditionFailure("BUG: no error columns behind \(column)")
        }
        return column
    }

    static func errorColumns(_ column: NumberColumn) -> (upper: NumberColumn, lower: NumberColumn) {
        (beside(column, 1), beside(column, 2))
    }

    /// Nil if missing or a bound.
    @inline(__always)
    package static func limited(_ record: Discovery, _ column: NumberColumn) -> Double? {
        guard let value = record[column] else { return nil }
        if let flag = record[beside(column, 3)], flag != 0 { return nil }
        return value
    }

    /// For a quantity that can only be positive.
    @inline(__always)
    package static func value(_ record: Discovery, _ column: NumberColumn) -> Double? {
        guard let value = limited(record, column), value > 0 else { return nil }
        return value
    }

    /// The mean of the two errors, or the only one given.
    package static func error(_ record: Discovery, _ column: NumberColumn) -> Double? {
        switch (record[beside(column, 1)], record[beside(column, 2)]) {
        case (let upper?, let lower?): (upper.magnitude + lower.magnitude) / 2
        case (let one?, nil), (nil, let one?): one.magnitude
        case (nil, nil): nil
        }
    }

    package static func relativeError(_ record: Discovery, _ column: NumberColumn) -> Double? {
        guard let value = value(record, column), let error = error(record, column) else { return nil }
        return finite(error / value)
    }

    /// In dex, first order.
    package static func logError(_ record: Discovery, _ column: NumberColumn) -> Double? {
        relativeError(record, column).map { $0 * 0.4342944819032518 }
    }

    @inline(__always)
    static func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }
}
