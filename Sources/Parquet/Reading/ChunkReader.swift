// Reads the chunks of some columns of a row group: neighbours are asked for at once, since a source may be far away.
// Keeps one such stretch at a time.

struct ChunkReader {
    /// Chunks this close are read together, up to so many bytes.
    private static let gap: Int64 = 64 << 10
    private static let stretch: Int64 = 16 << 20

    private let file: ParquetFile
    private let rowGroup: Int
    private let chunks: [Range<Int64>]
    private var bytes: [UInt8] = []
    private var start: Int64 = 0

    /// `columns` are those that will be read, numbered as in the file's schema.
    init(_ file: ParquetFile, rowGroup: Int, columns: [Int]) {
        self.file = file
        self.rowGroup = rowGroup
        chunks = columns.map { Self.range(file.rowGroups[rowGroup].columns[$0]) }.sorted {
            $0.lowerBound < $1.lowerBound
        }
    }

    /// The footer has been checked: the chunk lies in the file.
    private static func range(_ chunk: StoredColumnChunk) -> Range<Int64> {
        chunk.compressedSize == 0 ? 0..<0 : chunk.offset..<chunk.offset + chunk.compressedSize
    }

    mutating func read(_ column: Int) throws(ParquetError) -> ReadColumn {
        let rows = try file.rows(of: rowGroup)
        let chunk = file.rowGroups[rowGroup].columns[column]
        let stored = file.schema.columns[column]
        let place = ParquetError.Place(column: stored.name, rowGroup: rowGroup, offset: chunk.offset)
        guard chunk.compressedSize <= Int64(file.options.chunkBytes) else {
            throw .tooLarge(place, "a column chunk of \(chunk.compressedSize) bytes")
        }
        let result = try ColumnDecoder.decode(
            try stretch(Self.range(chunk), place), of: chunk, stored, rows: rows, rowGroup: rowGroup, file.options)
        return ReadColumn(
            stored: stored, decoded: result.column, pages: result.pages,
            pagesWithoutChecksum: result.pagesWithoutChecksum)
    }

    private mutating func stretch(
        _ wanted: Range<Int64>, _ place: ParquetError.Place
    ) throws(ParquetError) -> ArraySlice<UInt8> {
        if wanted.lowerBound < start || wanted.upperBound > start + Int64(bytes.count) {
            var end = wanted.upperBound
            for chunk in chunks where chunk.lowerBound >= wanted.lowerBound && chunk.upperBound > end {
                guard chunk.lowerBound <= end + Self.gap, chunk.upperBound - wanted.lowerBound <= Self.stretch else {
                    break
                }
                end = chunk.upperBound
            }
            bytes = []
            bytes = try file.source.exactly(
                offset: wanted.lowerBound, count: Int(end - wanted.lowerBound), place)
            start = wanted.lowerBound
        }
        return bytes[Int(wanted.lowerBound - start)..<Int(wanted.upperBound - start)]
    }
}

/// A column as the file has it.
struct ReadColumn {
    var stored: Schema.Column
    var decoded: DecodedColumn
    var pages: Int
    var pagesWithoutChecksum: Int

    /// In the shape that was asked for, whose type was compared before.
    consuming func buffer(as asked: Schema.Column, _ rowGroup: Int) throws(ParquetError) -> ColumnBuffer {
        if stored.type == .int32 && asked.type == .int64 { decoded.widen() }
        if asked.isOptional && !stored.isOptional {
            var levels = LevelsDecoder()
            levels.append(isValid: true, count: decoded.rows)
            decoded.validity = levels.validity
        } else if !asked.isOptional && decoded.nulls > 0 {
            throw .mismatch(
                .init(column: asked.name, rowGroup: rowGroup), "\(decoded.nulls) nulls in a column that may have none")
        }
        return ColumnBuffer(asked, decoded)
    }
}
