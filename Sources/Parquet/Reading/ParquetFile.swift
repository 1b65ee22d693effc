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

    /// Read at once from the file's end: the footer is mostly in it.
    private static let tail = 64 << 10

    /// Reads the footer (README of parquet-format, "File format": magic, ..., footer, its length in four bytes, magic).
    package init(_ source: any ByteSource, _ options: ReaderOptions = ReaderOptions()) throws(ParquetError) {
        let length = source.length
        guard length >= 12 else { throw .damaged(.init(), "\(length) bytes are not a Parquet file") }
        let head = try source.exactly(offset: 0, count: 4, .init(offset: 0))
        guard head == Array("PAR1".utf8) else { throw .damaged(.init(offset: 0), "the file doesn't begin with PAR1") }
        let tailStart = max(0, length - Int64(Self.tail))
        let tail = try source.exactly(offset: tailStart, count: Int(length - tailStart), .init(offset: tailStart))
        let end = ParquetError.Place(offset: length - 8)
        let magic = tail.suffix(4)
        if magic.elementsEqual("PARE".utf8) { throw .unsupported(end, "an encrypted footer") }
        guard magic.elementsEqual("PAR1".utf8) else {
            throw .damaged(end, "the file doesn't end with PAR1; it is torn or was never finished")
        }
        var size = 0
        for byte in tail.suffix(8).prefix(4).reversed() { size = size << 8 | Int(byte) }
        guard size > 0, Int64(size) <= length - 12 else {
            throw .damaged(end, "a footer of \(size) bytes in a file of \(length)")
        }
        guard size <= options.footerBytes else { throw .tooLarge(end, "a footer of \(size) bytes") }
        let base = length - 8 - Int64(size)
        let footer =
            base >= tailStart
            ? Array(tail.suffix(size + 8).prefix(size))
            : try source.exactly(offset: base, count: size, .init(offset: base))
        let read = try FileMetadataReader(footer, base: base)
        self.source = source
        self.options = options
        schema = read.schema
        unsupportedColumns = read.unsupported
        createdBy = read.createdBy
        metadata = read.metadata
        rowCount = read.rowCount
        rowGroups = read.rowGroups
    }

    package init(bytes: [UInt8], _ options: ReaderOptions = ReaderOptions()) throws(ParquetError) {
        try self.init(BytesInMemory(bytes), options)
    }

    /// The first value under a key of the key-value metadata.
    package func metadata(_ key: String) -> String? { metadata.first { $0.key == key }?.value }

    // MARK: Row groups

    /// The columns in the order of their names here (nil: all of `schema`), as a batch that a ParquetWriter takes.
    package func read(rowGroup: Int, columns: [String]? = nil) throws(ParquetError) -> RowBatch {
        guard let columns else { return try read(rowGroup: rowGroup, as: schema) }
        var asked: [Schema.Column] = []
        for name in columns {
            guard let index = schema.index(of: name) else { throw missing(name, rowGroup) }
            asked.append(schema.columns[index])
        }
        return try read(rowGroup: rowGroup, asked)
    }

    /// The row group in the shape of `schema`: optional columns that the file lacks are null. A required column may be
    /// read as optional, an optional one as required where no row is null, int32 as int64, bytes as string and back.
    package func read(rowGroup: Int, as schema: Schema) throws(ParquetError) -> RowBatch {
        try read(rowGroup: rowGroup, schema.columns)
    }

    private func read(rowGroup: Int, _ asked: [Schema.Column]) throws(ParquetError) -> RowBatch {
        let rows = try rows(of: rowGroup)
        var chunks = ChunkReader(self, rowGroup: rowGroup, columns: asked.compactMap { schema.index(of: $0.name) })
        var columns: [ColumnBuffer?] = Array(repeating: nil, count: asked.count)
        // In the order they lie in the file, so that neighbours can be read at once.
        let order = asked.indices.sorted { offset(asked[$0], rowGroup) < offset(asked[$1], rowGroup) }
        for place in order {
            let column = asked[place]
            if let index = schema.index(of: column.name) {
                try check(column, against: schema.columns[index], rowGroup)
                columns[place] = try chunks.read(index).buffer(as: column, rowGroup)
            } else {
                guard column.isOptional, !unsupportedColumns.contains(where: { $0.name == column.name }) else {
                    throw missing(column.name, rowGroup)
                }
                columns[place] = ColumnBuffer(column, .nulls(rows: rows))
            }
        }
        return RowBatch(columns: columns.compactMap { $0 })
    }

    /// How many rows it has, within the limit of the options.
    func rows(of rowGroup: Int) throws(ParquetError) -> Int {
        guard rowGroups.indices.contains(rowGroup) else {
            throw .mismatch(.init(), "no row group \(rowGroup) of \(rowGroups.count)")
        }
        let rows = rowGroups[rowGroup].rows
        guard rows <= options.rowGroupRows else { throw .tooLarge(.init(rowGroup: rowGroup), "\(rows) rows") }
        return rows
    }

    private func offset(_ column: Schema.Column, _ rowGroup: Int) -> Int64 {
        schema.index(of: column.name).map { rowGroups[rowGroup].columns[$0].offset } ?? .max
    }

    private func missing(_ name: String, _ rowGroup: Int) -> ParquetError {
        let place = ParquetError.Place(column: name, rowGroup: rowGroup)
        if let column = unsupportedColumns.first(where: { $0.name == name }) {
            return .unsupported(place, column.reason)
        }
        return .mismatch(place, "the file has no such column")
    }

    private func check(
        _ asked: Schema.Column, against stored: Schema.Column, _ rowGroup: Int
    ) throws(ParquetError) {
        switch (stored.type, asked.type) {
        case (.int32, .int64), (.string, .bytes), (.bytes, .string): return
        case (let stored, let asked) where stored == asked: return
        default:
            throw .mismatch(
                .init(column: asked.name, rowGroup: rowGroup), "the column is \(stored.type), not \(asked.type)")
        }
    }
}
