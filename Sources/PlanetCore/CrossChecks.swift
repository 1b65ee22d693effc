// What several columns say together: values that follow from others, and the rules between columns. All but mixed-up
// units are warnings: a few in a hundred real rows break one. A value whose limit flag is not 0 is a bound: only the
// rule about two units uses it.

import Basics

extension DiscoveryDecoder {
    /// Fills in what follows exactly from the given values: Earth units from Jupiter units, the year from the date.
    mutating func deriveColumns() {
        if draft[.pl_rade] == nil, let value = draft[.pl_radj] {
            convert(value, .pl_radj, .pl_rade, Units.jupiterRadiusInEarths)
        }
        if draft[.pl_bmasse] == nil, let value = draft[.pl_bmassj] {
            convert(value, .pl_bmassj, .pl_bmasse, Units.jupiterMassInEarths)
        }
        if let date = draft[.disc_date] {
            let year = CivilDate(days: Int(date)).year
            if let given = draft[.disc_year] {
                if Int(given) != year { warn(.disc_year, .date_year_mismatch) }
            } else {
                draft[.disc_year] = Double(year)
            }
        }
    }

    /// Value, errors and limit flag, which are adjacent in the enum.
    private mutating func convert(_ value: Double, _ from: NumberColumn, _ to: NumberColumn, _ factor: Double) {
        draft[to] = value * factor
        for step in UInt8(1)...3 {
            guard let source = NumberColumn(rawValue: from.rawValue + step),
                let target = NumberColumn(rawValue: to.rawValue + step)
            else { preconditionFailure("BUG: no error columns behind \(from)") }
            guard let error = draft[source], draft[target] == nil else { continue }
            let converted = step == 3 ? error : error * factor
            if converted.isFinite {
                draft[target] = converted
            } else {
                errors.append(FieldIssue(field: "\(source)", value: "\(error)", rule: .number_too_big))
            }
        }
        conversions.append("\(to)=\(from)*\(factor)")
    }

    /// Adds the conversions made to those named by the sender.
    mutating func settleUnitsGiven() {
        guard !conversions.isEmpty else { return }
        var notes = draft[.units_given].map { [$0] } ?? []
        for note in conversions where !notes.contains(note) { notes.append(note) }
        draft[.units_given] = notes.joined(separator: ";")
    }

    mutating func checkTogether() {
        checkUnits(.pl_radj, .pl_rade, Units.jupiterRadiusInEarths)
        checkUnits(.pl_bmassj, .pl_bmasse, Units.jupiterMassInEarths)
        checkNames()
        checkOrbit()
        checkSize()
    }

    /// A difference above 25 % is a mix-up of units. (In the NASA table of December 2025 up to 18.9 %.)
    private mutating func checkUnits(_ jupiter: NumberColumn, _ earth: NumberColumn, _ factor: Double) {
        guard let inJupiters = draft[jupiter], let inEarths = draft[earth] else { return }
        let ratio = inEarths / (inJupiters * factor)
        guard ratio > 1.25 || ratio < 1 / 1.25 else { return }
        errors.append(
            FieldIssue(
                field: "\(earth)", value: "\(inEarths)", rule: .unit_conflict,
                note: "\(jupiter) \(inJupiters) is \(inJupiters * factor)"))
    }

    private mutating func checkNames() {
        guard var name = draft[.pl_name] else { return }
        if var host = draft[.hostname] {
            let isPrefix = host.withUTF8 { host in
                name.withUTF8 {
                    $0.count >= host.count
                        && UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer($0)[..<host.count])
                            .isEqual(to: UnsafeRawBufferPointer(host))
                }
            }
            if !isPrefix { warnText(.hostname, .host_not_prefix) }
        }
        let isLettered = name.withUTF8 { name in
            guard let last = name.last else { return false }
            if last >= UInt8(ascii: "a"), last <= UInt8(ascii: "z") { return true }
            // A candidate's number: KOI-87.01.
            func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
            return name.count > 3 && isDigit(last) && isDigit(name[name.count - 2])
                && name[name.count - 3] == UInt8(ascii: ".")
        }
        if !isLettered { warnText(.pl_name, .no_planet_letter) }
        if draft[.pl_name_given] != nil { warnText(.pl_name_given, .named_by_alias) }
    }

    private mutating func checkOrbit() {
        guard let axis = value(.pl_orbsmax, .pl_orbsmaxlim) else { return }
        if let period = value(.pl_orbper, .pl_orbperlim), let mass = value(.st_mass, .st_masslim) {
            // Kepler's third law, in cubes: (a / a_kepler)^3. The planet's own mass, often a forecast, is omitted.
            let seconds = period * Units.dayInSeconds
            let keplerCubed = Units.solarGM * mass * seconds * seconds / (4 * Double.pi * Double.pi)
            let metres = axis * Units.astronomicalUnitInMetres
            let ratioCubed = keplerCubed / (metres * metres * metres)
            if ratioCubed > 1.2 * 1.2 * 1.2 || ratioCubed < 0.8 * 0.8 * 0.8 { warn(.pl_orbsmax, .kepler_mismatch) }
        }
        if let radius = value(.st_rad, .st_radlim) {
            let eccentricity = value(.pl_orbeccen, .pl_orbeccenlim) ?? 0
            let periastron = axis * (1 - eccentricity) * Units.astronomicalUnitInMetres
            if periastron < radius * Units.solarRadiusInMetres { warn(.pl_orbsmax, .periastron_inside_star) }
        }
    }

    mutating func checkInsolation(_ discovery: Discovery) {
        guard let zone = Predictor.zoneGiven(discovery) else { return }
        warn(.pl_insol, .insolation_mismatch, note: "hz_class \(zone.rawValue)")
    }

    private mutating func checkSize() {
        guard let radius = value(.pl_rade, .pl_radelim) else { return }
        if let star = value(.st_rad, .st_radlim), radius >= star * Units.solarRadiusInEarths {
            warn(.pl_rade, .planet_not_smaller_than_star)
        }
        if let mass = value(.pl_bmasse, .pl_bmasselim) {
            let density = mass / (radius * radius * radius) * Units.earthDensity
            if density < 0.01 || density > 30 { warn(.pl_bmasse, .unusual_density, note: "\(density) g/cm3") }
        }
    }

    private func value(_ column: NumberColumn, _ limit: NumberColumn) -> Double? {
        guard let value = draft[column] else { return nil }
        if let flag = draft[limit], flag != 0 { return nil }
        return value
    }

    private mutating func warn(_ column: NumberColumn, _ rule: Rule, note: String = "") {
        warnings.append(
            FieldIssue(field: column.name, value: draft[column].map { "\($0)" } ?? "", rule: rule, note: note))
    }

    private mutating func warnText(_ column: TextColumn, _ rule: Rule) {
        warnings.append(FieldIssue(field: column.name, value: draft[column] ?? "", rule: rule))
    }
}
