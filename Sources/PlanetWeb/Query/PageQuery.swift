// The parameters `limit` and `offset` of a list, and all faults of its query. The number of its parts is bounded, and
// the text in each: parsing must not take longer than making the list.

import HTTPWire

struct PageQuery: Sendable {
    private static let largest = 1000
    /// Parameters per query.
    static let most = 100
    /// One parameter can be wrong in thousands of ways.
    private static let mostFaults = 50
    private static let longestValue = 200

    private(set) var offset = 0
    private(set) var limit = 50
    /// Whether the query sets a limit: otherwise a table has all rows.
    private(set) var hasLimit = false
    private(set) var faults: [Problem.Fault] = []

    /// False for another parameter.
    mutating func take(_ item: QueryItem) -> Bool {
        switch item.name {
        case "limit":
            hasLimit = true
            limit = whole(item, 1...PageQuery.largest) ?? limit
        case "offset": offset = whole(item, 0...Int.max) ?? 0
        default: return false
        }
        return true
    }

    /// The query's parameters; none, and a fault, if there are too many.
    mutating func items(_ items: [QueryItem]) -> [QueryItem] {
        guard items.count > PageQuery.most else { return items }
        faults.append(
            Problem.Fault(
                field: "", value: "\(items.count)", rule: .too_many_parameters,
                detail: "A query has at most \(PageQuery.most) parameters."))
        return []
    }

    /// A search text; nil, and a fault, if it is longer than what is searched.
    mutating func text(_ item: QueryItem, upTo length: Int) -> String? {
        if item.value.utf8.count <= length || item.value.unicodeScalars.count <= length { return item.value }
        fault(item, .too_long, "At most \(length) characters.")
        return nil
    }

    private mutating func whole(_ item: QueryItem, _ range: ClosedRange<Int>) -> Int? {
        if let number = Int(item.value), range.contains(number) { return number }
        let most = range.upperBound == Int.max ? "" : " to \(range.upperBound)"
        fault(item, .out_of_range, "A whole number from \(range.lowerBound)\(most).")
        return nil
    }

    mutating func fault(_ item: QueryItem, _ rule: RequestRule, _ detail: String) {
        guard faults.count < PageQuery.mostFaults else { return }
        func shown(_ text: String) -> String { String(text.prefix(PageQuery.longestValue)) }
        faults.append(
            Problem.Fault(field: shown(item.name), value: shown(item.value), rule: rule, detail: shown(detail)))
    }

    /// Nil: the query is right.
    var refusal: Response? {
        faults.isEmpty ? nil : .problem(400, "The query has \(faults.count) fault(s).", errors: faults)
    }

    /// The page; without a limit in the query all rows if `isWhole`, as for tables.
    func cut<Row>(_ all: [Row], isWhole: Bool = false) -> ArraySlice<Row> {
        let rest = all.dropFirst(offset)
        return isWhole && !hasLimit ? rest : rest.prefix(limit)
    }
}
