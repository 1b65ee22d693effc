// Reads the query string of GET /api/planets into a PlanetQuery; collects every fault instead of stopping at the first.

import Basics
import HTTPWire
import PlanetCore

struct PlanetQueryParser {
    private var query = PlanetQuery()
    private var textEquals: [TextColumn: [String]] = [:]
    private var numberEquals: [NumberColumn: [Double]] = [:]
    private var isSortFull = false

    /// The query; its page has the faults.
    static func parse(_ items: [QueryItem]) -> PlanetQuery {
        var parser = PlanetQueryParser()
        for item in parser.query.page.items(items) where !parser.query.page.take(item) { parser.take(item) }
        for (column, values) in parser.textEquals { parser.query.filters.append(.text(column, .eq, values)) }
        for (column, values) in parser.numberEquals { parser.query.filters.append(.numberOneOf(column, values)) }
        return parser.query
    }

    private mutating func take(_ item: QueryItem) {
        let isOfForm = ["fields", "columns", "format"].contains(item.name)
        if !isOfForm { query.list += "\(item.name)=\(item.value)\0" }
        switch item.name {
        case "q": query.search = query.page.text(item, upTo: PlanetQuery.longestSearch).map { NameSearch($0) }
        case "sort": for part in item.value.split(separator: ",") { takeSort(String(part), item) }
        case "fields", "columns": query.columns = ColumnChoice(item, &query.page)
        case "format": query.format = ExportFormat(item, &query.page)
        case "is_planet": if let wanted = yesOrNo(item) { query.filters.append(.isPlanet(wanted)) }
        default: takeFilter(item)
        }
    }

    private mutating func takeSort(_ part: String, _ item: QueryItem) {
        let falling = part.hasPrefix("-")
        let name = falling ? String(part.dropFirst()) : part
        guard query.order.count < PlanetQuery.mostSortKeys else {
            if query.order.count == PlanetQuery.mostSortKeys, !isSortFull {
                fault(item, .too_many_parameters, "At most \(PlanetQuery.mostSortKeys) columns to sort by.")
            }
            isSortFull = true
            return
        }
        switch name {
        case "updated": query.order.append((.updated, falling))
        case "revision": query.order.append((.revision, falling))
        default:
            switch Columns.find(name)?.id {
            case .number(let column): query.order.append((.number(column), falling))
            case .text(let column): query.order.append((.text(column), falling))
            case nil:
                if let column = PredictionColumn.named(name) {
                    query.order.append((.predicted(column), falling))
                } else {
                    fault(item, .unknown_column, "There is no column \(name) to sort by.")
                }
            }
        }
    }

    private mutating func takeFilter(_ item: QueryItem) {
        let parts = item.name.split(separator: ".", maxSplits: 1).map(String.init)
        if let column = parts.first.flatMap({ PredictionColumn.named($0) }) {
            return takePredicted(column, parts.count == 1 ? "eq" : parts[1], item)
        }
        guard let name = parts.first, let column = Columns.find(name) else {
            return fault(item, .unknown_parameter, "There is no column or parameter of this name.")
        }
        guard let comparison = parts.count == 1 ? .eq : PlanetQuery.Comparison(rawValue: parts[1]) else {
            return fault(item, .unknown_comparison, "Comparisons are gte, gt, lte, lt, ne, contains and null.")
        }
        switch (column.id, comparison) {
        case (.number(let id), .null):
            if let wanted = yesOrNo(item) { query.filters.append(.numberIsNull(id, wanted)) }
        case (.text(let id), .null):
            if let wanted = yesOrNo(item) { query.filters.append(.textIsNull(id, wanted)) }
        case (.number, .contains):
            fault(item, .unknown_comparison, "A number cannot contain text.")
        case (.number(let id), _):
            guard let number = Self.number(item.value, column.type) else {
                return fault(item, .not_a_number, "The column holds numbers.")
            }
            if comparison == .eq {
                numberEquals[id, default: []].append(number)
            } else {
                query.filters.append(.number(id, comparison, number))
            }
        case (.text(let id), _):
            guard let text = query.page.text(item, upTo: column.maxLength)?.lowercased() else { return }
            switch comparison {
            case .eq: textEquals[id, default: []].append(text)
            case .contains: query.filters.append(.textContains(id, TextSearch(text)))
            default: query.filters.append(.text(id, comparison, [text]))
            }
        }
    }

    private mutating func takePredicted(_ column: PredictionColumn, _ comparison: String, _ item: QueryItem) {
        guard let comparison = PlanetQuery.Comparison(rawValue: comparison) else {
            return fault(item, .unknown_comparison, "Comparisons are gte, gt, lte, lt, ne, contains and null.")
        }
        switch (column.reading, comparison) {
        case (_, .null): guard yesOrNo(item) != nil else { return }
        case (.real, .contains), (.integer, .contains), (.boolean, .contains):
            return fault(item, .unknown_comparison, "A number cannot contain text.")
        case (.real, _), (.integer, _):
            guard Double(item.value)?.isFinite == true else {
                return fault(item, .not_a_number, "The column holds numbers.")
            }
        case (.boolean, _): guard yesOrNo(item) != nil else { return }
        case (.text, _): break
        }
        if comparison == .eq,
            let place = query.filters.firstIndex(where: { $0.isEqualityOf(column) }),
            case .predicted(_, _, let others) = query.filters[place]
        {
            query.filters[place] = .predicted(column, .eq, others + [item.value.lowercased()])
        } else {
            query.filters.append(.predicted(column, comparison, [item.value.lowercased()]))
        }
    }

    /// A number as the column stores it: dates as days, yes and no as 1 and 0.
    private static func number(_ text: String, _ type: ColumnType) -> Double? {
        if type == .boolean {
            if text == "true" { return 1 }
            if text == "false" { return 0 }
        }
        if type == .date { return Array(text.utf8).withUnsafeBytes { CivilDate(archive: $0) }.map { Double($0.days) } }
        guard let number = Double(text), number.isFinite else { return nil }
        return number
    }

    private mutating func yesOrNo(_ item: QueryItem) -> Bool? {
        if item.value == "true" { return true }
        if item.value == "false" { return false }
        fault(item, .not_a_boolean, "Either true or false.")
        return nil
    }

    private mutating func fault(_ item: QueryItem, _ rule: RequestRule, _ detail: String) {
        query.page.fault(item, rule, detail)
    }
}

extension PlanetQuery.Filter {
    fileprivate func isEqualityOf(_ column: PredictionColumn) -> Bool {
        if case .predicted(let own, .eq, _) = self { return own.name == column.name }
        return false
    }
}

extension PredictionColumn {
    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    static func named(_ name: String) -> PredictionColumn? { byName[name] }
}
