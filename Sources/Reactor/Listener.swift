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

    /// `joins`: shares the port with sockets that have it already.
    private static func open(host: String, port: UInt16, joins: Bool) throws(ReactorError) -> ListeningSocket {
        let descriptor = clinux_listen(host, port, 1024, joins)
        guard descriptor >= 0 else { throw ReactorError(operation: "listen on \(host):\(port)", code: -descriptor) }
        let bound = clinux_local_port(descriptor)
        guard bound > 0 else {
            Glibc.close(descriptor)
            throw ReactorError(operation: "getsockname", code: -bound)
        }
        return ListeningSocket(descriptor: descriptor, port: UInt16(bound))
    }

    package func close() { _ = Glibc.close(descriptor) }
}

package final class Listener: EventSource {
    private let loop: EventLoop
    private let socket: ListeningSocket
    private let accepted: (Int32, IPAddress) -> Void
    private var isOpen = true
    private static let backOff: UInt64 = 100_000_000
    private static let exhausted = RareWarning("accept is out of resources")

    /// `accepted` takes over each connected socket; it is told the address of the other end.
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
                // The connection stays in the kernel's queue; asking again at once would spin.
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

    package func close() {
        guard isOpen else { return }
        isOpen = false
        loop.remove(self, descriptor: socket.descriptor)
        socket.close()
    }
}
