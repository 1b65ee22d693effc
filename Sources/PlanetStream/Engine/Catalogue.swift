// The keyed state: every key the log has told of, planet or alias, with its current value. What can't be a group element (the smallest
// value, a distinct count) is derived from it.
// Not a store: it is rebuilt by reading the log.

import PlanetCore

struct Catalogue {
    struct Planet {
        var key: String
        var state = PlanetState()
        /// Kept through withdrawals.
        var forecast: KeptForecast?

        /// Nil when withdrawn, and for an alias.
        var discovery: Discovery? { state.discovery }
    }

    private var places: [String: Int32] = [:]
    private(set) var planets: [Planet] = []

    /// What the record did, and the value it took away.
    struct Outcome {
        let effect: PlanetState.Effect
        let revision: Int
        /// The value that the record ended, and the one that it began; nil for a record that changes no planet's value.
        var before: Discovery?
        var after: Discovery?
        /// As it was, and as it is after the record.
        var forecastBefore: KeptForecast?
        var forecast: KeptForecast?
        /// Why it was refused.
        var issue: FieldIssue?
    }

    /// The next record of this key.
    mutating func apply(key: String, _ record: PlanetRecord, _ submission: SubmissionID? = nil) -> Outcome {
        guard let place = places[key] else {
            var planet = Planet(key: key)
            let effect = planet.state.apply(record, submission)
            if case .tombstone = record { return Outcome(effect: effect, revision: 0) }
            places[key] = Int32(planets.count)
            let discovery = planet.discovery
            planet.forecast = discovery.flatMap { KeptForecast.after($0, nil) }
            planets.append(planet)
            return Outcome(
                effect: effect, revision: Int(planet.state.revision), after: discovery, forecast: planet.forecast)
        }
        let index = Int(place)
        let before = planets[index].discovery
        let effect = planets[index].state.apply(record, submission)
        let revision = Int(planets[index].state.revision)
        switch effect {
        case .refused(let rule):
            return Outcome(effect: effect, revision: revision, issue: planets[index].state.issue(rule, record))
        case .change(.duplicate), .change(.late):
            return Outcome(effect: effect, revision: revision)
        case .change:
            let kept = planets[index].forecast
            let after = planets[index].discovery
            if let after { planets[index].forecast = KeptForecast.after(after, kept) }
            return Outcome(
                effect: effect, revision: revision, before: before, after: after, forecastBefore: kept,
                forecast: planets[index].forecast)
        }
    }
}
