// Reads the footer (parquet.thrift, FileMetaData) field by field, and checks it against the file's length and itself.
// Not where the footer lies (ParquetFile.swift).

struct FileMetadataReader {
    private(set) var schema: Schema
    private(set) var unsupported: [ParquetFile.UnsupportedColumn] = []
    private(set) var createdBy: String?
    private(set) var metadata: [WriterOptions.Metadatum] = []
    private(set) var rowCount = 0
    private(set) var rowGroups: [StoredRowGroup] = []

    /// `base` is where the footer begins in the file: column chunks end before it.
    init(_ footer: [UInt8], base: Int64) throws(ParquetError) {
        let place = ParquetError.Place(offset: base)
        var elements: [SchemaElement] = []
        var groups: [FooterRowGroup] = []
        var rows: Int64?
        var createdBy: String?
        var metadata: [WriterOptions.Metadatum] = []
        var thrift = ThriftCompactReader(footer[...], base: base, ParquetError.Place())
        try thrift.structure { (thrift, field, type) throws(ParquetError) in
            switch field {
            case 2: elements += try thrift.list(type, of: SchemaElement.init)
            case 3: rows = try thrift.int64(type)
            case 4: groups += try thrift.list(type, of: FooterRowGroup.init)
            case 5: metadata += try thrift.list(type, of: Self.metadatum)
            case 6: createdBy = try thrift.string(type)
            case 8: throw .unsupported(place, "encryption")
            default: try thrift.skip(type)
            }
        }
        guard thrift.consumed == footer.count else {
            throw .damaged(place, "the footer is \(footer.count) bytes long and its contents \(thrift.consumed)")
        }

        let columns = try SchemaReader(elements, place)
        guard !columns.columns.isEmpty else {
            let reasons = columns.unsupported.map { "\($0.name) \($0.reason)" }.joined(separator: ", ")
            throw .unsupported(place, "no column that can be read: \(reasons)")
        }
        schema = Schema(columns.name, columns.columns.map(\.column))
        unsupported = columns.unsupported
        self.createdBy = createdBy
        self.metadata = metadata

        var total: Int64 = 0
        for (index, group) in groups.enumerated() {
            rowGroups.append(try group.checked(columns, rowGroup: index, end: base))
            let (sum, overflow) = total.addingReportingOverflow(group.rows)
            guard !overflow else { throw .damaged(place, "row counts beyond 64 bits") }
            total = sum
        }
        guard total == rows else {
            throw .damaged(place, "the file has \(rows.map(String.init) ?? "no") rows and its row groups \(total)")
        }
        rowCount = Int(total)
        try Self.checkDisjoint(rowGroups, place)
    }

    /// No byte belongs to two chunks: an altered offset may lead to another column's pages, which look sound.
    private static func checkDisjoint(
        _ rowGroups: [StoredRowGroup], _ place: ParquetError.Place
    ) throws(ParquetError) {
        var chunks: [(offset: Int64, end: Int64)] = []
        for group in rowGroups {
            for chunk in group.columns where chunk.compressedSize > 0 {
                chunks.append((chunk.offset, chunk.offset + chunk.compressedSize))
            }
        }
        chunks.sort { $0.offset < $1.offset }
        for (before, after) in zip(chunks, chunks.dropFirst()) where before.end > after.offset {
            throw .damaged(place, "two column chunks share byte \(after.offset)")
        }
    }

    private static func metadatum(
        _ thrift: inout ThriftCompactReader, _ type: ThriftCompact.WireType
    ) throws(ParquetError) -> WriterOptions.Metadatum {
        var key: String?
        var value = ""
        try thrift.structure(type) { (thrift, field, type) throws(ParquetError) in
            switch field {
            case 1: key = try thrift.string(type)
            case 2: value = try thrift.string(type)
            default: try thrift.skip(type)
            }
        }
        guard let key else { throw thrift.damaged("metadata without a key") }
        return .init(key, value)
    }
}

/// parquet.thrift, RowGroup.
private struct FooterRowGroup {
    var rows: Int64 = -1
    var chunks: [FooterChunk] = []

    init(_ thrift: inout ThriftCompactReader, _ type: ThriftCompact.WireType) throws(ParquetError) {
        try thrift.structure(type) { (thrift, field, type) throws(ParquetError) in
            switch field {
            case 1: chunks += try thrift.list(type, of: FooterChunk.init)
            case 3: rows = try thrift.int64(type)
            default: try thrift.skip(type)
            }
        }
        guard rows >= 0 else { throw thrift.damaged("a row group without a number of rows") }
    }

    /// The chunks of the columns that can be read, each inside the file and of the schema's type.
    func checked(_ schema: SchemaReader, rowGroup: Int, end: Int64) throws(ParquetError) -> StoredRowGroup {
        let place = ParquetError.Place(rowGroup: rowGroup, offset: end)
        guard let count = Int(exactly: rows), count >= 0 else { throw .damaged(place, "\(rows) rows") }
        guard chunks.count == schema.leaves else {
            throw .damaged(place, "\(chunks.count) column chunks where the schema has \(schema.leaves) columns")
        }
        var columns: [StoredColumnChunk] = []
        columns.reserveCapacity(schema.columns.count)
        for leaf in schema.columns {
            columns.append(try chunks[leaf.chunk].checked(leaf.column, rows: rows, rowGroup: rowGroup, end: end))
        }
        return StoredRowGroup(rows: count, columns: columns)
    }
}

/// parquet.thrift, ColumnChunk with its ColumnMetaData.
private struct FooterChunk {
    private var isElsewhere = false
    private var isEncrypted = false
    private var type: Int32 = -1
    private var path: [String] = []
    private var codec: Int32 = -1
    private var values: Int64 = -1
    private var uncompressedSize: Int64 = -1
    private var compressedSize: Int64 = -1
    private var dataPageOffset: Int64 = -1
    private var dictionaryPageOffset: Int64?
    private var statistics = FooterStatistics()

    init(_ thrift: inout ThriftCompactReader, _ type: ThriftCompact.WireType) throws(ParquetError) {
        try thrift.structure(type) { (thrift, field, type) throws(ParquetError) in
            switch field {
            case 1: isElsewhere = !(try thrift.binary(type)).isEmpty
            case 3: try readMetadata(&thrift, type)
            case 8, 9:
                isEncrypted = true
                try thrift.skip(type)
            default: try thrift.skip(type)
            }
        }
        // At once, not when it is used: otherwise a byte of footer could stand for a hundred in memory.
        guard !path.isEmpty || isEncrypted else { throw thrift.damaged("a column chunk without metadata") }
    }

    private mutating func readMetadata(
        _ thrift: inout ThriftCompactReader, _ type: ThriftCompact.WireType
    ) throws(ParquetError) {
        try thrift.structure(type) { (thrift, field, wire) throws(ParquetError) in
            switch field {
            case 1: self.type = try thrift.int32(wire)
            case 3: path += try thrift.list(wire) { (thrift, wire) throws(ParquetError) in try thrift.string(wire) }
            case 4: codec = try thrift.int32(wire)
            case 5: values = try thrift.int64(wire)
            case 6: uncompressedSize = try thrift.int64(wire)
            case 7: compressedSize = try thrift.int64(wire)
            case 9: dataPageOffset = try thrift.int64(wire)
            case 11: dictionaryPageOffset = try thrift.int64(wire)
            case 12: statistics = try FooterStatistics(&thrift, wire)
            default: try thrift.skip(wire)
            }
        }
    }

    func checked(
        _ column: Schema.Column, rows: Int64, rowGroup: Int, end: Int64
    ) throws(ParquetError) -> StoredColumnChunk {
        let place = ParquetError.Place(column: column.name, rowGroup: rowGroup, offset: end)
        if isElsewhere { throw .unsupported(place, "a column chunk in another file") }
        if isEncrypted { throw .unsupported(place, "encryption") }
        guard path == [column.name] else {
            throw .damaged(place, "the chunk is of column \(path.joined(separator: "."))")
        }
        guard type == column.type.physical.rawValue else {
            throw .damaged(place, "the chunk's type is \(type), the column's \(column.type.physical.rawValue)")
        }
        guard values == rows else { throw .damaged(place, "\(values) values in \(rows) rows") }
        // Some writers put 0 where there is no dictionary.
        let offset = dictionaryPageOffset.map { $0 > 0 ? min($0, dataPageOffset) : dataPageOffset } ?? dataPageOffset
        guard compressedSize >= 0, uncompressedSize >= 0 else { throw .damaged(place, "a size below zero") }
        // Arrow puts an empty row group's dictionaries at 0. There is nothing to read in it.
        let compressedSize = rows == 0 ? 0 : compressedSize
        // The magic number comes before every chunk. One without pages may claim any beginning.
        guard compressedSize == 0 || (offset >= 4 && offset <= end && compressedSize <= end - offset) else {
            throw .damaged(place, "\(compressedSize) bytes from byte \(offset) on don't lie before the footer")
        }
        return StoredColumnChunk(
            offset: offset, compressedSize: compressedSize, uncompressedSize: uncompressedSize, values: values,
            codec: StoredCodec(codec), statistics: try statistics.typed(column.type, place))
    }
}

/// parquet.thrift, Statistics.
private struct FooterStatistics {
    private var nullCount: Int64?
    private var maximum: [UInt8]?
    private var minimum: [UInt8]?
    private var maximumIsExact = false
    private var minimumIsExact = false

    init() {}

    init(_ thrift: inout ThriftCompactReader, _ type: ThriftCompact.WireType) throws(ParquetError) {
        try thrift.structure(type) { (thrift, field, type) throws(ParquetError) in
            switch field {
            case 3: nullCount = try thrift.int64(type)
            case 5: maximum = try thrift.binary(type)
            case 6: minimum = try thrift.binary(type)
            case 7: maximumIsExact = try thrift.boolean(type)
            case 8: minimumIsExact = try thrift.boolean(type)
            // 1 and 2, the deprecated bounds, were never in a defined order.
            default: try thrift.skip(type)
            }
        }
    }

    func typed(_ type: Schema.ValueType, _ place: ParquetError.Place) throws(ParquetError) -> StoredStatistics {
        var typed = StoredStatistics()
        typed.nullCount = nullCount
        typed.minimum = try value(minimum, type.physical, place)
        typed.maximum = try value(maximum, type.physical, place)
        typed.minimumIsExact = minimumIsExact
        typed.maximumIsExact = maximumIsExact
        return typed
    }

    private func value(
        _ bytes: [UInt8]?, _ type: PhysicalType, _ place: ParquetError.Place
    ) throws(ParquetError) -> StatisticValue? {
        guard let bytes else { return nil }
        let width = type == .boolean ? 1 : type.width
        guard width == nil || bytes.count == width else {
            throw .damaged(place, "a bound of \(bytes.count) bytes")
        }
        var word: UInt64 = 0
        if width != nil { for byte in bytes.reversed() { word = word << 8 | UInt64(byte) } }
        switch type {
        case .boolean: return .boolean(word & 1 == 1)
        case .int32: return .int32(Int32(truncatingIfNeeded: word))
        case .int64: return .int64(Int64(bitPattern: word))
        case .double: return .double(Double(bitPattern: word))
        case .byteArray: return .bytes(bytes)
        }
    }
}

extension StoredCodec {
    init(_ code: Int32) {
        switch code {
        case 0: self = .uncompressed
        case 1: self = .snappy
        case 2: self = .gzip
        case 6: self = .zstd
        default: self = .other(code)
        }
    }

    /// parquet.thrift's names.
    var name: String {
        switch self {
        case .uncompressed: "UNCOMPRESSED"
        case .snappy: "SNAPPY"
        case .gzip: "GZIP"
        case .zstd: "ZSTD"
        case .other(3): "LZO"
        case .other(4): "BROTLI"
        case .other(5): "LZ4"
        case .other(7): "LZ4_RAW"
        case .other(let code): "codec \(code)"
        }
    }
}
