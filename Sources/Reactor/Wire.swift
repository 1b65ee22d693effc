// A connected socket that never blocks, with or without encryption: source and sink of a channel's bytes.

import Glibc

struct Wire {
    let descriptor: Int32
    /// Nil: bytes go unencrypted.
    var encryption: TLSConnection?

    enum Outcome {
        case moved(Int)
        /// Nothing more now.
        case wouldBlock
        /// The peer will send nothing more (reading only).
        case ended
        case failed(Int32)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Outcome {
        if let encryption { return encryption.read(into: buffer) }
        while true {
            let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
            if count > 0 { return .moved(count) }
            if count == 0 { return .ended }
            if errno == EINTR { continue }
            return errno == EAGAIN ? .wouldBlock : .failed(errno)
        }
    }

    /// `scratch`: memory for one record.
    func write(
        _ vectors: UnsafeMutableBufferPointer<iovec>, _ scratch: UnsafeMutableRawBufferPointer
    ) -> Outcome {
        if let encryption { return encryption.write(vectors, scratch) }
        while true {
            let count =
                vectors.count == 1
                ? send(descriptor, vectors[0].iov_base, vectors[0].iov_len, 0)
                : writev(descriptor, vectors.baseAddress, Int32(vectors.count))
            if count >= 0 { return .moved(count) }
            if errno == EINTR { continue }
            return errno == EAGAIN ? .wouldBlock : .failed(errno)
        }
    }

    /// Tells the peer that nothing more will be sent.
    func endOutput() {
        encryption?.endOutput()
        _ = shutdown(descriptor, Int32(1))  // SHUT_WR
    }

    /// Bytes taken from the socket but not read: it may return more without being readable.
    var hasPending: Bool { encryption?.hasMore ?? false }

    /// Reading continues when the socket is writable.
    var readWaitsForWriting: Bool { encryption?.wantsWrite ?? false }

    func close() { _ = Glibc.close(descriptor) }
}
