// Planets of the right size on the right orbit, the likeliest first: at most 200. Not habitable planets: none is known.
// Only size and orbit are judged.

import JSONText
import PlanetCore

final class Candidates: RankedAggregate {
    let name = "candidates"
    static let places = 200
    var state = RankedPlanets(places: Candidates.places)

    static func add(_ planet: PlanetFacts, _ weight: Int, to state: inout RankedPlanets) {
        guard let rank = rank(of: planet.prediction) else { return }
        state.add(planet.key, rank: rank, json: json(planet), weight: weight)
    }

    /// By class, then by probability; those without one come last in their class. Nil: not a candidate.
    private static func rank(of prediction: Prediction) -> Double? {
        guard let habitable = prediction.habitable, habitable > 0 else { return nil }
        return Double(-2 * habitable) - (prediction.habitableProbability ?? -0.5)
    }

    func members(of group: String) -> GroupMembers? {
        .ranked(group, places: Candidates.places) { Candidates.rank(of: $1) }
    }

    private static func json(_ planet: PlanetFacts) -> [UInt8] {
        let prediction = planet.prediction
        return JSONWriter.object {
            $0.member("pl_name", planet.discovery[.pl_name] ?? planet.key)
            $0.optional("habitable", prediction.habitable)
            $0.rounded("probability", prediction.habitableProbability, digits: 4)
            $0.optional("pl_type", prediction.type?.rawValue)
            $0.optional("hz_class", prediction.zone?.rawValue)
            $0.rounded("esi2", prediction.esi2, digits: 4)
            $0.rounded("esi4", prediction.esi4, digits: 4)
            $0.rounded("sy_dist", planet.discovery[.sy_dist], digits: 6)
            $0.rounded("flux_thermal", prediction.thermalFlux, digits: 5)
            $0.rounded("st_teff", planet.discovery[.st_teff], digits: 6)
            $0.rounded("pl_rade", prediction.radius, digits: 5)
            $0.optional("radius_provenance", prediction.radiusOrigin?.rawValue)
            $0.rounded("pl_bmasse", prediction.mass, digits: 5)
            $0.optional("mass_provenance", prediction.massOrigin?.rawValue)
            if planet.discovery[.pl_controv_flag] == 1 { $0.member("pl_controv_flag", 1) }
        }
    }
}
