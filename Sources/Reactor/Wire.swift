// A connected socket that never blocks: where a channel's bytes come from and go to.

import Glibc

struct Wire {
    let descriptor: Int32

    enum Outcome {
        case moved(Int)
        /// Nothing more now.
        case wouldBlock
        /// The peer will send nothing more (reading only).
        case ended
        case failed(Int32)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Outcome {
        while true {
            let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
            if count > 0 { return .moved(count) }
            if count == 0 { return .ended }
            if errno == EINTR { continue }
            return errno == EAGAIN ? .wouldBlock : .failed(errno)
        }
    }

    func write(_ vectors: UnsafeMutableBufferPointer<iovec>) -> Outcome {
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
    func endOutput() { _ = shutdown(descriptor, Int32(1)) }  // SHUT_WR

    func close() { _ = Glibc.close(descriptor) }
}
