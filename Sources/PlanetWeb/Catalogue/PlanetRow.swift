// One key in the web's catalogue, a planet or an alias: its current value and where its history lies in the log. Not the history's values: those are
// read from the log when somebody asks.

import PlanetCore

/// One record of a planet's history.
struct HistoryItem: Sendable {
    var partition: Int32
    var offset: Int64
    /// Microseconds since 1970-01-01 UTC.
    var timestamp: Int64
    var change: Change
    var revision: Int
}

struct PlanetRow: Sendable {
    /// Older items beyond this many are dropped from memory; `droppedHistory` counts them. Their records stay in log and lake.
    static let longestHistory = 200

    let key: String
    var state = PlanetState()
    /// Nil while withdrawn, and for an alias.
    var discovery: Discovery? { state.discovery }
    /// The record that the current value is of: the last that changed anything.
    var current: HistoryItem?
    /// Log time stamp of the last change, microseconds since 1970-01-01 UTC.
    var updated: Int64 { current?.timestamp ?? 0 }
    /// The last record that changed the key as a planet, and the planet's name in the value that it gave or took away.
    var changedPlanet: (item: HistoryItem, name: String)?
    /// What was forecast while only one of mass and radius was measured; kept through withdrawals.
    var forecast: KeptForecast?
    var history: [HistoryItem] = []
    var droppedHistory = 0

    /// The record has changed the key's value, which was `before`.
    mutating func took(_ item: HistoryItem, instead before: Discovery?) {
        current = item
        if let discovery = discovery ?? before { changedPlanet = (item, discovery[.pl_name] ?? key) }
        if let discovery { forecast = KeptForecast.after(discovery, forecast) }
    }

    mutating func remember(_ item: HistoryItem) {
        if history.count >= PlanetRow.longestHistory {
            history.removeFirst()
            droppedHistory += 1
        }
        history.append(item)
    }
}
