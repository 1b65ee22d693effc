// A Parquet file as a stream of bytes: row groups in, bytes out, the footer at the end (README of parquet-format).
// Opens no file: the caller takes the bytes after each call and stores them.

package struct ParquetWriter: ~Copyable {
    private static let magic: [UInt8] = [0x50, 0x41, 0x52, 0x31]  // "PAR1"

    package let schema: Schema
    package let options: WriterOptions
    private var compressor: Compressor
    private var rowGroups: [RowGroup] = []
    private var output: [UInt8] = ParquetWriter.magic
    /// Where `output` begins in the file.
    private var outputOffset: Int64 = 0
    package private(set) var isFinished = false
    package private(set) var rowsWritten = 0

    package init(_ schema: Schema, _ options: WriterOptions = WriterOptions()) {
        self.schema = schema
        self.options = options
        compressor = Compressor(options.compression)
    }

    /// How long the file is so far, taken or not.
    package var length: Int64 { outputOffset + Int64(output.count) }

    /// Adds the batch as one row group; an empty one adds nothing. On an error the file is as it was before the call.
    package mutating func write(_ batch: RowBatch) throws(ParquetError) {
        precondition(!isFinished, "BUG: rows after the footer")
        precondition(
            batch.columns.count == schema.columns.count && batch.isEven, "BUG: an uneven batch for \(schema.name)")
        guard !batch.isEmpty else { return }
        let before = output.count
        do {
            let group = try RowGroup.write(batch, schema, options, base: outputOffset, &compressor, into: &output)
            rowGroups.append(group)
        } catch {
            output.removeLast(output.count - before)
            throw error
        }
        rowsWritten += batch.rowCount
    }

    /// Adds the footer: its thrift, its length in four bytes, and the magic number.
    package mutating func finish() {
        precondition(!isFinished, "BUG: a second footer")
        isFinished = true
        let footer = FileMetadata(
            schema: schema, rowGroups: rowGroups, metadata: options.metadata, compression: options.compression
        ).bytes
        output.append(contentsOf: footer)
        output.append(littleEndian: UInt32(footer.count))
        output.append(contentsOf: Self.magic)
    }

    /// The bytes that came since the last call.
    package mutating func take() -> [UInt8] {
        let taken = output
        outputOffset += Int64(taken.count)
        output = []
        return taken
    }
}
