// A row of the stream's keyed state. What no group element can express (the smallest value, a distinct count) is
// derived from the rows. They are rebuilt from the log, the lake, or a checkpoint.

import PlanetCore
import StateBytes

package typealias KeyedPlanets = KeyedRows<KeyedPlanet>

package struct KeyedPlanet: KeyedRow {
    package let key: String
    package var state = PlanetState()
    package var forecast: KeptForecast?

    package init(key: String) { self.key = key }

    /// Nil when withdrawn, and for an alias.
    package var discovery: Discovery? { state.discovery }

    package func save(to state: inout StateWriter) {
        state.text(key)
        self.state.save(to: &state)
        state.flag(forecast != nil)
        forecast?.save(to: &state)
    }

    package init(from state: inout StateReader, _ cache: inout TextCache) throws(StateError) {
        key = try state.text()
        self.state = try PlanetState(from: &state, &cache)
        forecast = try state.flag() ? try KeptForecast(from: &state) : nil
    }
}
