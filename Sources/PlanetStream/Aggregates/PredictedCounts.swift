// Planets by what is predicted of them: type, type in NASA's style, habitable zone, temperature class, habitability class, and type
// and zone together. "null" is a group here: that nothing can be said is an answer.
// Not the planets' own columns. Six aggregates, because all are the same count with another name.

import PlanetCore

/// An enumeration's cases as small numbers; 0 is null.
protocol Numbered: RawRepresentable<String> {
    var number: Int { get }
}

extension PlanetType: Numbered {
    var number: Int {
        switch self {
        case .miniterran: 1
        case .subterran: 2
        case .terran: 3
        case .superterran: 4
        case .neptunian: 5
        case .jovian: 6
        }
    }
}

extension HabitableZone.Zone: Numbered {
    var number: Int {
        switch self {
        case .hot: 1
        case .optimistic: 2
        case .conservative: 3
        case .cold: 4
        }
    }
}

extension NASAType: Numbered {
    var number: Int {
        switch self {
        case .terrestrial: 1
        case .superEarth: 2
        case .neptuneLike: 3
        case .gasGiant: 4
        }
    }
}

extension TemperatureClass: Numbered {
    var number: Int {
        switch self {
        case .hot: 1
        case .warm: 2
        case .cold: 3
        }
    }
}

/// The part that differs: an aggregate's name, and a planet's place in it.
class PredictedCount {
    fileprivate var groups = GroupCounts()
    fileprivate init() {}
    func write(_ scope: GroupWriter.Scope, to writer: inout GroupWriter) { groups.write(scope, to: &writer) }
    func save(to state: inout StateWriter) { groups.save(to: &state) }
    func restore(from state: inout StateReader) throws(StateError) { try groups.restore(from: &state) }

    @inline(__always)
    fileprivate func add<Value: Numbered>(_ value: Value?, _ weight: Int) {
        groups.add(value?.number ?? 0, weight: weight) { value?.rawValue ?? "null" }
    }
}

final class ByType: PredictedCount, Aggregate {
    static let name = "by_type"
    static let digested = Digested.all
    override init() { super.init() }
    func add(_ planet: PlanetFacts, weight: Int) { add(planet.prediction.type, weight) }
    func merge(_ other: ByType) { groups.merge(other.groups) }
}

final class ByNASAType: PredictedCount, Aggregate {
    static let name = "by_nasa_type"
    static let digested = Digested.all
    override init() { super.init() }
    func add(_ planet: PlanetFacts, weight: Int) { add(planet.prediction.nasaType, weight) }
    func merge(_ other: ByNASAType) { groups.merge(other.groups) }
}

final class ByZone: PredictedCount, Aggregate {
    static let name = "by_zone"
    static let digested = Digested.all
    override init() { super.init() }
    func add(_ planet: PlanetFacts, weight: Int) { add(planet.prediction.zone, weight) }
    func merge(_ other: ByZone) { groups.merge(other.groups) }
}

final class ByTemperature: PredictedCount, Aggregate {
    static let name = "by_temperature"
    static let digested = Digested.all
    override init() { super.init() }
    func add(_ planet: PlanetFacts, weight: Int) { add(planet.prediction.temperatureClass, weight) }
    func merge(_ other: ByTemperature) { groups.merge(other.groups) }
}

final class ByHabitability: PredictedCount, Aggregate {
    static let name = "by_habitability"
    static let digested = Digested.all
    override init() { super.init() }
    func add(_ planet: PlanetFacts, weight: Int) {
        let rank = planet.prediction.habitable
        groups.add((rank ?? -1) + 1, weight: weight) { rank.map { "\($0)" } ?? "null" }
    }
    func merge(_ other: ByHabitability) { groups.merge(other.groups) }
}

final class ByZoneType: PredictedCount, Aggregate {
    static let name = "by_zone_type"
    static let digested = Digested.all
    override init() { super.init() }
    func add(_ planet: PlanetFacts, weight: Int) {
        let (zone, type) = (planet.prediction.zone, planet.prediction.type)
        groups.add((zone?.number ?? 0) * 8 + (type?.number ?? 0), weight: weight) {
            "\(zone?.rawValue ?? "null")/\(type?.rawValue ?? "null")"
        }
    }
    func merge(_ other: ByZoneType) { groups.merge(other.groups) }
}
