// The footer in thrift form: schema, row groups, key-value metadata, column orders. Field numbers are parquet.thrift's.

struct FileMetadata {
    static let createdBy = "planetarium version 0.1.0"

    var schema: Schema
    var rowGroups: [RowGroup]
    var metadata: [WriterOptions.Metadatum]
    var compression: Compression

    var bytes: [UInt8] {
        var thrift = ThriftCompact()
        thrift.rawStructure { file in
            file.int32(1, 1)
            // The root, then its children.
            file.structures(2, [nil] + schema.columns.map(Optional.some)) { element, column in
                if let column { Self.leaf(column, &element) } else { Self.root(schema, &element) }
            }
            file.int64(3, rowGroups.reduce(0) { $0 + Int64($1.rows) })
            file.structures(4, Array(rowGroups.enumerated())) { element, group in
                Self.rowGroup(group.element, ordinal: group.offset, compression, &element)
            }
            if !metadata.isEmpty {
                file.structures(5, metadata) { element, pair in
                    element.string(1, pair.key)
                    element.string(2, pair.value)
                }
            }
            file.string(6, Self.createdBy)
            // ColumnOrder is a union; member 1, an empty struct, is TypeDefinedOrder.
            file.structures(7, schema.columns) { order, _ in order.structure(1) { _ in } }
        }
        return thrift.bytes
    }

    private static func root(_ schema: Schema, _ element: inout ThriftCompact) {
        element.string(4, schema.name)
        element.int32(5, Int32(schema.columns.count))
    }

    private static func leaf(_ column: Schema.Column, _ element: inout ThriftCompact) {
        element.int32(1, column.type.physical.rawValue)
        element.int32(3, column.isOptional ? 1 : 0)
        element.string(4, column.name)
        // Old readers know ConvertedType (6), new ones LogicalType (10): both are written (LogicalTypes.md).
        switch column.type {
        case .boolean, .int32, .int64, .double, .bytes:
            break
        case .string:
            element.int32(6, 0)
            element.structure(10) { $0.structure(1) { _ in } }
        case .date:
            element.int32(6, 6)
            element.structure(10) { $0.structure(6) { _ in } }
        case .timestampMicros:
            element.int32(6, 10)
            element.structure(10) { logical in
                logical.structure(8) { timestamp in
                    timestamp.boolean(1, true)
                    timestamp.structure(2) { unit in unit.structure(2) { _ in } }
                }
            }
        }
    }

    private static func rowGroup(
        _ group: RowGroup, ordinal: Int, _ compression: Compression, _ element: inout ThriftCompact
    ) {
        element.structures(1, group.columns) { element, chunk in
            // 0, as parquet.thrift asks for where there is no metadata but the footer's.
            element.int64(2, 0)
            element.structure(3) { columnMetadata(chunk, compression, &$0) }
        }
        element.int64(2, Int64(group.uncompressedSize))
        element.int64(3, Int64(group.rows))
        if let offset = group.columns.first?.offset { element.int64(5, offset) }
        element.int64(6, Int64(group.compressedSize))
        if let ordinal = Int16(exactly: ordinal) { element.int16(7, ordinal) }
    }

    private static func columnMetadata(_ chunk: ColumnChunk, _ compression: Compression, _ element: inout ThriftCompact)
    {
        element.int32(1, chunk.column.type.physical.rawValue)
        element.int32s(2, chunk.encodings.map(\.rawValue))
        element.strings(3, [chunk.column.name])
        element.int32(4, compression.code)
        element.int64(5, Int64(chunk.values))
        element.int64(6, Int64(chunk.uncompressedSize))
        element.int64(7, Int64(chunk.compressedSize))
        element.int64(9, chunk.dataPageOffset)
        if let offset = chunk.dictionaryPageOffset { element.int64(11, offset) }
        element.structure(12) { statistics(chunk.statistics, &$0) }
        // PageEncodingStats: lets a reader know that every data page is dictionary encoded.
        var pages: [(type: Int32, encoding: Encoding, count: Int)] = []
        if chunk.dictionaryPageOffset != nil { pages.append((2, .plain, 1)) }
        pages.append((0, chunk.dataEncoding, chunk.dataPages))
        element.structures(13, pages) { element, page in
            element.int32(1, page.type)
            element.int32(2, page.encoding.rawValue)
            element.int32(3, Int32(page.count))
        }
    }

    private static func statistics(_ statistics: Statistics, _ element: inout ThriftCompact) {
        element.int64(3, Int64(statistics.nullCount))
        if let maximum = statistics.maximum { element.binary(5, maximum) }
        if let minimum = statistics.minimum { element.binary(6, minimum) }
        if statistics.maximum != nil { element.boolean(7, statistics.maximumIsExact) }
        if statistics.minimum != nil { element.boolean(8, statistics.minimumIsExact) }
    }
}
