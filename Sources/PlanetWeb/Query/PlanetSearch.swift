// Which rows of the catalogue a PlanetQuery asks for. Not their order (PlanetOrder.swift), nor the list of them
// (PlanetView.swift).

import PlanetCore

struct PlanetSearch: Sendable {
    let query: PlanetQuery
    /// Keys of planets that match through an alias.
    var named: Set<String> = []

    /// How its list is ordered.
    let order: PlanetOrder

    init(query: PlanetQuery, named: Set<String> = []) {
        self.query = query
        self.named = named
        order = PlanetOrder(query)
    }

    /// What a row is put in order by; nil where it is not in the list.
    func values(of row: PlanetRow, at place: Int32) -> PlanetOrder.Values? {
        guard let discovery = row.discovery else { return nil }
        let prediction = query.comparesPredictions ? Predictor.prediction(of: discovery) : nil
        guard matches(row.key, discovery, prediction) else { return nil }
        return order.values(of: row, at: place, prediction)
    }

    /// The places of the page that is asked for.
    func page(of view: PlanetView) -> ArraySlice<Int32> { query.page.cut(view.places, isWhole: query.format != .json) }

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
