// The keyed state: every planet the log has told of, with its current value. What can't be a group element (the smallest value, a
// distinct count) is derived from it.
// Not a store: it is rebuilt by reading the log.

import PlanetCore

struct Catalogue {
    struct Planet {
        var key: String
        var state = PlanetState()
        /// Nil when withdrawn.
        var discovery: Discovery?
        /// Kept through withdrawals.
        var forecast: KeptForecast?
    }

    private var places: [String: Int32] = [:]
    private(set) var planets: [Planet] = []

    /// What the record did, and the value it took away.
    struct Outcome {
        let change: Change
        let revision: Int
        let before: Discovery?
        /// As it was, and as it is after the record.
        var forecastBefore: KeptForecast?
        var forecast: KeptForecast?
    }

    /// A record of this key: its value, or nil for a tombstone.
    mutating func apply(key: String, _ discovery: Discovery?) -> Outcome {
        guard let place = places[key] else {
            guard let discovery else { return Outcome(change: .duplicate, revision: 0, before: nil) }
            places[key] = Int32(planets.count)
            var planet = Planet(key: key, discovery: discovery)
            let change = planet.state.apply(.value(isSame: false))
            planet.forecast = KeptForecast.after(discovery, nil)
            planets.append(planet)
            return Outcome(
                change: change, revision: Int(planet.state.revision), before: nil, forecast: planet.forecast)
        }
        let index = Int(place)
        let before = planets[index].discovery
        var state = planets[index].state
        let change = state.apply(PlanetState.Record(discovery, after: before))
        guard change != .duplicate else {
            return Outcome(change: change, revision: Int(state.revision), before: nil)
        }
        planets[index].state = state
        planets[index].discovery = discovery
        let kept = planets[index].forecast
        if let discovery { planets[index].forecast = KeptForecast.after(discovery, kept) }
        return Outcome(
            change: change, revision: Int(state.revision), before: before, forecastBefore: kept,
            forecast: planets[index].forecast)
    }
}
