// The habitable-zone diagram, flux against the star's temperature: counts of all planets in a grid with the zone's
// limits, and, as an aggregate of its own, the planets nearest to the zone as points. For a planet's class see
// Candidates and the counts by zone.

import JSONText
import PlanetCore

enum ZoneDiagram {
    /// By the thermal flux and the star's temperature. A planet without a zone isn't in the diagram.
    static let cells = {
        var grouping = Grouping<CellKey>(by: [], countsNull: false) { planet in
            guard let flux = planet.prediction.thermalFlux, planet.prediction.zone != nil,
                let temperature = planet.discovery[.st_teff]
            else { return nil }
            guard let i = DiagramAxis.flux.bin(decadicLogarithm(flux)),
                let j = DiagramAxis.starTemperature.bin(temperature)
            else { return CellKey(.outside) }
            return CellKey(.cell, i, j)
        }
        grouping.isPossible = { key in
            key.kind == .outside
                || key.kind == .cell && DiagramAxis.flux.has(key.i) && DiagramAxis.starTemperature.has(key.j)
        }
        return grouping
    }()

    /// Each limit as [[temperature, flux], ...].
    static let limits = ConstantLines(
        "A limit of the habitable zone, computed: no planet is counted in it.",
        HabitableZone.Limit.allCases.map { limit in
            let json = JSONWriter.array {
                for temperature in stride(from: 2600.0, through: 7200, by: 200) {
                    $0.point(temperature, HabitableZone.flux(limit, temperature: temperature))
                }
            }
            return ("limit/\(limit.rawValue)", json)
        })
}

final class ZonePoints: RankedAggregate {
    let name = "hz_points"
    static let places = 300
    var state = RankedPlanets(places: ZonePoints.places)

    /// Nil: far from any zone. By values: most planets are, and a prediction is large to hand on.
    @inline(__always)
    private static func rank(flux: Double?, temperature: Double?, zone: HabitableZone.Zone?, habitable: Int?) -> Double?
    {
        guard let flux, flux > 0.1, flux < 5, zone != nil,
            let temperature = temperature.flatMap({ HabitableZone.temperature($0) })
        else { return nil }
        let distance = HabitableZone.distanceFromMiddle(thermalFlux: flux, temperature: temperature)
        // Candidates precede all others.
        return habitable ?? 0 > 0 ? distance - 100 : distance
    }

    static func add(_ planet: PlanetFacts, _ weight: Int, to state: inout RankedPlanets) {
        let flux = planet.prediction.thermalFlux
        let temperature = planet.discovery[.st_teff]
        let rank = rank(
            flux: flux, temperature: temperature, zone: planet.prediction.zone, habitable: planet.prediction.habitable)
        guard let rank, let flux, let temperature else { return }
        state.add(planet.key, rank: rank, json: json(planet, flux, temperature), weight: weight)
    }

    private static func json(_ planet: PlanetFacts, _ flux: Double, _ temperature: Double) -> [UInt8] {
        JSONWriter.object {
            $0.member("pl_name", planet.discovery[.pl_name] ?? planet.key)
            $0.rounded("st_teff", temperature, digits: 6)
            $0.rounded("flux_thermal", flux, digits: 5)
            $0.rounded("pl_rade", planet.prediction.radius, digits: 5)
            $0.optional("pl_type", planet.prediction.type?.rawValue)
            $0.optional("hz_class", planet.prediction.zone?.rawValue)
            $0.optional("habitable", planet.prediction.habitable)
        }
    }

    func members(of group: String) -> GroupMembers? {
        .ranked(group, places: ZonePoints.places) { discovery, prediction in
            ZonePoints.rank(
                flux: prediction.thermalFlux, temperature: discovery[.st_teff], zone: prediction.zone,
                habitable: prediction.habitable)
        }
    }
}
