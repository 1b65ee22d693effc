// Runs a PlanetQuery over the catalogue's rows: filter, sort, page. Looks at each row once, whatever the query.

import PlanetCore

struct PlanetSearch {
    let query: PlanetQuery
    /// Keys of planets that match through an alias.
    var named: Set<String> = []

    /// The number of matches, and the page; nil once the work is cancelled.
    func run(_ chunks: [[PlanetRow]], unless work: Work = Work()) -> (total: Int, page: ArraySlice<PlanetRow>)? {
        // What is compared is computed once per row, not once per comparison.
        var found: [(row: PlanetRow, values: [SortValue])] = []
        for chunk in chunks {
            if work.isCancelled { return nil }
            for row in chunk {
                guard let discovery = row.discovery else { continue }
                let prediction = query.comparesPredictions ? Predictor.prediction(of: discovery) : nil
                guard matches(row.key, discovery, prediction) else { continue }
                found.append((row, query.order.map { SortValue(row, $0.key, prediction) }))
            }
        }
        if query.order.isEmpty {
            var rows = found.map(\.row)
            if let search = query.search { rows = PlanetSearch.nearestFirst(rows, search) }
            return (rows.count, query.page.cut(rows, isWhole: isWhole))
        }
        let sorted = found.sorted { precedes($0, $1) }
        return (sorted.count, ArraySlice(query.page.cut(sorted, isWhole: isWhole).map(\.row)))
    }

    private var isWhole: Bool { query.format != .json }

    private enum SortValue {
        case number(Double?)
        case text(String?)
        case integer(Int64)
        case predicted(PredictedOrder?)

        init(_ row: PlanetRow, _ key: PlanetQuery.SortKey, _ prediction: Prediction?) {
            switch key {
            case .number(let column): self = .number(row.discovery?[column])
            case .text(let column): self = .text(row.discovery?[column]?.lowercased())
            case .updated: self = .integer(row.updated)
            case .revision: self = .integer(Int64(row.state.revision))
            case .predicted(let column): self = .predicted(PredictedOrder(column, prediction))
            }
        }
    }

    private func matches(_ key: String, _ discovery: Discovery, _ prediction: Prediction?) -> Bool {
        for filter in query.filters {
            if case .predicted(let column, let comparison, let wanted) = filter {
                guard let prediction, Self.holds(ExportValue(column, of: prediction), comparison, wanted) else {
                    return false
                }
            } else if !holds(filter, discovery) {
                return false
            }
        }
        guard let search = query.search else { return true }
        return search.isIn(discovery, key: key) || named.contains(key)
    }

    /// Planets meant by the text before those that contain it, each in order of arrival.
    private static func nearestFirst(_ rows: [PlanetRow], _ search: NameSearch) -> [PlanetRow] {
        var ranks: [[PlanetRow]] = [[], [], [], []]
        for row in rows { ranks[search.rank(row.key)].append(row) }
        return Array(ranks.joined())
    }

    private func holds(_ filter: PlanetQuery.Filter, _ discovery: Discovery) -> Bool {
        switch filter {
        case .number(let column, let comparison, let bound):
            return discovery[column].map { comparison.holds($0, bound) } ?? false
        case .numberOneOf(let column, let values):
            return discovery[column].map(values.contains) ?? false
        case .text(let column, let comparison, let wanted):
            return discovery[column].map { comparison.holds($0.lowercased(), anyOf: wanted) } ?? false
        case .textContains(let column, let search): return discovery[column].map(search.isIn) == true
        case .numberIsNull(let column, let wanted): return (discovery[column] == nil) == wanted
        case .textIsNull(let column, let wanted): return (discovery[column] == nil) == wanted
        case .isPlanet(let wanted): return discovery.isPlanet == wanted
        case .predicted: return true
        }
    }

    /// Compares a predicted value with texts that the parser has checked.
    private static func holds(_ value: ExportValue, _ comparison: PlanetQuery.Comparison, _ wanted: [String]) -> Bool {
        if comparison == .null {
            if case .none = value { return wanted == ["true"] }
            return wanted == ["false"]
        }
        switch value {
        case .none: return false
        case .number(let number): return comparison.holds(number, anyOf: wanted.compactMap { Double($0) })
        case .integer(let number): return comparison.holds(Double(number), anyOf: wanted.compactMap { Double($0) })
        case .boolean, .day: return comparison.holds(value.text, anyOf: wanted)
        case .text(let text):
            let lower = text.lowercased()
            return comparison == .contains
                ? wanted.allSatisfy { lower.contains($0) } : comparison.holds(lower, anyOf: wanted)
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
                case (.predicted(let a), .predicted(let b)): Self.compare(a, b, key.falling)
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

extension PlanetQuery.Comparison {
    /// Compares a value with a bound; false for `contains` and `null`, which compare nothing.
    fileprivate func holds<T: Comparable>(_ value: T, _ bound: T) -> Bool {
        switch self {
        case .eq: value == bound
        case .ne: value != bound
        case .gt: value > bound
        case .gte: value >= bound
        case .lt: value < bound
        case .lte: value <= bound
        case .contains, .null: false
        }
    }

    /// `eq` accepts any of several bounds; the others have one.
    fileprivate func holds<T: Comparable>(_ value: T, anyOf bounds: [T]) -> Bool {
        self == .eq ? bounds.contains(value) : bounds.first.map { holds(value, $0) } ?? false
    }
}

/// Predicted values of one column in order: numbers, then texts.
private struct PredictedOrder: Comparable {
    private let number: Double
    private let text: String

    init?(_ column: PredictionColumn, _ prediction: Prediction?) {
        guard let prediction else { return nil }
        switch ExportValue(column, of: prediction) {
        case .none: return nil
        case .number(let value): (number, text) = (value, "")
        case .integer(let value), .day(let value): (number, text) = (Double(value), "")
        case .boolean(let value): (number, text) = (value ? 1 : 0, "")
        case .text(let value): (number, text) = (.infinity, value.lowercased())
        }
    }

    static func < (a: PredictedOrder, b: PredictedOrder) -> Bool { (a.number, a.text) < (b.number, b.text) }
}
