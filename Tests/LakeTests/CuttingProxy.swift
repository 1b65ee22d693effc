// A TCP proxy before a NameNode that cuts connections on demand: after the request has gone through, before the answer
// comes back.

import Foundation

/// `cutting` decides by the request's first line.
final class CuttingProxy: @unchecked Sendable {
    // @unchecked: what changes is only touched under the lock.
    private let listener: Int32
    private let target: (host: String, port: UInt16)
    private let lock = NSLock()
    private var cutting: (@Sendable (String) -> Bool)?
    private var left = 0
    private var cuts = 0
    let port: UInt16

    var address: String { "127.0.0.1:\(port)" }
    /// How many answers were kept back.
    var cutCount: Int { lock.withLock { cuts } }

    init(to node: String) throws {
        let parts = node.split(separator: ":")
        target = (String(parts[0]), UInt16(parts[1]) ?? 0)
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        listener = descriptor
        var name = CuttingProxy.loopback(0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, size) == 0 && listen(descriptor, 16) == 0
                    && getsockname(descriptor, address, &size) == 0
            }
        }
        guard bound else { throw POSIXError(.EADDRINUSE) }
        port = UInt16(bigEndian: name.sin_port)
        Thread.detachNewThread { [self] in
            while true {
                let client = accept(descriptor, nil, nil)
                guard client >= 0 else { return }
                Thread.detachNewThread { [self] in serve(client) }
            }
        }
    }

    func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    /// Keeps back the next `count` answers to requests that `match`.
    func cut(_ count: Int, where match: @escaping @Sendable (String) -> Bool) {
        lock.withLock {
            left = count
            cutting = match
        }
    }

    private static func loopback(_ port: UInt16) -> sockaddr_in {
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = port.bigEndian
        name.sin_addr.s_addr = inet_addr("127.0.0.1")
        return name
    }

    private func connectToTarget() -> Int32 {
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var name = CuttingProxy.loopback(target.port)
        let connected = withUnsafeMutablePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        if connected { return server }
        close(server)
        return -1
    }

    /// One request and its answer after the other; requests to a NameNode have no body.
    private func serve(_ client: Int32) {
        let server = connectToTarget()
        defer {
            close(client)
            if server >= 0 { close(server) }
        }
        guard server >= 0 else { return }
        var pair = [
            pollfd(fd: client, events: Int16(POLLIN), revents: 0),
            pollfd(fd: server, events: Int16(POLLIN), revents: 0),
        ]
        var isCut = false
        while poll(&pair, 2, 60_000) > 0 {
            for index in 0..<2 where pair[index].revents != 0 {
                var bytes = [UInt8](repeating: 0, count: 65_536)
                let count = recv(pair[index].fd, &bytes, bytes.count, 0)
                // The answer has come, so the request was carried out; nobody hears of it.
                guard count > 0, !(index == 1 && isCut) else { return }
                if index == 0 {
                    let line = String(decoding: bytes[..<count].prefix { $0 != 13 }, as: UTF8.self)
                    isCut = lock.withLock {
                        guard let cutting, left > 0, cutting(line) else { return false }
                        left -= 1
                        cuts += 1
                        return true
                    }
                }
                _ = send(pair[1 - index].fd, bytes, count, Int32(MSG_NOSIGNAL))
            }
        }
    }
}

/// Answers every request like a NameNode on standby.
final class StandbyNode: @unchecked Sendable {
    // @unchecked: only a port and a listener, set once.
    private let listener: Int32
    let port: UInt16
    var address: String { "127.0.0.1:\(port)" }

    init() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        listener = descriptor
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_addr.s_addr = inet_addr("127.0.0.1")
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, size) == 0 && listen(descriptor, 16) == 0
                    && getsockname(descriptor, address, &size) == 0
            }
        }
        guard bound else { throw POSIXError(.EADDRINUSE) }
        port = UInt16(bigEndian: name.sin_port)
        Thread.detachNewThread {
            while true {
                let client = accept(descriptor, nil, nil)
                guard client >= 0 else { return }
                var bytes = [UInt8](repeating: 0, count: 65_536)
                _ = recv(client, &bytes, bytes.count, 0)
                let body =
                    #"{"RemoteException":{"exception":"StandbyException","javaClassName":"org.apache.hadoop.ipc.StandbyException","message":"Operation category READ is not supported in state standby"}}"#
                let answer =
                    "HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)"
                _ = answer.withCString { send(client, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
                close(client)
            }
        }
    }

    func stop() { shutdown(listener, Int32(SHUT_RDWR)) }
}
