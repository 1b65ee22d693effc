import Glibc
import Testing
import Threads

@testable import PlanetWeb

@Suite struct ServerTimesTests {
    @Test func aSlowHeadGets408HoweverItDrips() throws {
        let server = try TestServer { $0.limits.headTime = second / 4 }
        let client = try server.connect()
        let start = Clock.monotonic
        client.send("GET /hello HTTP/1.1\r\n")
        let dripping = SystemThread.start("drip") {
            for _ in 0..<10 {
                client.send("X: y\r\n")
                usleep(50_000)
            }
        }
        #expect(client.reply().status == 408)
        #expect(Clock.monotonic - start < second)
        dripping.join()
    }

    @Test func aSlowBodyGets408() throws {
        let server = try TestServer {
            $0.limits.bodyIdleTime = second / 4
            $0.limits.bodyMinimumRate = 1000
        }
        let head = "POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"
        let silent = try server.connect()
        silent.send(head + "abc")
        #expect(silent.reply().status == 408)
        let dripping = try server.connect()
        dripping.send(head)
        let drip = SystemThread.start("drip") {
            for _ in 0..<20 {
                dripping.send("x")
                usleep(50_000)
            }
        }
        #expect(dripping.reply().status == 408, "steady, but below the rate")
        drip.join()
    }

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

    @Test func aReplyThatNeverComesIsGivenUp() throws {
        let server = try TestServer { $0.limits.handlerTime = second / 5 }
        let client = try server.connect()
        client.send("GET /never HTTP/1.1\r\nHost: x\r\n\r\nGET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(client.reply().status == 503)
        #expect(client.reply().status == 200)
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
        busy.send("GET /second HTTP/1.1\r\nHost: x\r\n\r\n")
        let idle = try server.connect()
        let viewer = try server.connect()
        #expect(viewer.upgrade("/echo").hasPrefix("HTTP/1.1 101 "))
        usleep(20_000)
        let start = Clock.monotonic
        server.server.stop(grace: 3 * second)
        #expect(Clock.monotonic - start < 4 * second)
        let reply = busy.reply()
        #expect(reply.body == "done" && reply.head.contains("Connection: close"))
        #expect(idle.isClosed())
        let close = viewer.frame()
        #expect(close.first == 0x88 && close.payload.starts(with: [0x03, 0xE9]))
        #expect(throws: (any Error).self) { try server.connect() }
    }
}
