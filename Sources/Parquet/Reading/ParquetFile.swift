// A Parquet file that is read: its footer at once, its columns when they are asked for, a row group at a time.
// Holds no pages and no values. Every number a file says is checked before it is used.

package struct ParquetFile: Sendable {
    package let source: any ByteSource
    package let options: ReaderOptions
    /// The columns that can be read. Nested ones, and those of types we don't read, are in `unsupportedColumns`.
    package let schema: Schema
    package let unsupportedColumns: [UnsupportedColumn]
    package let createdBy: String?
    package let metadata: [WriterOptions.Metadatum]
    package let rowCount: Int
    package let rowGroups: [StoredRowGroup]

    package struct UnsupportedColumn: Sendable, Equatable {
        package let name: String
        /// What of it isn't supported.
        package let reason: String
    }

    /// Reads the footer.
    package init(_ source: any ByteSource, _ options: ReaderOptions = ReaderOptions()) throws(ParquetError) {
        throw .unsupported(.init(), "reading")
    }

    package init(bytes: [UInt8], _ options: ReaderOptions = ReaderOptions()) throws(ParquetError) {
        try self.init(BytesInMemory(bytes), options)
    }

    /// The first value under a key of the key-value metadata.
    package func metadata(_ key: String) -> String? { metadata.first { $0.key == key }?.value }

    /// The columns in the order of their names here (nil: all of `schema`), as a batch that a ParquetWriter takes.
    package func read(rowGroup: Int, columns: [String]? = nil) throws(ParquetError) -> RowBatch {
        throw .unsupported(.init(), "reading")
    }

    /// The row group in the shape of `schema`: columns the file hasn't got are null where they are optional there. A required column may be
    /// read as an optional one; the other way round only where no row is null. int32 may be read as int64, bytes as string and back.
    package func read(rowGroup: Int, as schema: Schema) throws(ParquetError) -> RowBatch {
        throw .unsupported(.init(), "reading")
    }

    /// Reads every page of every column that can be read, and compares the values with what the footer says of them: checksums, counts, bounds,
    /// text being UTF-8. Throws at the first thing that is wrong.
    package func verify() throws(ParquetError) -> Verification {
        throw .unsupported(.init(), "reading")
    }

    package struct Verification: Sendable, Equatable {
        package var rows = 0
        package var rowGroups = 0
        package var pages = 0
        /// Pages without a CRC: nothing but their form could be checked.
        package var pagesWithoutChecksum = 0
    }
}
