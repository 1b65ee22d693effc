// The parameters `limit` and `offset` of a list. Not those of GET /api/planets, which has more
// (PlanetQueryParser.swift).

import HTTPWire

struct PageQuery: Sendable {
    private(set) var offset = 0
    private(set) var limit = 50
    private(set) var faults: [Problem.Fault] = []

    /// False for another parameter.
    mutating func take(_ item: QueryItem) -> Bool {
        switch item.name {
        case "limit": limit = whole(item, 1...PlanetQuery.largestPage) ?? limit
        case "offset": offset = whole(item, 0...Int.max) ?? 0
        default: return false
        }
        return true
    }

    private mutating func whole(_ item: QueryItem, _ range: ClosedRange<Int>) -> Int? {
        if let number = Int(item.value), range.contains(number) { return number }
        let most = range.upperBound == Int.max ? "" : " to \(range.upperBound)"
        fault(item, .out_of_range, "A whole number from \(range.lowerBound)\(most).")
        return nil
    }

    mutating func fault(_ item: QueryItem, _ rule: RequestRule, _ detail: String) {
        faults.append(Problem.Fault(field: item.name, value: item.value, rule: rule, detail: detail))
    }
}
