// A list of planets that is kept in order: the places of all rows that match a query, as of a version of the catalogue.
// What has changed since is taken out and put where it belongs now; the others stay, uncompared.

import PlanetCore

struct PlanetView: Sendable {
    let version: Int
    var places: [Int32] = []
}

/// The rows of the catalogue at one moment.
struct CatalogueRows: Sendable {
    let chunks: [[PlanetRow]]
    let version: Int
    /// Of what has changed since the version that was asked for; nil: anything may have.
    let changed: ArraySlice<Int32>?

    var count: Int {
        chunks.isEmpty ? 0 : (chunks.count - 1) * KeyedRows.chunkRows + chunks[chunks.count - 1].count
    }

    subscript(_ place: Int32) -> PlanetRow {
        let (chunk, slot) = Int(place).quotientAndRemainder(dividingBy: KeyedRows.chunkRows)
        return chunks[chunk][slot]
    }
}

extension PlanetSearch {
    /// Changes of so large a part of a list are not worth being put into place one by one.
    private static let largePart = 4

    /// The list as of these rows; nil once the work is cancelled.
    func view(of rows: CatalogueRows, after earlier: PlanetView?, unless work: Work = Work()) -> PlanetView? {
        if let earlier, let changed = rows.changed, changed.count <= rows.count / PlanetSearch.largePart {
            return changed.isEmpty
                ? PlanetView(version: rows.version, places: earlier.places) : updated(earlier, rows, changed)
        }
        var found: [PlanetOrder.Values] = []
        var place: Int32 = 0
        for chunk in rows.chunks {
            if work.isCancelled { return nil }
            for row in chunk {
                if let values = values(of: row, at: place) { found.append(values) }
                place += 1
            }
        }
        found.sort(by: order.precedes)
        return PlanetView(version: rows.version, places: found.map(\.place))
    }

    private func updated(_ view: PlanetView, _ rows: CatalogueRows, _ changed: ArraySlice<Int32>) -> PlanetView {
        var isChanged = [Bool](repeating: false, count: rows.count)
        var come: [PlanetOrder.Values] = []
        for place in changed where !isChanged[Int(place)] {
            isChanged[Int(place)] = true
            if let values = values(of: rows[place], at: place) { come.append(values) }
        }
        come.sort(by: order.precedes)
        let kept = view.places.filter { !isChanged[Int($0)] }
        var places: [Int32] = []
        places.reserveCapacity(kept.count + come.count)
        var start = 0
        for values in come {
            let end = position(of: values, in: kept, from: start, rows)
            places += kept[start..<end]
            places.append(values.place)
            start = end
        }
        places += kept[start...]
        return PlanetView(version: rows.version, places: places)
    }

    /// Where the values belong among rows that are in order.
    private func position(
        of values: PlanetOrder.Values, in kept: [Int32], from start: Int, _ rows: CatalogueRows
    ) -> Int {
        var (low, high) = (start, kept.count)
        while low < high {
            let middle = (low + high) / 2
            if order.precedes(order.values(of: rows[kept[middle]], at: kept[middle]), values) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }
}
