// Which planets are in a group that depends on predictions. Each aggregate says which groups there are;
// PlanetCore/Science predicts.

import PlanetCore

extension GroupMembers {
    /// What a prediction depends on: radius, mass, and the incoming light.
    static let predictedColumns: [ColumnID] = [
        .number(.pl_rade), .number(.pl_bmasse), .number(.pl_orbsmax), .number(.pl_orbper), .number(.st_teff),
        .number(.st_rad), .number(.st_lum),
    ]

    /// The planets whose forecast `holds`.
    static func forecasts(_ holds: @escaping @Sendable (CountedPlanet, Prediction) -> Bool) -> GroupMembers {
        .planets(unit: .forecasts, columns: predictedColumns, isFixed: true) { planets in
            CountedMembers(planets.indices.filter { holds(planets[$0], Predictor.classes(of: planets[$0].discovery)) })
        }
    }

    /// One planet, if it is among the first `places` by rank; a nil rank excludes it.
    static func ranked(
        _ key: String, places: Int, _ rank: @escaping @Sendable (Discovery, Prediction) -> Double?
    ) -> GroupMembers {
        @Sendable func rankOf(_ planet: CountedPlanet) -> Double? {
            rank(planet.discovery, Predictor.classes(of: planet.discovery))
        }
        return .planets(unit: .planets, columns: predictedColumns, isFixed: false) { planets in
            guard let own = planets.firstIndex(where: { $0.key == key }), let ownRank = rankOf(planets[own]) else {
                return CountedMembers([])
            }
            let better = planets.count { planet in rankOf(planet).map { ($0, planet.key) < (ownRank, key) } ?? false }
            return CountedMembers(better < places ? [own] : [])
        }
    }
}
