// Runs a PlanetQuery over the catalogue's rows: filter, sort, page. A row is looked at once, whatever is asked.

import PlanetCore

struct PlanetSearch {
    let query: PlanetQuery
    /// Keys of planets that an alias brings into the search.
    var named: Set<String> = []

    /// All matches' count, and the page; nil once the work is cancelled.
    func run(_ chunks: [[PlanetRow]], unless work: Work = Work()) -> (total: Int, page: ArraySlice<PlanetRow>)? {
        var found: [PlanetRow] = []
        for chunk in chunks {
            if work.isCancelled { return nil }
            for row in chunk {
                if let discovery = row.discovery, matches(row.key, discovery) { found.append(row) }
            }
        }
        if query.order.isEmpty {
            if let search = query.search { found = PlanetSearch.nearestFirst(found, search) }
            return (found.count, query.page.cut(found))
        }
        // What is compared is worked out once a row, not once a comparison.
        let keyed = found.map { row in (row: row, values: query.order.map { SortValue(row, $0.key) }) }
        let sorted = keyed.sorted { precedes($0, $1) }
        return (sorted.count, ArraySlice(query.page.cut(sorted).map(\.row)))
    }

    private enum SortValue {
        case number(Double?)
        case text(String?)
        case integer(Int64)

        init(_ row: PlanetRow, _ key: PlanetQuery.SortKey) {
            switch key {
            case .number(let column): self = .number(row.discovery?[column])
            case .text(let column): self = .text(row.discovery?[column]?.lowercased())
            case .updated: self = .integer(row.updated)
            case .revision: self = .integer(Int64(row.state.revision))
            }
        }
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
        case .isPlanet(let wanted): return discovery.isPlanet == wanted
        }
    }

    /// Nulls last, in either direction; the key decides between equals, so that pages never overlap.
    private func precedes(
        _ a: (row: PlanetRow, values: [SortValue]), _ b: (row: PlanetRow, values: [SortValue])
    ) -> Bool {
        for (index, key) in query.order.enumerated() {
            let order =
                switch (a.values[index], b.values[index]) {
                case (.number(let a), .number(let b)): Self.compare(a, b, key.falling)
                case (.text(let a), .text(let b)): Self.compare(a, b, key.falling)
                case (.integer(let a), .integer(let b)): Self.compare(a, b, key.falling)
                default: 0
                }
            if order != 0 { return order < 0 }
        }
        return a.row.key < b.row.key
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
