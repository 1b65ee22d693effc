// Rows on their way into a file, written as one row group: a ColumnBuffer for each column, all of the same length.
// Filled column by column, a row at a time; not checked for equal lengths until it is written.

package struct RowBatch: Sendable, Equatable {
    /// In the schema's order.
    package var columns: [ColumnBuffer]

    package init(_ schema: Schema) { columns = schema.columns.map(ColumnBuffer.init) }

    init(columns: [ColumnBuffer]) { self.columns = columns }

    package var rowCount: Int { columns.first?.count ?? 0 }
    package var isEmpty: Bool { rowCount == 0 }
    package var estimatedBytes: Int { columns.reduce(0) { $0 + $1.estimatedBytes } }
    /// Whether every column has the same number of rows.
    package var isEven: Bool { columns.allSatisfy { $0.count == rowCount } }

    /// Adds the rows of a batch of the same schema.
    package mutating func append(contentsOf other: RowBatch) {
        precondition(columns.count == other.columns.count, "BUG: batches of two schemas mixed")
        for index in columns.indices { columns[index].append(contentsOf: other.columns[index]) }
    }

    /// Drops all rows and keeps the memory.
    package mutating func removeAll() {
        for index in columns.indices { columns[index].removeAll() }
    }
}
