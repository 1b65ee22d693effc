// Who is counted by what is predicted of a planet: types, zones, candidates, the zone diagram, and the forecasts' scores.
// Not the prediction (PlanetCore/Science).

import Glibc
import PlanetCore

extension GroupMembers {
    /// Those of whom this is predicted. What it follows from are radius, mass, and the light that comes in.
    fileprivate static func predicted(
        unit: Unit = .planets, isFixed: Bool = false, _ holds: @escaping @Sendable (CountedPlanet, Prediction) -> Bool
    ) -> GroupMembers {
        .planets(unit: unit, columns: columns, isFixed: isFixed) { planets in
            CountedMembers(planets.indices.filter { holds(planets[$0], Predictor.classes(of: planets[$0].discovery)) })
        }
    }
    fileprivate static let columns: [ColumnID] = [
        .number(.pl_rade), .number(.pl_bmasse), .number(.pl_orbsmax), .number(.pl_orbper), .number(.st_teff),
        .number(.st_rad), .number(.st_lum),
    ]

    /// One planet, where it is among the first `places` by rank; nil: it has none.
    fileprivate static func ranked(
        _ key: String, places: Int, _ rank: @escaping @Sendable (CountedPlanet) -> Double?
    ) -> GroupMembers {
        .planets(unit: .planets, columns: columns, isFixed: false) { planets in
            guard let own = planets.firstIndex(where: { $0.key == key }), let ownRank = rank(planets[own]) else {
                return CountedMembers([])
            }
            let better = planets.count { planet in rank(planet).map { ($0, planet.key) < (ownRank, key) } ?? false }
            return CountedMembers(better < places ? [own] : [])
        }
    }
}

extension ByType {
    static func members(of group: String) -> GroupMembers? {
        let wanted = PlanetType(rawValue: group)
        guard wanted != nil || group == "null" else { return nil }
        return .predicted { $1.type == wanted }
    }
}

extension ByNASAType {
    static func members(of group: String) -> GroupMembers? {
        let wanted = NASAType(rawValue: group)
        guard wanted != nil || group == "null" else { return nil }
        return .predicted { $1.nasaType == wanted }
    }
}

extension ByZone {
    static func members(of group: String) -> GroupMembers? {
        let wanted = HabitableZone.Zone(rawValue: group)
        guard wanted != nil || group == "null" else { return nil }
        return .predicted { $1.zone == wanted }
    }
}

extension ByTemperature {
    static func members(of group: String) -> GroupMembers? {
        let wanted = TemperatureClass(rawValue: group)
        guard wanted != nil || group == "null" else { return nil }
        return .predicted { $1.temperatureClass == wanted }
    }
}

extension ByHabitability {
    static func members(of group: String) -> GroupMembers? {
        let wanted = GroupName.whole(group)
        guard wanted.map({ (0...2).contains($0) }) ?? (group == "null") else { return nil }
        return .predicted { $1.habitable == wanted }
    }
}

extension ByZoneType {
    static func members(of group: String) -> GroupMembers? {
        let name = GroupName(group)
        let zone = HabitableZone.Zone(rawValue: name[0])
        let type = PlanetType(rawValue: name[1])
        guard name.count == 2, zone != nil || name[0] == "null", type != nil || name[1] == "null" else { return nil }
        return .predicted { $1.zone == zone && $1.type == type }
    }
}

extension Candidates {
    static func members(of group: String) -> GroupMembers? {
        .ranked(group, places: places) { planet in
            let prediction = Predictor.classes(of: planet.discovery)
            guard let habitable = prediction.habitable, habitable > 0 else { return nil }
            return rank(habitable, prediction.habitableProbability)
        }
    }
}

extension ZonePoints {
    static func members(of group: String) -> GroupMembers? {
        .ranked(group, places: places) { rank(of: $0.discovery, Predictor.classes(of: $0.discovery))?.rank }
    }
}

extension ZoneDiagram {
    static func members(of group: String) -> GroupMembers? {
        if limits.contains(where: { $0.group == group }) {
            return .nothing("A limit of the habitable zone, computed: no planet is counted in it.")
        }
        let name = GroupName(group)
        let isOutside = group == "outside"
        guard isOutside || (name.count == 3 && name[0] == "cell"), let wanted = isOutside ? -1 : name.whole(1),
            let row = isOutside ? -1 : name.whole(2)
        else { return nil }
        return .predicted { planet, prediction in
            guard let cell = cell(planet.discovery, prediction) else { return false }
            switch cell {
            case .outside: return isOutside
            case .bin(let i, let j): return i == wanted && j == row
            }
        }
    }
}

extension Scoreboard {
    static func members(of group: String) -> GroupMembers? {
        let kinds = ["mass": KeptForecast.Kind.mass, "radius": .radius]
        let name = GroupName(group)
        guard let kind = kinds[name[name.count - 1]] else { return nil }
        switch (name.count, name[0]) {
        case (1, _):
            return .predicted(unit: .forecasts, isFixed: true) { $0.forecast?.score($1)?.kind == kind }
        case (2, "hindsight"):
            return .predicted(unit: .forecasts, isFixed: true) { planet, prediction in
                let scores = ForecastScore.inHindsight(planet.discovery, prediction)
                return (kind == .mass ? scores.mass : scores.radius) != nil
            }
        case (2, "waiting"):
            return .predicted(unit: .forecasts, isFixed: true) {
                $0.forecast?.kind == kind && $0.forecast?.isWaiting($1) == true
            }
        default: return nil
        }
    }
}
