// The web's own view of all planets, built by reading the log; answers GET /api/planets and gives receipts their revision.
// One thread (CatalogueTail) writes, every event loop reads: rows lie in chunks, so a reader takes a copy-on-write view in
// nanoseconds and a writer copies at most one chunk.

import PlanetCore
import Threads

final class Catalogue: Sendable {
    private static let chunkRows = 256

    private struct Table: Sendable {
        var index: [String: Int] = [:]
        var chunks: [[PlanetRow]] = []
        var count = 0
        var present = 0
    }
    private let table = Guarded(Table())

    /// Takes one valid record (or withdrawal, `discovery` nil) in log order; returns what it changed.
    func apply(key: String, discovery: Discovery?, at position: HistoryItem) -> HistoryItem {
        table.withLock { table in
            let place: Int
            if let known = table.index[key] {
                place = known
            } else if discovery == nil {
                // Another program withdrew what never was: nothing to remember.
                return position
            } else {
                place = table.count
                table.index[key] = place
                table.count += 1
                if place % Catalogue.chunkRows == 0 { table.chunks.append([]) }
                table.chunks[place / Catalogue.chunkRows].append(PlanetRow(key: key))
            }
            let (chunk, slot) = place.quotientAndRemainder(dividingBy: Catalogue.chunkRows)
            let before = table.chunks[chunk][slot].discovery
            var item = position
            item.change = table.chunks[chunk][slot].state.apply(PlanetState.Record(discovery, after: before))
            item.revision = Int(table.chunks[chunk][slot].state.revision)
            if item.change != .duplicate {
                table.chunks[chunk][slot].discovery = discovery
                table.chunks[chunk][slot].updated = item.timestamp
                table.present += (discovery != nil ? 1 : 0) - (before != nil ? 1 : 0)
            }
            table.chunks[chunk][slot].remember(item)
            return item
        }
    }

    /// The planet's row, also when it is withdrawn; nil if the key was never seen.
    func row(_ key: String) -> PlanetRow? {
        table.withLock { table in
            table.index[key].map { table.chunks[$0 / Catalogue.chunkRows][$0 % Catalogue.chunkRows] }
        }
    }

    /// By key, or by any spelling of the name.
    func find(_ name: String) -> PlanetRow? { row(name) ?? IdentityKey.of(name).flatMap { row($0) } }

    /// All rows, withdrawn ones too, in the order they were first seen.
    func rows() -> [[PlanetRow]] {
        table.withLock { $0.chunks }
    }

    /// Takes rows that were saved, before any record. False, and nothing taken, where a key is there twice.
    func restore(_ rows: [[PlanetRow]]) -> Bool {
        var restored = Table()
        restored.index.reserveCapacity(rows.reduce(0) { $0 + $1.count })
        for row in rows.joined() {
            restored.index[row.key] = restored.count
            if restored.count % Catalogue.chunkRows == 0 { restored.chunks.append([]) }
            restored.chunks[restored.chunks.count - 1].append(row)
            restored.count += 1
            restored.present += row.discovery != nil ? 1 : 0
        }
        guard restored.index.count == restored.count else { return false }
        table.withLock { $0 = restored }
        return true
    }

    /// Planets that are not withdrawn.
    var count: Int { table.withLock { $0.present } }
}
