// Compresses the content of answers, whole or as a stream. Not messages of a WebSocket (MessageDeflate.swift).

import CZlib
import CZstd

/// One body's compression. Used by one thread at a time.
package final class ContentCoder {
    private enum Stream {
        // Never moved: zlib remembers where it is.
        case gzip(UnsafeMutablePointer<z_stream>)
        case zstd(OpaquePointer)
    }
    private let stream: Stream

    /// Of measured bodies: what more would cost was not worth what it saved.
    private static let gzipLevel: Int32 = 5
    private static let zstdLevel: Int32 = 3
    /// 256 KiB: a stream takes some 700 KB, whatever its length.
    private static let zstdStreamWindow: Int32 = 18

    package convenience init(_ coding: ContentCoding) { self.init(coding, level: nil, isStream: true) }

    private init(_ coding: ContentCoding, level: Int32?, isStream: Bool) {
        switch coding {
        case .gzip:
            let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
            stream.initialize(to: z_stream())
            // 15 + 16: the largest window, with a gzip header.
            let result = deflateInit2_(
                stream, level ?? ContentCoder.gzipLevel, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
                Int32(MemoryLayout<z_stream>.size))
            precondition(result == Z_OK, "cannot begin to compress: zlib's error \(result)")
            self.stream = .gzip(stream)
        case .zstd:
            guard let context = ZSTD_createCCtx() else { preconditionFailure("cannot begin to compress: no memory") }
            ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level ?? ContentCoder.zstdLevel)
            if isStream { ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, ContentCoder.zstdStreamWindow) }
            stream = .zstd(context)
        }
    }

    deinit {
        switch stream {
        case .gzip(let stream):
            deflateEnd(stream)
            stream.deallocate()
        case .zstd(let context): ZSTD_freeCCtx(context)
        }
    }

    /// A whole body. `level`: the coding's own.
    package static func code(_ body: UnsafeRawBufferPointer, _ coding: ContentCoding, level: Int32? = nil) -> [UInt8] {
        ContentCoder(coding, level: level, isStream: false).code(body, isLast: true)
    }

    /// What there is to send once these bytes have come, which may be nothing before the last ones.
    package func code(_ bytes: UnsafeRawBufferPointer, isLast: Bool) -> [UInt8] {
        switch stream {
        case .gzip(let stream): ContentCoder.deflate(bytes, isLast, stream)
        case .zstd(let context): ContentCoder.compress(bytes, isLast, context)
        }
    }

    private static func deflate(
        _ bytes: UnsafeRawBufferPointer, _ isLast: Bool, _ stream: UnsafeMutablePointer<z_stream>
    ) -> [UInt8] {
        // What waits inside from before is at most a few blocks.
        let room = Int(deflateBound(stream, UInt(bytes.count))) + 256 << 10
        return [UInt8](unsafeUninitializedCapacity: room) { output, count in
            stream.pointee.next_in = UnsafeMutablePointer(
                mutating: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
            stream.pointee.avail_in = UInt32(bytes.count)
            stream.pointee.next_out = output.baseAddress
            stream.pointee.avail_out = UInt32(room)
            let result = CZlib.deflate(stream, isLast ? Z_FINISH : Z_NO_FLUSH)
            precondition(
                isLast ? result == Z_STREAM_END : stream.pointee.avail_in == 0, "BUG: zlib had no room: \(result)")
            count = room - Int(stream.pointee.avail_out)
        }
    }

    private static func compress(
        _ bytes: UnsafeRawBufferPointer, _ isLast: Bool, _ context: OpaquePointer
    ) -> [UInt8] {
        var coded: [UInt8] = []
        var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
        let room = min(ZSTD_compressBound(bytes.count), 1 << 20)
        var left = 0
        repeat {
            let piece = [UInt8](unsafeUninitializedCapacity: room) { piece, count in
                var output = ZSTD_outBuffer(dst: piece.baseAddress, size: room, pos: 0)
                left = ZSTD_compressStream2(context, &output, &input, isLast ? ZSTD_e_end : ZSTD_e_continue)
                precondition(ZSTD_isError(left) == 0, "BUG: zstd: \(String(cString: ZSTD_getErrorName(left)))")
                count = output.pos
            }
            coded = coded.isEmpty ? piece : coded + piece
        } while isLast ? left > 0 : input.pos < input.size
        return coded
    }
}
