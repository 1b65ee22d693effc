// The encryption of one connection, on its loop's thread: handshake, records in, records out. Holds no decrypted bytes
// beyond a record, and frees its buffers while idle.

import CTLS
import Glibc

final class TLSConnection {
    private let handle: OpaquePointer
    private let descriptor: Int32
    /// A handshake waits to write, or a read that has to write first.
    private(set) var wantsWrite = false
    /// The last read stopped for lack of room: the next one may return more although the socket is not readable.
    private(set) var hasMore = false
    /// More than this is not a handshake.
    private static let mostHandshakeBytes: UInt64 = 96 << 10
    private static let recordBytes = 16 << 10

    enum Step { case done, waits, isPlain, failed }

    init?(_ context: TLSContext, descriptor: Int32) {
        let accepted = withExtendedLifetime(context) { ctls_accept(context.handle, descriptor) }
        guard let handle = accepted else { return nil }
        self.handle = handle
        self.descriptor = descriptor
    }

    deinit { ctls_free(handle) }

    /// One step of the handshake. `isPlain`: the peer has started to speak HTTP in clear.
    func shakeHands() -> Step {
        if ctls_received(handle) == 0 {
            var first: UInt8 = 0
            // A handshake begins with 22 (RFC 8446 section 5.1), a request with a letter.
            if recv(descriptor, &first, 1, Int32(MSG_PEEK)) == 1, (0x41...0x5A).contains(first & 0xDF) {
                return .isPlain
            }
        }
        let outcome = ctls_handshake(handle)
        wantsWrite = outcome == CTLS_WANTS_WRITE
        switch Int(outcome) {
        case CTLS_DONE: return .done
        case CTLS_WANTS_READ, CTLS_WANTS_WRITE:
            return ctls_received(handle) > TLSConnection.mostHandshakeBytes ? .failed : .waits
        default: return .failed
        }
    }

    /// As much as there is and fits.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Wire.Outcome {
        var total = 0
        hasMore = false
        wantsWrite = false
        repeat {
            // Room for a whole record: no record stays half read.
            guard let start = buffer.baseAddress, buffer.count - total >= TLSConnection.recordBytes else {
                hasMore = true
                break
            }
            var outcome: Int32 = 0
            let count = ctls_read(handle, start + total, buffer.count - total, &outcome)
            total += count
            guard count == 0 else { continue }
            wantsWrite = outcome == CTLS_WANTS_WRITE
            if total > 0 { break }
            switch Int(outcome) {
            case CTLS_WANTS_READ, CTLS_WANTS_WRITE: return .wouldBlock
            case CTLS_ENDED: return .ended
            default: return .failed(EPROTO)
            }
        } while ctls_has_pending(handle)
        return .moved(total)
    }

    /// Writes one record of what comes first. `scratch`: where small pieces are joined.
    func write(
        _ vectors: UnsafeMutableBufferPointer<iovec>, _ scratch: UnsafeMutableRawBufferPointer
    ) -> Wire.Outcome {
        guard let first = vectors.first else { return .moved(0) }
        var (start, size) = (UnsafeRawPointer(first.iov_base), min(first.iov_len, TLSConnection.recordBytes))
        if size < TLSConnection.recordBytes, vectors.count > 1 {
            // What libssl was given before and has not taken begins with the same bytes.
            size = 0
            for vector in vectors {
                guard let bytes = vector.iov_base, let place = scratch.baseAddress, size < scratch.count else { break }
                let count = min(vector.iov_len, scratch.count - size)
                (place + size).copyMemory(from: bytes, byteCount: count)
                size += count
            }
            start = UnsafeRawPointer(scratch.baseAddress)
        }
        guard let start, size > 0 else { return .moved(0) }
        var outcome: Int32 = 0
        let count = ctls_write(handle, start, size, &outcome)
        if count > 0 { return .moved(count) }
        return [CTLS_WANTS_READ, CTLS_WANTS_WRITE].contains(Int(outcome)) ? .wouldBlock : .failed(EPROTO)
    }

    /// Bytes were taken from the socket that are not read.
    var isHoldingInput: Bool { ctls_has_pending(handle) }

    func endOutput() { ctls_end_output(handle) }

    /// The common name in the client's certificate; nil without one.
    var clientName: String? {
        var name = [CChar](repeating: 0, count: 256)
        ctls_client_name(handle, &name, name.count)
        let text = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return text.isEmpty ? nil : text
    }
}
