// One key in the web's catalogue, a planet or an alias: its current value and where its history lies in the log. The
// history's values are read from the log on demand.

import EventLog
import PlanetCore

/// One record of a planet's history.
struct HistoryItem: Sendable {
    var position: LogPosition
    var change: Change
    var revision: Int
}

struct PlanetRow: KeyedRow {
    /// Older items than this many are dropped from memory; `droppedHistory` counts them. Log and lake keep their
    /// records.
    static let longestHistory = 200

    let key: String
    var state = PlanetState()
    /// Nil while withdrawn, and for an alias.
    var discovery: Discovery? { state.discovery }
    /// The record with the current value: the last that changed anything.
    var current: HistoryItem?
    /// Log time stamp of the last change, microseconds since 1970-01-01 UTC.
    var updated: Int64 { current?.position.timestamp ?? 0 }
    /// The last record that changed the key as a planet, and the planet's name in the value that it set or removed.
    var changedPlanet: (item: HistoryItem, name: String)?
    var forecast: KeptForecast?
    var history: [HistoryItem] = []
    var droppedHistory = 0

    init(key: String) { self.key = key }

    /// Records the effect of the record at `item`, which was not refused.
    mutating func took(_ outcome: RowOutcome, at item: inout HistoryItem) {
        guard case .change(let change) = outcome.effect else { return }
        item.change = change
        item.revision = outcome.revision
        if change != .duplicate, change != .late {
            current = item
            if let planet = outcome.after.discovery ?? outcome.before.discovery {
                changedPlanet = (item, planet[.pl_name] ?? key)
            }
        }
        remember(item)
    }

    private mutating func remember(_ item: HistoryItem) {
        if history.count >= PlanetRow.longestHistory {
            history.removeFirst()
            droppedHistory += 1
        }
        history.append(item)
    }
}
