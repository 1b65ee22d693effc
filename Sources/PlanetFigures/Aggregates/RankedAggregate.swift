// An aggregate of the best planets by a rank of its own: which planets have one, and what is shown of them, is left to
// it. RankedPlanets.swift keeps them.

import PlanetCore

protocol RankedAggregate: StoredAggregate where State == RankedPlanets {
    /// Adds (weight 1) or takes away (weight -1) a planet that has a rank; leaves out any other.
    static func add(_ planet: PlanetFacts, _ weight: Int, to state: inout RankedPlanets)
}

extension RankedAggregate {
    func add(_ planet: PlanetFacts, weight: Int) { Self.add(planet, weight, to: &state) }

    var isShort: Bool { state.isShort }

    func refill(_ planets: (_ withPredictions: Bool, _ each: (PlanetValues) -> Void) -> Void) {
        state.refill { state in
            planets(true) { if let planet = $0 as? PlanetFacts { Self.add(planet, 1, to: &state) } }
        }
    }

    func follow(_ parts: [Self]) -> Int { state.follow(parts.map(\.state)) }
}
