// Planets of the right size on the right orbit, the likeliest first: at most 200.
// Not habitable planets: nobody knows of one. Only size and orbit are judged.

import JSONText
import PlanetCore

final class Candidates: Aggregate {
    static let name = "candidates"
    static let digested = Digested.all
    static let places = 200
    private var planets = RankedPlanets(places: Candidates.places)

    init() {}

    func add(_ planet: PlanetFacts, weight: Int) {
        guard let habitable = planet.prediction.habitable, habitable > 0 else { return }
        let rank = Candidates.rank(habitable, planet.prediction.habitableProbability)
        planets.add(planet.key, rank: rank, json: Candidates.json(planet, habitable), weight: weight)
    }

    /// By class, then by probability; without one at the end of the class.
    static func rank(_ habitable: Int, _ probability: Double?) -> Double {
        Double(-2 * habitable) - (probability ?? -0.5)
    }

    private static func json(_ planet: PlanetFacts, _ habitable: Int) -> [UInt8] {
        let prediction = planet.prediction
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("pl_name", planet.discovery[.pl_name] ?? planet.key)
        writer.member("habitable", habitable)
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

    func merge(_ other: Candidates) { planets.merge(other.planets) }
    func write(_ scope: GroupWriter.Scope, to groups: inout GroupWriter) { planets.write(scope, to: &groups) }
    func save(to state: inout StateWriter) { planets.save(to: &state) }
    func deferredSave() -> @Sendable (inout StateWriter) -> Void { { [planets] in planets.save(to: &$0) } }
    func restore(from state: inout StateReader) throws(StateError) { try planets.restore(from: &state) }
}
