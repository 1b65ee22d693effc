// Undoes the page codecs through their libraries. A page says how long it is uncompressed; anything else is an error.
// Its buffer is kept from page to page.

import CSnappy
import CZlib
import CZstd

struct Decompressor: ~Copyable {
    private let codec: StoredCodec
    private let context: OpaquePointer?
    /// Not set to zero before it is filled: a page may claim a size it never touches.
    private var buffer = UnsafeMutableRawBufferPointer(start: nil, count: 0)

    init(_ codec: StoredCodec) {
        self.codec = codec
        context = codec == .zstd ? ZSTD_createDCtx() : nil
    }

    deinit {
        ZSTD_freeDCtx(context)
        buffer.deallocate()
    }

    /// The `size` bytes that `source` decompresses to; valid until the next call, and as long as `source` is.
    mutating func decompressed(
        _ source: UnsafeRawBufferPointer, size: Int
    ) throws(PageFault) -> UnsafeRawBufferPointer {
        if codec == .uncompressed {
            guard source.count == size else { throw .damaged("\(source.count) bytes stored uncompressed for \(size)") }
            return source
        }
        // Some writers leave out what compresses nothing.
        if source.isEmpty && size == 0 { return source }
        if buffer.count < size {
            buffer.deallocate()
            buffer = .allocate(byteCount: max(size, 1 << 16), alignment: 16)
        }
        let target = UnsafeMutableRawBufferPointer(rebasing: buffer[0..<size])
        switch codec {
        case .uncompressed: break
        case .snappy: try Self.snappy(source, target)
        case .gzip: try Self.gzip(source, target)
        case .zstd:
            let length = ZSTD_decompressDCtx(context, target.baseAddress, size, source.baseAddress, source.count)
            guard ZSTD_isError(length) == 0 else {
                throw .damaged("zstd: \(String(cString: ZSTD_getErrorName(length)))")
            }
            guard length == size else { throw .damaged("zstd gives \(length) bytes for \(size)") }
        case .other: throw .unsupported("compression \(codec.name)")
        }
        return UnsafeRawBufferPointer(target)
    }

    private static func snappy(
        _ source: UnsafeRawBufferPointer, _ target: UnsafeMutableRawBufferPointer
    ) throws(PageFault) {
        let input = source.assumingMemoryBound(to: CChar.self).baseAddress
        var length = 0
        guard snappy_uncompressed_length(input, source.count, &length) == SNAPPY_OK, length == target.count else {
            throw .damaged("snappy gives \(length) bytes for \(target.count)")
        }
        let status = snappy_uncompress(
            input, source.count, target.assumingMemoryBound(to: CChar.self).baseAddress, &length)
        guard status == SNAPPY_OK, length == target.count else { throw .damaged("snappy status \(status.rawValue)") }
    }

    /// Compression.md, GZIP: RFC 1952, one member or several. zlib's own form is taken too.
    private static func gzip(
        _ source: UnsafeRawBufferPointer, _ target: UnsafeMutableRawBufferPointer
    ) throws(PageFault) {
        var stream = z_stream()
        // 15 bits of window, and 32: the header tells gzip from zlib.
        guard inflateInit2_(&stream, 15 + 32, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw .damaged("zlib can't start")
        }
        defer { inflateEnd(&stream) }
        // zlib doesn't write to its input.
        stream.next_in = UnsafeMutablePointer(mutating: source.assumingMemoryBound(to: UInt8.self).baseAddress)
        stream.avail_in = UInt32(source.count)
        stream.next_out = target.assumingMemoryBound(to: UInt8.self).baseAddress
        stream.avail_out = UInt32(target.count)
        while true {
            let status = inflate(&stream, Z_FINISH)
            guard status == Z_STREAM_END else { throw .damaged("gzip status \(status)") }
            if stream.avail_in == 0 { break }
            guard inflateReset(&stream) == Z_OK else { throw .damaged("gzip can't continue") }
        }
        guard stream.avail_out == 0 else {
            throw .damaged("gzip gives \(target.count - Int(stream.avail_out)) bytes for \(target.count)")
        }
    }
}
