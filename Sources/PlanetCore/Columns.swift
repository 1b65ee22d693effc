// THE table of columns.
package enum Columns {
    /// In canonical order.
    package static let all: [Column] = []
    package static func of(_ column: NumberColumn) -> Column { all[0] }
    package static func of(_ column: TextColumn) -> Column { all[0] }
    package static func of(_ id: ColumnID) -> Column { all[0] }
    /// By canonical name or alias without conversion.
    package static func find(_ name: String) -> Column? { nil }
}
