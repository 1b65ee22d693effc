// A listening socket on one loop: accepts in small bursts, refuses beyond a limit, backs off when descriptors run out.
// Several loops listen on one port through SO_REUSEPORT; the kernel spreads the connections.

import CLinux
import Glibc
import Telemetry

/// An open listening socket, made before its loop's thread runs, so that the port is known.
package struct ListeningSocket: Sendable {
    let descriptor: Int32
    package let port: UInt16

    package static func open(host: String, port: UInt16, backlog: Int32 = 1024) throws(ReactorError) -> ListeningSocket
    {
        let descriptor = clinux_listen(host, port, backlog, true)
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
    private let accepted: (Int32) -> Void
    private var isOpen = true
    private static let backOff: UInt64 = 100_000_000

    /// `accepted` takes over each connected socket.
    package init(_ loop: EventLoop, _ socket: ListeningSocket, accepted: @escaping (Int32) -> Void) throws(ReactorError)
    {
        self.loop = loop
        self.socket = socket
        self.accepted = accepted
        super.init()
        try loop.add(self, descriptor: socket.descriptor, interest: UInt32(CLINUX_READABLE))
    }

    override func ready(_ bits: UInt32) {
        for _ in 0..<64 where isOpen {
            let connection = clinux_accept(socket.descriptor)
            if connection >= 0 {
                accepted(connection)
                continue
            }
            switch -connection {
            case EAGAIN: return
            case EMFILE, ENFILE, ENOBUFS, ENOMEM:
                // The connection stays in the kernel's queue; asking again at once would spin.
                Log.warning("accept is out of resources", ["errno": -connection])
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
