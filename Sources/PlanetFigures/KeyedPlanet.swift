// A row of the stream's keyed state. What no group element can express (the smallest value, a distinct count) is
// derived from the rows. They are rebuilt from the log, the lake, or a checkpoint.

import PlanetCore

package typealias KeyedPlanets = KeyedRows<KeyedPlanet>

package struct KeyedPlanet: KeyedRow {
    package private(set) var packed: PackedRow

    package init(_ packed: PackedRow) { self.packed = packed }

    /// Of another program's state.
    package init(key: String, _ state: PlanetState, _ forecast: KeptForecast?) {
        packed = PackedRow(key: key, state, forecast)
    }

    package var key: String { packed.key }
    package var state: PlanetState { packed.state }
    package var forecast: KeptForecast? { packed.forecast }

    /// Nil when withdrawn, and for an alias.
    package var discovery: Discovery? { packed.discovery }

    package func extra(after outcome: RowOutcome, _ note: inout Void) -> [UInt8] { [] }
    package static func isWhole(_ extra: UnsafeRawBufferPointer) -> Bool { extra.isEmpty }
}
