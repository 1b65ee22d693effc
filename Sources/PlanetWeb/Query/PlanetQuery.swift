// What GET /api/planets was asked for: filters, order, page, columns. Parsed from the query string; every wrong part is
// named at once.

import PlanetCore

struct PlanetQuery {
    enum Comparison: String { case eq, ne, gt, gte, lt, lte, contains, null }

    enum Filter {
        case number(NumberColumn, Comparison, Double)
        /// Any of the values (compared without case).
        case text(TextColumn, Comparison, [String])
        case numberOneOf(NumberColumn, [Double])
        case numberIsNull(NumberColumn, Bool)
        case textIsNull(TextColumn, Bool)
    }
    enum SortKey {
        case number(NumberColumn)
        case text(TextColumn)
        case updated
        case revision
    }

    static let largestPage = 1000

    var filters: [Filter] = []
    /// Looked for in pl_name and hostname, folded.
    var search: String?
    var order: [(key: SortKey, falling: Bool)] = []
    var offset = 0
    var limit = 50
    /// Nil: all columns.
    var columns: [ColumnID]?
}
