import Glibc
import HTTPWire
import Telemetry
import TestSupport
import Testing
import Threads

@testable import PlanetWeb

/// A server on a port of the kernel's choice with routes that tests need.
final class TestServer {
    let server: WebServer
    /// The requests to /held that wait for the test's reply.
    let held = Guarded<[Responder]>([])

    init(hub: LiveHub? = nil, files: StaticFiles? = nil, _ adjust: (inout WebServer.Options) -> Void = { _ in }) throws
    {
        var router = Router()
        router.get("/hello") { _, _ in .reply(.text("Hello")) }
        router.get("/big/{n}") { request, _ in
            .reply(.text(String(repeating: "x", count: Int(request.parameter("n")) ?? 0)))
        }
        router.get("/empty") { _, _ in .reply(.empty()) }
        router.get("/never") { _, _ in .pending }
        router.get("/slow/{text}") { request, _ in
            _ = SystemThread.start("slow") {
                letPass(seconds: 0.06)
                request.responder.complete(.text(request.parameter("text")))
                request.responder.complete(.text("twice"))
            }
            return .pending
        }
        router.get("/held") { [held] request, _ in
            held.withLock { $0.append(request.responder) }
            return .pending
        }
        router.post("/body", bodyLimit: 100_000) { request, _ in
            .reply(.text("\(request.body.count):" + String(decoding: request.body.prefix(20), as: UTF8.self)))
        }
        router.get("/echo") { _, _ in .webSocketEcho }
        if let hub {
            router.get("/live") { request, _ in
                .webSocket(hub, resume: request.query.first { $0.name == "resume" }?.value)
            }
            router.get("/api/live") { request, _ in .eventStream(hub, resume: request.header("last-event-id")) }
        }
        if let files { router.otherwise(files.handler) }
        var options = WebServer.Options()
        options.metrics = Metrics()
        adjust(&options)
        server = try WebServer.start(router: router, hubs: hub.map { [$0] } ?? [], options: options)
    }
    deinit { server.stop(grace: 200_000_000) }

    func connect() throws -> Client { try Client(server.port) }

    /// Sends bytes on a new connection and reads until the server closes it.
    func talk(_ text: String) throws -> String {
        let client = try connect()
        client.send(text)
        return client.readToEnd()
    }
}

struct NoConnection: Error {}

/// A blocking socket that gives up after 5 s. @unchecked: one thread reads, at most one other sends.
final class Client: @unchecked Sendable {
    let socket: Int32
    private var buffered: [UInt8] = []
    init(_ port: UInt16, receiveBuffer: Int32? = nil) throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var size = receiveBuffer { setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &size, 4) }
        var timeout = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            close(socket)
            throw NoConnection()
        }
    }
    deinit { close(socket) }

    @discardableResult func send(_ bytes: [UInt8]) -> Bool {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress! + done, bytes.count - done, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return false }
            done += count
        }
        return true
    }
    @discardableResult func send(_ text: String) -> Bool { send(Array(text.utf8)) }
    func endOutput() { shutdown(socket, Int32(1)) }

    /// False at the end (or after 5 s).
    private func more() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = recv(socket, &buffer, buffer.count, 0)
        if count > 0 { buffered += buffer[..<count] }
        return count > 0
    }
    func readToEnd() -> String {
        while more() {}
        defer { buffered = [] }
        return String(decoding: buffered, as: UTF8.self)
    }
    /// True when the server closes without another byte.
    func isClosed() -> Bool {
        var byte: UInt8 = 0
        return buffered.isEmpty && recv(socket, &byte, 1, 0) == 0
    }
    func read(_ count: Int) -> [UInt8] {
        while buffered.count < count, more() {}
        let part = Array(buffered.prefix(count))
        buffered.removeFirst(part.count)
        return part
    }
    func read(until end: String) -> String {
        let end = Array(end.utf8)
        var from = 0
        while true {
            if buffered.count >= end.count {
                for i in from...(buffered.count - end.count) where buffered[i...].starts(with: end) {
                    let part = Array(buffered[..<(i + end.count)])
                    buffered.removeFirst(part.count)
                    return String(decoding: part, as: UTF8.self)
                }
                from = max(0, buffered.count - end.count)
            }
            if !more() { return "(ended) " + String(decoding: buffered, as: UTF8.self) }
        }
    }
    /// One reply: its status and content by Content-Length.
    func reply(hasContent: Bool = true) -> (status: Int, head: String, body: String) {
        let head = read(until: "\r\n\r\n")
        let status = Int(head.split(separator: " ").dropFirst().first ?? "") ?? 0
        var length = 0
        for line in head.lowercased().split(separator: "\r\n") where line.hasPrefix("content-length: ") {
            length = Int(line.dropFirst(16)) ?? 0
        }
        return (status, head, hasContent ? String(decoding: read(length), as: UTF8.self) : "")
    }
    /// One unmasked server frame.
    func frame() -> (first: UInt8, payload: [UInt8]) {
        let start = read(2)
        guard start.count == 2 else { return (0, []) }
        var length = Int(start[1])
        if length == 126 { length = read(2).reduce(0) { $0 << 8 | Int($1) } }
        if length == 127 { length = read(8).reduce(0) { $0 << 8 | Int($1) } }
        return (start[0], read(length))
    }
    func upgrade(_ path: String, extra: String = "") -> String {
        send(
            "GET \(path) HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\(extra)\r\n")
        return read(until: "\r\n\r\n")
    }
}

/// In nanoseconds.
let second: UInt64 = 1_000_000_000
