// Planets of the right size on the right orbit, the likeliest first: at most 200.
// Not habitable planets: nobody knows of one. Only size and orbit are judged.

import JSONText
import PlanetCore

final class Candidates: StoredAggregate {
    let name = "candidates"
    static let places = 200
    var state = RankedPlanets(places: Candidates.places)

    func add(_ planet: PlanetFacts, weight: Int) {
        guard let rank = Candidates.rank(of: planet.prediction) else { return }
        state.add(planet.key, rank: rank, json: Candidates.json(planet), weight: weight)
    }

    /// By class, then by probability; without one at the end of the class. Nil: no candidate.
    private static func rank(of prediction: Prediction) -> Double? {
        guard let habitable = prediction.habitable, habitable > 0 else { return nil }
        return Double(-2 * habitable) - (prediction.habitableProbability ?? -0.5)
    }

    func members(of group: String) -> GroupMembers? {
        .ranked(group, places: Candidates.places) { Candidates.rank(of: $1) }
    }

    private static func json(_ planet: PlanetFacts) -> [UInt8] {
        let prediction = planet.prediction
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("pl_name", planet.discovery[.pl_name] ?? planet.key)
        writer.whole("habitable", prediction.habitable)
        writer.rounded("probability", prediction.habitableProbability, digits: 4)
        writer.text("pl_type", prediction.type?.rawValue)
        writer.text("hz_class", prediction.zone?.rawValue)
        writer.rounded("esi2", prediction.esi2, digits: 4)
        writer.rounded("esi4", prediction.esi4, digits: 4)
        writer.rounded("sy_dist", planet.discovery[.sy_dist], digits: 6)
        writer.rounded("flux_thermal", prediction.thermalFlux, digits: 5)
        writer.rounded("st_teff", planet.discovery[.st_teff], digits: 6)
        writer.rounded("pl_rade", prediction.radius, digits: 5)
        writer.text("radius_provenance", prediction.radiusOrigin?.rawValue)
        writer.rounded("pl_bmasse", prediction.mass, digits: 5)
        writer.text("mass_provenance", prediction.massOrigin?.rawValue)
        writer.endObject()
        return writer.bytes
    }
}
