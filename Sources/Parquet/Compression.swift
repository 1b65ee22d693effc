// The page codecs: none, Snappy and zstd, through their libraries.
// Compresses one block at a time; the buffers are kept from page to page.

import CSnappy
import CZstd

package enum Compression: Sendable, Equatable {
    case uncompressed
    case snappy
    case zstd(level: Int32)

    /// parquet.thrift, CompressionCodec.
    var code: Int32 {
        switch self {
        case .uncompressed: 0
        case .snappy: 1
        case .zstd: 6
        }
    }
}

/// Owns the codec's state.
struct Compressor: ~Copyable {
    let compression: Compression
    private let context: OpaquePointer?
    /// The block compressed last.
    private(set) var block: [UInt8] = []

    init(_ compression: Compression) {
        self.compression = compression
        context = if case .zstd = compression { ZSTD_createCCtx() } else { nil }
    }

    deinit { ZSTD_freeCCtx(context) }

    /// Leaves the compressed form of `source` in `block`.
    mutating func compress(_ source: [UInt8]) throws(ParquetError) {
        switch compression {
        case .uncompressed:
            block.removeAll(keepingCapacity: true)
            block.append(contentsOf: source)
        case .snappy:
            grow(to: snappy_max_compressed_length(source.count))
            var length = block.count
            let status = source.withUnsafeBytes { source in
                block.withUnsafeMutableBytes { target in
                    snappy_compress(
                        source.bindMemory(to: CChar.self).baseAddress, source.count,
                        target.bindMemory(to: CChar.self).baseAddress, &length)
                }
            }
            guard status == SNAPPY_OK else { throw .compressionFailed("snappy status \(status.rawValue)") }
            block.removeLast(block.count - length)
        case .zstd(let level):
            grow(to: ZSTD_compressBound(source.count))
            let length = source.withUnsafeBytes { source in
                block.withUnsafeMutableBytes { target in
                    ZSTD_compressCCtx(
                        context, target.baseAddress, target.count, source.baseAddress, source.count, level)
                }
            }
            guard ZSTD_isError(length) == 0 else {
                throw .compressionFailed(String(cString: ZSTD_getErrorName(length)))
            }
            block.removeLast(block.count - length)
        }
    }

    private mutating func grow(to size: Int) {
        block.removeAll(keepingCapacity: true)
        block.append(contentsOf: repeatElement(0, count: size))
    }
}
