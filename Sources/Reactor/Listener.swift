// A listening socket on one loop: accepts in small bursts, refuses beyond a limit, backs off when descriptors run out.
// Several loops listen on one port through SO_REUSEPORT, and nobody else does; the kernel spreads the connections.

import Basics
import CLinux
import Glibc
import Telemetry

/// An open listening socket, made before its loop's thread runs, so that the port is known.
package struct ListeningSocket: Sendable {
    let descriptor: Int32
    package let port: UInt16

    /// `count` sockets on one port, for as many loops. Clients that connect from now on wait until a loop runs.
    package static func open(host: String, port: UInt16, count: Int) throws(ReactorError) -> [ListeningSocket] {
        var sockets: [ListeningSocket] = []
        do throws(ReactorError) {
            for _ in 0..<max(1, count) {
                sockets.append(try open(host: host, port: sockets.first?.port ?? port, joins: !sockets.isEmpty))
            }
        } catch {
            for socket in sockets { socket.close() }
            throw error
        }
        return sockets
    }

    /// `joins`: shares the port with sockets that already have it.
    private static func open(host: String, port: UInt16, joins: Bool) throws(ReactorError) -> ListeningSocket {
        let descriptor = clinux_listen(host, port, 1024, joins)
        guard descriptor >= 0 else { throw ReactorError(operation: "listen on \(host):\(port)", code: -descriptor) }
        do throws(ReactorError) {
            return ListeningSocket(descriptor: descriptor, port: try boundAddress(descriptor).port)
        } catch {
            Glibc.close(descriptor)
            throw error
        }
    }

    /// As many sockets as loops, from one on which somebody else listens for this process.
    package static func open(_ inherited: InheritedSocket, count: Int) throws(ReactorError) -> [ListeningSocket] {
        var sockets: [ListeningSocket] = []
        for _ in 0..<max(1, count) {
            let descriptor = fcntl(inherited.descriptor, F_DUPFD_CLOEXEC, 0)
            guard descriptor >= 0 else { throw ReactorError(operation: "fcntl", code: errno) }
            sockets.append(ListeningSocket(descriptor: descriptor, port: inherited.port))
        }
        return sockets
    }

    fileprivate static func boundAddress(_ descriptor: Int32) throws(ReactorError) -> (address: IPAddress, port: UInt16)
    {
        var bytes: (high: UInt64, low: UInt64) = (0, 0)
        let port = withUnsafeMutableBytes(of: &bytes) {
            clinux_local_port(descriptor, $0.assumingMemoryBound(to: UInt8.self).baseAddress)
        }
        guard port > 0 else { throw ReactorError(operation: "getsockname", code: -port) }
        return (IPAddress(high: UInt64(bigEndian: bytes.high), low: UInt64(bigEndian: bytes.low)), UInt16(port))
    }

    package func close() { _ = Glibc.close(descriptor) }
}

/// A TCP socket that is already listening; not this process's to close.
package struct InheritedSocket: Sendable {
    let descriptor: Int32
    package let address: IPAddress
    package let port: UInt16

    package init(_ descriptor: Int32) throws(ReactorError) {
        var isListening: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &isListening, &size) == 0 else {
            throw ReactorError(operation: "getsockopt", code: errno)
        }
        guard isListening != 0 else { throw ReactorError(operation: "a socket that does not listen", code: EINVAL) }
        let flags = fcntl(descriptor, F_GETFL)
        guard flags >= 0, fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0,
            fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0
        else { throw ReactorError(operation: "fcntl", code: errno) }
        self.descriptor = descriptor
        (address, port) = try ListeningSocket.boundAddress(descriptor)
    }
}

package final class Listener: EventSource {
    private let loop: EventLoop
    private let socket: ListeningSocket
    private let accepted: (Int32, IPAddress) -> Void
    private var isOpen = true
    private static let backOff: UInt64 = 100_000_000
    private static let exhausted = RareWarning("accept is out of resources")

    /// `accepted` takes over each connected socket, and gets the address of the other end.
    package init(
        _ loop: EventLoop, _ socket: ListeningSocket, accepted: @escaping (Int32, IPAddress) -> Void
    ) throws(ReactorError) {
        self.loop = loop
        self.socket = socket
        self.accepted = accepted
        super.init()
        try loop.add(self, descriptor: socket.descriptor, interest: UInt32(CLINUX_READABLE))
    }

    override func ready(_ bits: UInt32) {
        for _ in 0..<64 where isOpen {
            var peer: (high: UInt64, low: UInt64) = (0, 0)
            let connection = withUnsafeMutableBytes(of: &peer) {
                clinux_accept(socket.descriptor, $0.assumingMemoryBound(to: UInt8.self).baseAddress)
            }
            if connection >= 0 {
                accepted(connection, IPAddress(high: UInt64(bigEndian: peer.high), low: UInt64(bigEndian: peer.low)))
                continue
            }
            switch -connection {
            case EAGAIN: return
            case EMFILE, ENFILE, ENOBUFS, ENOMEM:
                // The connection stays in the kernel's queue; accepting again at once would spin.
                Listener.exhausted.note(at: loop.now, String(cString: strerror(-connection)))
                loop.setInterest(self, descriptor: socket.descriptor, 0)
                loop.setDeadline(self, at: loop.now &+ Listener.backOff)
                return
            default: continue  // the peer has gone already (ECONNABORTED and the like)
            }
        }
    }

    override func deadlineReached() {
        guard isOpen else { return }
        loop.setInterest(self, descriptor: socket.descriptor, UInt32(CLINUX_READABLE))
    }

    /// Accepts the waiting connections, which would be reset otherwise.
    package func close() {
        guard isOpen else { return }
        ready(UInt32(CLINUX_READABLE))
        isOpen = false
        loop.remove(self, descriptor: socket.descriptor)
        socket.close()
    }
}
