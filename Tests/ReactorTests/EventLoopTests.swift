import CLinux
import Glibc
import TestSupport
import Testing
import Threads

@testable import Reactor

/// Sends back what it receives, in the size of whole pairs; records what happens.
private final class Echo: ChannelOwner {
    var events: [String] = []
    var limit = 1 << 20
    var onEvent: (String, Channel) -> Void = { _, _ in }
    private func note(_ event: String, _ channel: Channel) {
        events.append(event)
        onEvent(event, channel)
    }
    func received(_ bytes: UnsafeRawBufferPointer, on channel: Channel) -> Int {
        let used = bytes.count / 2 * 2
        channel.write(UnsafeRawBufferPointer(rebasing: bytes[..<used]))
        if channel.unsentBytes > limit { channel.pauseReading() }
        note("received", channel)
        return used
    }
    func inputEnded(on channel: Channel) {
        note("ended", channel)
        channel.closeAfterFlush(linger: 0)
    }
    func drained(_ channel: Channel) {
        note("drained", channel)
        channel.resumeReading()
    }
    func deadlineReached(on channel: Channel) { note("deadline", channel) }
    func closed(_ channel: Channel) { note("closed", channel) }
}

/// A connected pair: ours non-blocking for the loop, theirs blocking for the test.
private func pair() -> (ours: Int32, theirs: Int32) {
    var ends: [Int32] = [0, 0]
    #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
    _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
    return (ends[0], ends[1])
}

private func readAll(_ socket: Int32) -> [UInt8] {
    var out: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
        let count = recv(socket, &buffer, buffer.count, 0)
        if count <= 0 { return out }
        out += buffer[..<count]
    }
}

@Suite struct EventLoopTests {
    @Test func whatIsSentComesBackAndTheChannelEndsInOrder() throws {
        let loop = try EventLoop()
        let (ours, theirs) = pair()
        defer { close(theirs) }
        let echo = Echo()
        let channel = try Channel(loop, socket: ours)
        channel.owner = echo
        echo.onEvent = { event, channel in if event == "closed" { channel.loop.stop() } }
        let peer = SystemThread.start("peer") {
            for byte in "abcd".utf8 {
                _ = [byte].withUnsafeBytes { send(theirs, $0.baseAddress, 1, 0) }
                letPass(seconds: 0.002)
            }
            shutdown(theirs, Int32(1))
        }
        loop.run()
        peer.join()
        #expect(readAll(theirs) == Array("abcd".utf8))
        #expect(echo.events.suffix(2) == ["ended", "closed"])
        #expect(channel.token == 0)
    }

    @Test func aPeerThatDoesNotReadHoldsTheReadingBack() throws {
        let loop = try EventLoop()
        let (ours, theirs) = pair()
        defer { close(theirs) }
        let echo = Echo()
        echo.limit = 100_000
        let channel = try Channel(loop, socket: ours)
        channel.owner = echo
        var most = 0
        echo.onEvent = { event, channel in
            most = max(most, channel.unsentBytes)
            if event == "closed" { channel.loop.stop() }
        }
        let sent = (0..<4_000_000).map { UInt8(truncatingIfNeeded: $0 >> 3) }
        let writer = SystemThread.start("writer") {
            sent.withUnsafeBytes { bytes in
                var done = 0
                while done < bytes.count {
                    let count = send(theirs, bytes.baseAddress! + done, bytes.count - done, 0)
                    if count <= 0 { break }
                    done += count
                }
            }
            shutdown(theirs, Int32(1))
        }
        let got = Guarded<[UInt8]>([])
        let reader = SystemThread.start("reader") {
            letPass(seconds: 0.1)
            let all = readAll(theirs)
            got.withLock { $0 = all }
        }
        loop.run()
        writer.join()
        reader.join()
        #expect(got.withLock { $0 } == sent)
        #expect(most < 400_000, "at most the limit and a few reads may wait, but \(most) did")
        #expect(echo.events.contains("drained"))
    }

    @Test func mailboxesComeAfterTheHooksAndDeadlinesFire() throws {
        let loop = try EventLoop()
        let mailbox = Mailbox<Int>()
        var order: [String] = []
        loop.onTickEnd { if order.last != "hook" { order.append("hook") } }
        loop.register(mailbox) { order += $0.map { "mail \($0)" } }
        mailbox.post(contentsOf: [1, 2])
        let start = Clock.monotonic
        loop.after(50_000_000) { order.append("timer") }
        let early = loop.after(60_000_000) { order.append("never") }
        loop.after(120_000_000) { loop.stop() }
        if let early { loop.remove(early) }
        loop.run()
        #expect(Clock.monotonic - start >= 120_000_000)
        #expect(
            order.starts(with: ["hook", "mail 1", "mail 2"]) && order.contains("timer") && !order.contains("never"))
    }

    @Test func aStaleTokenFindsNothing() throws {
        let loop = try EventLoop()
        let (ours, theirs) = pair()
        defer { close(theirs) }
        let channel = try Channel(loop, socket: ours)
        let token = channel.token
        #expect(loop.channel(token) === channel)
        channel.closeNow()
        #expect(loop.channel(token) == nil)
        let (next, other) = pair()
        defer { close(other) }
        let second = try Channel(loop, socket: next)
        #expect(second.token != token && loop.channel(token) == nil)
        second.closeNow()
    }

    @Test func oneBlockServesManyChannelsWithoutCopies() throws {
        let loop = try EventLoop()
        let frame = SharedBytes([UInt8](repeating: 9, count: 10_000))
        let pairs = (0..<20).map { _ in pair() }
        for (ours, _) in pairs {
            let channel = try Channel(loop, socket: ours)
            channel.owner = Echo()
            channel.write(frame)
            channel.closeAfterFlush(linger: 0)
        }
        loop.after(100_000_000) { loop.stop() }
        loop.run()
        for (_, theirs) in pairs {
            #expect(readAll(theirs) == frame.array)
            close(theirs)
        }
    }

    @Test func theLoopsOfAServerShareItsPortAndNobodyElse() throws {
        let own = try ListeningSocket.open(host: "127.0.0.1", port: 0, count: 3)
        let port = try #require(own.first?.port)
        #expect(own.count == 3 && own.allSatisfy { $0.port == port } && port > 0)
        for host in ["127.0.0.1", "0.0.0.0"] {
            for count in [1, 3] {
                let refusal = #expect(throws: ReactorError.self) {
                    try ListeningSocket.open(host: host, port: port, count: count)
                }
                #expect(refusal?.description == "listen on \(host):\(port): Address already in use")
            }
        }
        // What was refused has changed nothing: every connection goes to one of the three.
        let clients = try (0..<64).map { _ in try connected(to: port) }
        #expect(own.reduce(0) { $0 + accepted($1) } == clients.count)
        for client in clients { close(client) }
        for socket in own { socket.close() }
        let next = try ListeningSocket.open(host: "127.0.0.1", port: port, count: 2)
        for socket in next { socket.close() }
        #expect(throws: ReactorError.self) { try ListeningSocket.open(host: "203.0.113.1", port: 0, count: 1) }
    }

    private func connected(to port: UInt16) throws -> Int32 {
        let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(result == 0)
        return client
    }

    /// How many connections wait at a socket.
    private func accepted(_ listening: ListeningSocket) -> Int {
        var count = 0
        var peer = [UInt8](repeating: 0, count: 16)
        while true {
            let connection = clinux_accept(listening.descriptor, &peer)
            if connection < 0 { return count }
            close(connection)
            count += 1
        }
    }
}
