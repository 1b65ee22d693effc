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

    /// A record of this key: its value, or nil for a tombstone. `position` tells records apart.
    mutating func apply(key: String, _ discovery: Discovery?, partition: Int32, offset: Int64) -> Outcome {
        guard let place = places[key] else {
            guard let discovery else { return Outcome(change: .duplicate, revision: 0, before: nil) }
            places[key] = Int32(planets.count)
            var planet = Planet(key: key, discovery: discovery)
            let change = planet.state.apply(Catalogue.identity(partition, offset))
            planet.forecast = KeptForecast.after(discovery, nil)
            planets.append(planet)
            return Outcome(
                change: change, revision: Int(planet.state.revision), before: nil, forecast: planet.forecast)
        }
        let index = Int(place)
        let before = planets[index].discovery
        var state = planets[index].state
        // Values are compared themselves, so the state's hash only has to differ where they do: it names the record that
        // brought the value. Two ways to write the same value are the same value.
        let isSame = discovery != nil && before == discovery
        let hash = discovery == nil ? nil : isSame ? state.valueHash : Catalogue.identity(partition, offset)
        let change = state.apply(hash)
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

    private static func identity(_ partition: Int32, _ offset: Int64) -> ValueHash {
        ValueHash(high: UInt64(bitPattern: Int64(partition)) &+ 1, low: UInt64(bitPattern: offset))
    }
}
