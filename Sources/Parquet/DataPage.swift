// One page as it lies in the file: header, then the (compressed) body. Data pages of version 1, which every reader
// knows, and dictionary pages. What is in a body is ColumnChunk's business.

import CZlib

/// parquet.thrift, Encoding.
enum Encoding: Int32, Sendable {
    case plain = 0
    case rle = 3
    case rleDictionary = 8
}

enum PageType: Sendable {
    case data(values: Int, encoding: Encoding)
    case dictionary(entries: Int)

    /// parquet.thrift, PageType.
    var code: Int32 {
        switch self {
        case .data: 0
        case .dictionary: 2
        }
    }
}

/// Sizes with the header, as ColumnMetaData wants them.
struct PageSizes {
    var uncompressed: Int
    var compressed: Int
}

enum Page {
    /// Appends the page to `out`.
    static func write(
        _ type: PageType, body: [UInt8], checksum: Bool, _ compressor: inout Compressor, into out: inout [UInt8]
    ) throws(ParquetError) -> PageSizes {
        try compressor.compress(body)
        guard let size = Int32(exactly: body.count), let storedSize = Int32(exactly: compressor.block.count)
        else { throw .pageTooLarge(bytes: body.count) }

        var header = ThriftCompact()
        header.rawStructure { page in
            page.int32(1, type.code)
            page.int32(2, size)
            page.int32(3, storedSize)
            // README of parquet-format, "Checksumming": CRC-32 of the body as stored, header left out.
            if checksum {
                let crc = compressor.block.withUnsafeBufferPointer { crc32_z(0, $0.baseAddress, $0.count) }
                page.int32(4, Int32(bitPattern: UInt32(truncatingIfNeeded: crc)))
            }
            switch type {
            case .data(let values, let encoding):
                page.structure(5) {
                    $0.int32(1, Int32(values))
                    $0.int32(2, encoding.rawValue)
                    $0.int32(3, Encoding.rle.rawValue)
                    $0.int32(4, Encoding.rle.rawValue)
                }
            case .dictionary(let entries):
                page.structure(7) {
                    $0.int32(1, Int32(entries))
                    $0.int32(2, Encoding.plain.rawValue)
                    $0.boolean(3, false)
                }
            }
        }
        out.append(contentsOf: header.bytes)
        out.append(contentsOf: compressor.block)
        return PageSizes(
            uncompressed: header.bytes.count + body.count, compressed: header.bytes.count + compressor.block.count)
    }
}
