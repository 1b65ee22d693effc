// Which columns of planets a query requests, by name: those of the record, and predicted ones.

import HTTPWire
import PlanetCore

struct ColumnChoice: Sendable {
    /// Nil: all.
    private(set) var columns: [ColumnID]?
    private(set) var predicted: [PredictionColumn] = []

    /// All columns, and no predicted ones.
    init() {}

    init(of columns: [ColumnID]) { self.columns = columns }

    /// The parameter `columns`, or `fields`: names separated by commas.
    init(_ item: QueryItem, _ page: inout PageQuery) {
        var columns: [ColumnID] = []
        for name in item.value.split(separator: ",").map(String.init) {
            if let column = Columns.find(name) {
                if !columns.contains(column.id) { columns.append(column.id) }
            } else if let column = PredictionColumn.named(name) {
                if !predicted.contains(where: { $0.name == column.name }) { predicted.append(column) }
            } else {
                page.fault(item, .unknown_column, "There is no column \(name.prefix(100)).")
            }
        }
        self.columns = columns
    }

    var names: [String] { (columns ?? Columns.all.map(\.id)).map(\.name) + predicted.map(\.name) }

    /// A table of planets.
    func table(_ rows: [PlanetRow], _ notes: [(name: String, value: String)]) -> ExportTable {
        let columns = columns ?? Columns.all.map(\.id)
        return ExportTable(
            columns: ExportTable.rowColumns + columns.map { ExportColumn($0) } + predicted.map { ExportColumn($0) },
            count: rows.count,
            row: { [predicted] index in
                let row = rows[index]
                let discovery = row.discovery ?? Discovery()
                let values = ExportTable.values(of: row) + columns.map { ExportValue($0, of: discovery) }
                guard !predicted.isEmpty else { return values }
                let prediction = Predictor.prediction(of: discovery)
                return values + predicted.map { ExportValue($0, of: prediction) }
            }, notes: notes)
    }
}
