// THE table of columns, in canonical order, by name, by case: validation, JSON, schema, Parquet, Hive follow from it.
// Not here: the rows (ColumnRows.swift), units of other columns that are converted (Aliases.swift).

package enum Columns {
    /// In canonical order: that of the NASA Exoplanet Archive, then our own.
    package static let all: [Column] = ColumnRows.all

    /// What most reports contain and the charts need: the page's form and table show these, in this order.
    package static let essentials: [ColumnID] = [
        .text(.pl_name), .text(.hostname), .text(.discoverymethod), .number(.disc_year), .text(.disc_facility),
        .number(.pl_rade), .number(.pl_bmasse), .number(.pl_orbper), .number(.sy_dist),
    ]

    private static let numbers: [Column] = NumberColumn.allCases.map { row(.number($0)) }
    private static let texts: [Column] = TextColumn.allCases.map { row(.text($0)) }

    package static func of(_ column: NumberColumn) -> Column { numbers[Int(column.rawValue)] }
    package static func of(_ column: TextColumn) -> Column { texts[Int(column.rawValue)] }
    package static func of(_ id: ColumnID) -> Column {
        switch id {
        case .number(let column): of(column)
        case .text(let column): of(column)
        }
    }

    /// By canonical name or by an alias that needs no conversion.
    package static func find(_ name: String) -> Column? {
        var name = name
        guard let target = name.withUTF8({ ColumnLookup.table.find(UnsafeRawBufferPointer($0)) }),
            target.conversion == .none
        else { return nil }
        return of(target.id)
    }

    /// What saved discoveries mean: names and types of the columns by index. Changes with the table.
    package static let meaning: String = {
        let all: [ColumnID] = NumberColumn.allCases.map { .number($0) } + TextColumn.allCases.map { .text($0) }
        return all.map { "\($0.name):\(of($0).type.rawValue)" }.joined(separator: ",")
    }()

    private static func row(_ id: ColumnID) -> Column {
        guard let column = all.first(where: { $0.id == id }) else {
            preconditionFailure("BUG: \(id.name) has no row in ColumnRows.swift")
        }
        return column
    }
}
