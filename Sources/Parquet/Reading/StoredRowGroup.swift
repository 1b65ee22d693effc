// What a file's footer says of its row groups (parquet.thrift, RowGroup and ColumnMetaData).
// Unchecked claims: ParquetFile.verify compares them with the values.

package struct StoredRowGroup: Sendable, Equatable {
    package var rows: Int
    /// One for each column of the file's schema, in its order.
    package var columns: [StoredColumnChunk]

    package var compressedSize: Int64 { columns.reduce(0) { $0 &+ $1.compressedSize } }
    package var uncompressedSize: Int64 { columns.reduce(0) { $0 &+ $1.uncompressedSize } }
}

package struct StoredColumnChunk: Sendable, Equatable {
    /// Where its first page begins.
    package var offset: Int64
    /// With the pages' headers.
    package var compressedSize: Int64
    package var uncompressedSize: Int64
    /// Rows, nulls included.
    package var values: Int64
    package var codec: StoredCodec
    package var statistics: StoredStatistics
}

/// parquet.thrift, CompressionCodec.
package enum StoredCodec: Sendable, Equatable {
    case uncompressed
    case snappy
    case gzip
    case zstd
    /// One that this reader doesn't know.
    case other(Int32)
}

/// Bounds of a chunk's values; nil where the file says nothing.
package struct StoredStatistics: Sendable, Equatable {
    package var nullCount: Int64?
    /// NaN lies in no bounds, and is not counted.
    package var minimum: StatisticValue?
    package var maximum: StatisticValue?
    /// False where the bound may be a cut or widened value that no row has.
    package var minimumIsExact = false
    package var maximumIsExact = false

    package init() {}
}

package enum StatisticValue: Sendable, Equatable {
    case boolean(Bool)
    /// Also dates.
    case int32(Int32)
    /// Also timestamps.
    case int64(Int64)
    case double(Double)
    /// Also text.
    case bytes([UInt8])
}
