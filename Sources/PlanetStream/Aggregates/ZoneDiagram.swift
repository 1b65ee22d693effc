// The habitable-zone diagram, flux against the star's temperature: counts of all planets in a grid with the zone's limits, and, as
// an aggregate of its own, the planets nearest to the zone as points.
// Not which class a planet has: Candidates and the counts by zone.

import Glibc
import JSONText
import PlanetCore

final class ZoneDiagram: Aggregate {
    static let name = "hz_diagram"
    static let digested = Digested.all

    // log10 of the thermal flux, and the star's temperature.
    private static let flux = (lowest: -2.0, perUnit: 8.0, count: 48)
    private static let temperature = (lowest: 2400.0, perUnit: 1.0 / 200, count: 25)
    private var counts = GroupCounts()
    private var hasLimits = false

    init() {}

    enum Cell {
        case outside
        case bin(Int, Int)
    }

    /// Nil: the planet isn't in the diagram.
    static func cell(_ discovery: Discovery, _ prediction: Prediction) -> Cell? {
        guard let flux = prediction.thermalFlux, prediction.zone != nil, let temperature = discovery[.st_teff] else {
            return nil
        }
        let i = ((decadicLogarithm(flux) - ZoneDiagram.flux.lowest) * ZoneDiagram.flux.perUnit).rounded(.down)
        let j = ((temperature - ZoneDiagram.temperature.lowest) * ZoneDiagram.temperature.perUnit).rounded(.down)
        guard i >= 0, i < Double(ZoneDiagram.flux.count), j >= 0, j < Double(ZoneDiagram.temperature.count) else {
            return .outside
        }
        return .bin(Int(i), Int(j))
    }

    func add(_ planet: PlanetFacts, weight: Int) {
        switch ZoneDiagram.cell(planet.discovery, planet.prediction) {
        case nil: return
        case .outside: counts.add(0, weight: weight) { "outside" }
        case .bin(let column, let row):
            counts.add(1 + column * ZoneDiagram.temperature.count + row, weight: weight) { "cell/\(column)/\(row)" }
        }
    }

    /// Each limit as [[temperature, flux], ...].
    static let limits: [(group: String, json: [UInt8])] = HabitableZone.Limit.allCases.map { limit in
        var writer = JSONWriter()
        writer.beginArray()
        for temperature in stride(from: 2600.0, through: 7200, by: 200) {
            writer.point(temperature, HabitableZone.flux(limit, temperature: temperature))
        }
        writer.endArray()
        return ("limit/\(limit.rawValue)", writer.bytes)
    }

    func merge(_ other: ZoneDiagram) { counts.merge(other.counts) }

    func write(_ scope: GroupWriter.Scope, to groups: inout GroupWriter) {
        if scope == .all || !hasLimits { for limit in ZoneDiagram.limits { groups.json(limit.group, limit.json) } }
        if scope == .changes { hasLimits = true }
        counts.write(scope, to: &groups)
    }

    func save(to state: inout StateWriter) { counts.save(to: &state) }
    func restore(from state: inout StateReader) throws(StateError) { try counts.restore(from: &state) }
}

final class ZonePoints: Aggregate {
    static let name = "hz_points"
    static let digested = Digested.all
    static let places = 300
    private var planets = RankedPlanets(places: ZonePoints.places)

    init() {}

    /// Nil: far from any zone.
    static func rank(
        of discovery: Discovery, _ prediction: Prediction
    ) -> (rank: Double, flux: Double, temperature: Double)? {
        guard let flux = prediction.thermalFlux, let given = discovery[.st_teff], prediction.zone != nil,
            let temperature = HabitableZone.temperature(given), flux > 0.1, flux < 5
        else { return nil }
        // Distance from the zone's middle, in the logarithm of the flux.
        let inner = HabitableZone.flux(.recentVenus, temperature: temperature)
        let outer = HabitableZone.flux(.earlyMars, temperature: temperature)
        let distance = log(flux * flux / (inner * outer)).magnitude
        // Candidates come before all others.
        return (prediction.habitable ?? 0 > 0 ? distance - 100 : distance, flux, given)
    }

    func add(_ planet: PlanetFacts, weight: Int) {
        guard let (rank, flux, given) = ZonePoints.rank(of: planet.discovery, planet.prediction) else { return }
        planets.add(planet.key, rank: rank, json: ZonePoints.json(planet, flux, given), weight: weight)
    }

    private static func json(_ planet: PlanetFacts, _ flux: Double, _ temperature: Double) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("pl_name", planet.discovery[.pl_name] ?? planet.key)
        writer.rounded("st_teff", temperature, digits: 6)
        writer.rounded("flux_thermal", flux, digits: 5)
        writer.rounded("pl_rade", planet.prediction.radius, digits: 5)
        writer.text("pl_type", planet.prediction.type?.rawValue)
        writer.text("hz_class", planet.prediction.zone?.rawValue)
        writer.key("habitable")
        if let habitable = planet.prediction.habitable { writer.integer(habitable) } else { writer.null() }
        writer.endObject()
        return writer.bytes
    }

    func merge(_ other: ZonePoints) { planets.merge(other.planets) }
    func write(_ scope: GroupWriter.Scope, to groups: inout GroupWriter) { planets.write(scope, to: &groups) }
    func save(to state: inout StateWriter) { planets.save(to: &state) }
    func deferredSave() -> @Sendable (inout StateWriter) -> Void { { [planets] in planets.save(to: &$0) } }
    func restore(from state: inout StateReader) throws(StateError) { try planets.restore(from: &state) }
}
