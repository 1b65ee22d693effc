// One blocking TCP connection to a metastore, with a time limit on each step. Knows nothing of Thrift.

import CLinux
import Glibc

final class HiveSocket {
    private let descriptor: Int32
    let address: HiveAddress

    /// Connects to the first of the host's addresses that answers.
    init(_ address: HiveAddress, timeout: UInt64) throws(HiveError) {
        self.address = address
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let failure = getaddrinfo(address.host, String(address.port), &hints, &found)
        guard failure == 0 else {
            throw .unreachable("\(address): \(String(cString: gai_strerror(failure)))")
        }
        defer { freeaddrinfo(found) }
        var reason = "no address"
        var next = found
        while let entry = next {
            next = entry.pointee.ai_next
            switch Self.connect(entry.pointee, timeout) {
            case .success(let descriptor):
                self.descriptor = descriptor
                return
            case .failure(let error): reason = error.text
            }
        }
        throw .unreachable("\(address): \(reason)")
    }

    private struct Reason: Error { var text: String }

    private static func connect(_ entry: addrinfo, _ timeout: UInt64) -> Result<Int32, Reason> {
        let descriptor = socket(entry.ai_family, entry.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), entry.ai_protocol)
        guard descriptor >= 0 else { return .failure(Reason(text: errorText(errno))) }
        // Linux bounds a blocking connect by the send time-out (socket(7), SO_SNDTIMEO).
        var limit = timeval(tv_sec: Int(timeout / 1_000_000_000), tv_usec: Int(timeout % 1_000_000_000 / 1000))
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        var yes: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
        guard Glibc.connect(descriptor, entry.ai_addr, entry.ai_addrlen) == 0 else {
            let error = errno
            close(descriptor)
            return .failure(Reason(text: errorText(error)))
        }
        return .success(descriptor)
    }

    deinit { close(descriptor) }

    func send(_ bytes: [UInt8]) throws(HiveError) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(
                    descriptor, $0.baseAddress?.advanced(by: sent), bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw .unreachable("\(address): \(Self.errorText(errno))") }
            sent += count
        }
    }

    /// Appends what has arrived, at least one byte.
    func receive(_ buffer: inout [UInt8]) throws(HiveError) {
        let room = 64 << 10
        let before = buffer.count
        buffer.append(contentsOf: repeatElement(0, count: room))
        var count = -1
        repeat {
            count = buffer.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress?.advanced(by: before), room, 0) }
        } while count < 0 && errno == EINTR
        let error = errno
        buffer.removeLast(room - max(0, count))
        guard count != 0 else { throw .unreachable("\(address): closed the connection") }
        guard count > 0 else { throw .unreachable("\(address): \(Self.errorText(error))") }
    }

    private static func errorText(_ error: Int32) -> String {
        error == EAGAIN || error == EINPROGRESS ? "no answer in time" : String(cString: strerror(error))
    }
}
