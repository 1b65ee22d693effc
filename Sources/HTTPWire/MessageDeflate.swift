// Messages compressed each by itself (RFC 7692, section 7.2): raw DEFLATE through zlib, no context kept between two.

import CZlib

/// Compresses messages. One per thread: it holds a quarter of a megabyte.
package final class MessageDeflater {
    // Never moved: zlib remembers where it is.
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)

    /// `windowBits`: 9 to 15, what the other end has to remember. `level`: zlib's, 1 (fast) to 9.
    package init(windowBits: Int = 15, level: Int32 = 4) {
        stream.initialize(to: z_stream())
        let result = deflateInit2_(
            stream, level, Z_DEFLATED, -Int32(windowBits), 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        precondition(result == Z_OK, "cannot begin to compress: zlib's error \(result)")
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    /// The payload of a message whose first frame has RSV1.
    package func deflate(_ payload: UnsafeRawBufferPointer) -> [UInt8] {
        deflateReset(stream)
        let room = Int(deflateBound(stream, UInt(payload.count))) + 16
        return [UInt8](unsafeUninitializedCapacity: room) { output, count in
            stream.pointee.next_in = UnsafeMutablePointer(
                mutating: payload.baseAddress?.assumingMemoryBound(to: UInt8.self))
            stream.pointee.avail_in = UInt32(payload.count)
            stream.pointee.next_out = output.baseAddress
            stream.pointee.avail_out = UInt32(room)
            _ = CZlib.deflate(stream, Z_SYNC_FLUSH)
            // Section 7.2.1: the empty block at the end, 00 00 FF FF, is left out.
            count = room - Int(stream.pointee.avail_out) - 4
        }
    }
}

/// Decompresses messages as their frames arrive, with a bound on what comes out.
final class MessageInflater {
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    private static let tail: [UInt8] = [0x00, 0x00, 0xFF, 0xFF]

    init() {
        stream.initialize(to: z_stream())
        let result = inflateInit2_(stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(result == Z_OK, "cannot begin to decompress: zlib's error \(result)")
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// A new message begins.
    func reset() { inflateReset(stream) }

    /// What ends a message (section 7.2.2).
    func finish(into message: inout [UInt8], limit: Int) throws(WebSocketError) {
        try inflate(MessageInflater.tail, into: &message, limit: limit)
    }

    func inflate(_ bytes: [UInt8], into message: inout [UInt8], limit: Int) throws(WebSocketError) {
        var failure: WebSocketError?
        bytes.withUnsafeBufferPointer { input in
            stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
            stream.pointee.avail_in = UInt32(input.count)
            repeat {
                failure = step(&message, limit)
            } while failure == nil && (stream.pointee.avail_in > 0 || stream.pointee.avail_out == 0)
            stream.pointee.next_in = nil
            stream.pointee.next_out = nil
        }
        if let failure { throw failure }
    }

    /// One buffer of output.
    private func step(_ message: inout [UInt8], _ limit: Int) -> WebSocketError? {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 16 << 10) { output in
            stream.pointee.next_out = output.baseAddress
            stream.pointee.avail_out = UInt32(output.count)
            let before = stream.pointee.avail_in
            let result = CZlib.inflate(stream, Z_SYNC_FLUSH)
            let count = output.count - Int(stream.pointee.avail_out)
            guard message.count + count <= limit else { return WebSocketError(code: 1009, reason: "message too big") }
            message.append(contentsOf: output[..<count])
            switch result {
            case Z_OK: return nil
            // Section 7.2.3.4: a block may say that it is the last one; what follows is another one.
            case Z_STREAM_END:
                inflateReset(stream)
                stream.pointee.avail_out = 1
                return nil
            // Nothing to do: all of the input is used.
            case Z_BUF_ERROR where before == 0: return nil
            default: return WebSocketError(code: 1007, reason: "compressed data is not DEFLATE")
            }
        }
    }
}
