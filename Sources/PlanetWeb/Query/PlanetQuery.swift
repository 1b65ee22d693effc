// What a GET /api/planets requests: filters, order, page, columns, and all faults of the query.

import PlanetCore

struct PlanetQuery: Sendable {
    /// Characters of a text that is looked for in names, which have no more.
    static let longestSearch = max(Columns.of(.pl_name).maxLength, Columns.of(.hostname).maxLength)
    static let mostSortKeys = 8

    enum Comparison: String { case eq, ne, gt, gte, lt, lte, contains, null }

    enum Filter: Sendable {
        case number(NumberColumn, Comparison, Double)
        /// Any of the values (compared without case).
        case text(TextColumn, Comparison, [String])
        case numberOneOf(NumberColumn, [Double])
        case numberIsNull(NumberColumn, Bool)
        case textContains(TextColumn, TextSearch)
        case textIsNull(TextColumn, Bool)
        /// Whether it counts as a planet, by its disposition.
        case isPlanet(Bool)
        /// A predicted value: any of the texts, read as numbers if need be.
        case predicted(PredictionColumn, Comparison, [String])
    }
    enum SortKey: Sendable {
        case number(NumberColumn)
        case text(TextColumn)
        case updated
        case revision
        case predicted(PredictionColumn)
    }

    /// What the list depends on: the parameters but those of the page and its form.
    var list = ""
    var filters: [Filter] = []
    /// Searched for in the names of planet and host.
    var search: NameSearch?
    var order: [(key: SortKey, falling: Bool)] = []
    var page = PageQuery()
    var columns = ColumnChoice()
    var format = ExportFormat.json

    /// Whether filters or the order need each planet's prediction.
    var comparesPredictions: Bool {
        filters.contains { if case .predicted = $0 { true } else { false } }
            || order.contains { if case .predicted = $0.key { true } else { false } }
    }
}
