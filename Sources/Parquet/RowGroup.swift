// One row group: the column chunks of one batch of rows, one after the other.
// Keeps no values, only what the footer needs.

struct RowGroup: Sendable {
    var columns: [ColumnChunk]
    var rows: Int

    var uncompressedSize: Int { columns.reduce(0) { $0 + $1.uncompressedSize } }
    var compressedSize: Int { columns.reduce(0) { $0 + $1.compressedSize } }

    static func write(
        _ batch: RowBatch, _ schema: Schema, _ options: WriterOptions, base: Int64, _ compressor: inout Compressor,
        into out: inout [UInt8]
    ) throws(ParquetError) -> RowGroup {
        var chunks: [ColumnChunk] = []
        for (column, buffer) in zip(schema.columns, batch.columns) {
            let chunk = try ColumnChunk.write(buffer, of: column, options, base: base, &compressor, into: &out)
            chunks.append(chunk)
        }
        return RowGroup(columns: chunks, rows: batch.rowCount)
    }
}
