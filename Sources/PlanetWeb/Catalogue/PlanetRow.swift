// One key in the web's catalogue, a planet or an alias: its current value and where its history lies in the log. The
// history's values are read from the log on demand. All of it is packed (PackedRow.swift), the places as distances
// (PackedHistory.swift), so that a planet with one record takes some 200 bytes of memory.

import EventLog
import PlanetCore

/// One record of a planet's history.
struct HistoryItem: Sendable, Equatable {
    var position: LogPosition
    var change: Change
    var revision: Int
}

typealias PlanetRow = PackedRow

extension PlanetRow {
    /// Older items than this many are dropped from memory; `droppedHistory` counts them. Log and lake keep their
    /// records.
    static let longestHistory = 200

    /// The record with the current value: the last that changed anything.
    var current: HistoryItem? { withExtra { PackedHistory($0).current } }
    /// Log time stamp of the last change, microseconds since 1970-01-01 UTC.
    var updated: Int64 { current?.position.timestamp ?? 0 }
    /// The last record that changed the key as a planet, and the planet's name in the value that it set or removed.
    var changedPlanet: (item: HistoryItem, name: String)? {
        if let discovery { return current.map { ($0, discovery[.pl_name] ?? key) } }
        return withExtra { PackedHistory($0).changed }
    }
    /// The oldest first.
    var history: [HistoryItem] {
        withExtra { PackedHistory($0).newest(PlanetRow.longestHistory) }.reversed()
    }
    var droppedHistory: Int { max(0, records - PlanetRow.longestHistory) }
    /// Those of the history, dropped ones too.
    var records: Int { withExtra { PackedHistory($0).total } }

    /// The history's bytes after a record; `row`: before it. `item`: where the record lies; it learns what the record
    /// did.
    static func history(
        of row: PlanetRow?, key: String, after outcome: RowOutcome, _ item: inout HistoryItem
    ) -> [UInt8] {
        guard let row else {
            return history(UnsafeRawBufferPointer(start: nil, count: 0), key: key, after: outcome, &item)
        }
        return row.withExtra { history($0, key: key, after: outcome, &item) }
    }

    private static func history(
        _ bytes: UnsafeRawBufferPointer, key: String, after outcome: RowOutcome, _ item: inout HistoryItem
    ) -> [UInt8] {
        var history = PackedHistory(bytes)
        guard case .change(let change) = outcome.effect else { return Array(bytes) }
        item.change = change
        item.revision = outcome.revision
        if change != .duplicate, change != .late {
            history.current = item
            // Of a planet both follow from its value and the current record.
            if outcome.after.discovery != nil {
                history.changed = nil
            } else if let planet = outcome.before.discovery {
                history.changed = (item, planet[.pl_name] ?? key)
            }
        }
        return history.packed(with: item, most: PlanetRow.longestHistory)
    }
}

extension Sequence<PlanetRow> {
    /// Each key is read once, and not once a comparison.
    func inOrderOfKeys() -> [PlanetRow] {
        map { (key: $0.key, row: $0) }.sorted { $0.key < $1.key }.map(\.row)
    }
}
