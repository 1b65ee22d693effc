// A table as a Parquet file: one row group of limited size at a time, notes and units in the file's metadata.

import Parquet

final class ParquetExport: ExportWriter {
    private static let rowsInGroup = 4096

    private let columns: [ExportColumn]
    private let schema: Schema
    private var writer: ParquetWriter
    private var batch: RowBatch

    init(_ table: ExportTable) {
        columns = table.columns
        schema = Schema(
            "planets", columns.map { Schema.Column($0.name, ParquetExport.type(of: $0.kind), optional: true) })
        var options = WriterOptions()
        let units = columns.compactMap { column in column.unit.map { ("unit." + column.name, $0) } }
        options.metadata = (table.notes.map { ($0.name, $0.value) } + units).map {
            WriterOptions.Metadatum("planetarium." + $0.0, $0.1)
        }
        writer = ParquetWriter(schema, options)
        batch = RowBatch(schema)
    }

    func begin(_ bytes: inout [UInt8]) {}

    func add(_ values: [ExportValue], to bytes: inout [UInt8]) {
        for (place, value) in values.enumerated() { add(value, columns[place].kind, to: &batch.columns[place]) }
    }

    func isPart(_ bytes: [UInt8]) -> Bool { batch.rowCount >= ParquetExport.rowsInGroup }

    func endPart(isLast: Bool, _ bytes: inout [UInt8]) throws(ExportFailure) {
        do { try writer.write(batch) } catch { throw ExportFailure() }
        // Free its memory while the client reads.
        batch = RowBatch(schema)
        if isLast { writer.finish() }
        bytes += writer.take()
    }

    private static func type(of kind: ExportColumn.Kind) -> Schema.ValueType {
        switch kind {
        case .text: .string
        case .real: .double
        case .integer: .int64
        case .boolean: .boolean
        case .date: .date
        }
    }

    private func add(_ value: ExportValue, _ kind: ExportColumn.Kind, to column: inout ColumnBuffer) {
        switch (value, kind) {
        case (.text(let text), .text): column.append(text)
        case (.number(let number), .real): column.append(number)
        case (.integer(let number), .integer): column.append(Int64(number))
        case (.boolean(let flag), .boolean): column.append(flag)
        case (.day(let days), .date): column.append(Int32(days))
        default: column.appendNull()
        }
    }
}
