import TestSupport
import Testing
import Threads

@testable import PlanetWeb

/// What the server's loops and sockets add to the times of a connection (HTTPTimesTests).
@Suite struct ServerTimesTests {
    @Test func idleConnectionsAreClosedWithoutAWord() throws {
        let server = try TestServer {
            $0.limits.headTime = second / 5
            $0.limits.keepAliveTime = second / 5
        }
        let silent = try server.connect()
        #expect(silent.isClosed())
        let once = try server.connect()
        once.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(once.reply().status == 200)
        #expect(once.isClosed())
        #expect(eventually { server.server.connectionCount == 0 })
    }

    @Test func aReaderThatStallsIsCutOffAndOthersGoOn() throws {
        let server = try TestServer { $0.limits.writeStallTime = second / 2 }
        let stalled = try Client(server.server.port, receiveBuffer: 4096)
        for _ in 0..<40 { stalled.send("GET /big/1000000 HTTP/1.1\r\nHost: x\r\n\r\n") }
        let other = try server.connect()
        other.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(other.reply().body == "Hello")
        #expect(eventually { server.server.connectionCount == 1 })
    }

    @Test func anAddressHasItsShareOfTheConnections() throws {
        let server = try TestServer {
            $0.limits.connectionsPerAddress = 2
            $0.standsForMany = { _ in false }
        }
        var held = try [server.connect(), server.connect()]
        for client in held {
            client.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(client.reply().status == 200)
        }
        let third = try server.connect()
        #expect(third.reply().body.contains("from your address"))
        #expect(third.isClosed())
        // Whoever leaves makes room.
        held.removeLast()
        #expect(
            try eventually {
                let next = try server.connect()
                next.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
                return next.reply().status == 200
            })
    }

    @Test func beyondTheLimitComes503() throws {
        let server = try TestServer { $0.limits.connections = 2 }
        let held = try [server.connect(), server.connect()]
        for client in held {
            client.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(client.reply().status == 200)
        }
        let third = try server.connect()
        third.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
        let refused = third.reply()
        #expect(refused.status == 503 && refused.head.contains("Retry-After"))
    }

    @Test func stoppingFinishesWhatIsUnderWay() throws {
        let server = try TestServer { $0.loops = 2 }
        let busy = try server.connect()
        busy.send("GET /held HTTP/1.1\r\nHost: x\r\n\r\n")
        let idle = try server.connect()
        idle.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(idle.reply().status == 200)
        let viewer = try server.connect()
        #expect(viewer.upgrade("/echo").hasPrefix("HTTP/1.1 101 "))
        #expect(eventually { server.held.withLock { $0.count } == 1 })
        let web = server.server
        let stopping = SystemThread.start("stopping") { web.stop(grace: 60 * second) }
        #expect(idle.isClosed())
        let close = viewer.frame()
        #expect(close.first == 0x88 && close.payload.starts(with: [0x03, 0xE9]))
        #expect(eventually { (try? server.connect()) == nil }, "every loop has stopped listening")
        for responder in server.held.withLock({ $0 }) { responder.complete(.text("done")) }
        let reply = busy.reply()
        #expect(reply.body == "done" && reply.head.contains("Connection: close"))
        #expect(busy.isClosed())
        stopping.join()
        #expect(server.server.connectionCount == 0)
    }
}
