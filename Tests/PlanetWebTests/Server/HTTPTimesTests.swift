import Testing

@testable import PlanetWeb

/// The times of a connection, by a clock that the test moves.
@Suite struct HTTPTimesTests {
    @Test func aSlowHeadGets408HoweverItDrips() throws {
        let talk = try HTTPTalk { $0.headTime = second / 4 }
        talk.send("GET /hello HTTP/1.1\r\n")
        for _ in 0..<4 {
            talk.wait(50 * millisecond)
            talk.send("X: y\r\n")
            #expect(talk.wire() == "")
        }
        talk.wait(50 * millisecond - 1)
        #expect(talk.wire() == "" && talk.actions().isEmpty)
        talk.wait(1)
        let reply = talk.wire()
        #expect(reply.hasPrefix("HTTP/1.1 408 ") && reply.contains("\r\nConnection: close\r\n"))
        #expect(talk.actions() == [.close(lingers: true)])
        talk.send("X: y\r\n\r\n")
        #expect(talk.wire() == "" && talk.held.isEmpty && talk.connection.started.isEmpty)
    }

    /// The time of a head begins with its first byte, not with the reply before.
    @Test func theNextHeadHasItsOwnTime() throws {
        let talk = try HTTPTalk {
            $0.headTime = second
            $0.keepAliveTime = 10 * second
        }
        talk.send(get("/hello"))
        talk.wait(9 * second)
        talk.send("GET /he")
        talk.wait(second - 1)
        #expect(talk.statuses() == [200] && talk.actions().isEmpty)
        talk.send("llo HTTP/1.1\r\nHost: x\r\n\r\nGET")
        talk.wait(second - 1)
        #expect(talk.statuses() == [200] && talk.actions().isEmpty)
        talk.wait(1)
        #expect(talk.statuses() == [408] && talk.actions() == [.close(lingers: true)])
    }

    @Test func aSilentBodyGets408() throws {
        let talk = try HTTPTalk {
            $0.bodyIdleTime = second / 4
            $0.bodyMinimumRate = 1000
        }
        talk.send("POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabc")
        talk.wait(second / 4 - 1)
        #expect(talk.statuses() == [])
        talk.wait(1)
        #expect(talk.statuses() == [408] && talk.actions() == [.close(lingers: true)])
        #expect(talk.server.budgets.bodies.used == 0)
    }

    @Test func aBodyHasToKeepUpTheMinimumRate() throws {
        func limits(_ limits: inout ServerLimits) {
            limits.bodyIdleTime = second / 4
            limits.bodyMinimumRate = 100
        }
        let head = "POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n"
        let dripping = try HTTPTalk(nil, limits)
        dripping.send(head)
        // 20 bytes a second: each takes 50 ms and earns 10, so the sixth comes too late.
        for _ in 0..<5 {
            dripping.wait(50 * millisecond)
            dripping.send("x")
            #expect(dripping.statuses() == [])
        }
        dripping.wait(50 * millisecond - 1)
        #expect(dripping.statuses() == [])
        dripping.wait(1)
        #expect(dripping.statuses() == [408], "steady, but below the rate")
        #expect(dripping.actions() == [.close(lingers: true)])
        let steady = try HTTPTalk(nil, limits)
        steady.send(head)
        for _ in 0..<20 {
            steady.wait(50 * millisecond)
            steady.send("12345")
        }
        #expect(steady.statuses() == [200], "100 bytes a second")
    }

    /// What came quickly saves up little time for what drips.
    @Test func aBodyThatBeganQuicklyMayNotDripForEver() throws {
        let talk = try HTTPTalk {
            $0.bodyIdleTime = second
            $0.bodyMinimumRate = 100
        }
        let start = talk.connection.now
        talk.send("POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n" + String(repeating: "x", count: 900))
        while talk.connection.now < start + 10 * second, talk.actions().isEmpty {
            talk.wait(second / 2)
            talk.send("x")
        }
        #expect(talk.statuses() == [408])
        #expect(talk.connection.now - start <= 3 * second)
    }

    /// Nor does what is no content: a chunk's extension.
    @Test func extensionsEarnNoTime() throws {
        let talk = try HTTPTalk {
            $0.bodyIdleTime = second
            $0.bodyMinimumRate = 100
        }
        let start = talk.connection.now
        talk.send("POST /body HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5;")
        while talk.connection.now < start + 10 * second, talk.actions().isEmpty {
            talk.wait(second / 2)
            talk.send(String(repeating: "a", count: 100))
        }
        #expect(talk.statuses() == [408])
        #expect(talk.connection.now - start <= 2 * second)
    }

    @Test func aWholeBodyHasATimeOfItsOwn() throws {
        let talk = try HTTPTalk {
            $0.bodyIdleTime = second
            $0.bodyMinimumRate = 100
            $0.bodyTime = 5 * second
        }
        talk.send("POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n")
        for _ in 0..<10 {
            talk.send(String(repeating: "x", count: 90))
            talk.wait(second / 2 - 1)
        }
        #expect(talk.statuses() == [])
        talk.wait(10)
        #expect(talk.statuses() == [408])
    }

    @Test func idleConnectionsAreClosedWithoutAWord() throws {
        func limits(_ limits: inout ServerLimits) {
            limits.headTime = second / 5
            limits.keepAliveTime = second / 2
        }
        let silent = try HTTPTalk(nil, limits)
        silent.wait(second / 5 - 1)
        #expect(silent.actions().isEmpty)
        silent.wait(1)
        #expect(silent.wire() == "" && silent.actions() == [.close(lingers: false)])
        let once = try HTTPTalk(nil, limits)
        once.wait(second / 10)
        once.send(get("/hello"))
        #expect(once.statuses() == [200])
        once.wait(second / 2 - 1)
        #expect(once.actions().isEmpty)
        once.wait(1)
        #expect(once.wire() == "" && once.actions() == [.close(lingers: false)])
        // The time begins when the last reply is given, however long it took.
        let slow = try HTTPTalk(nil, limits)
        slow.send(get("/later"))
        slow.wait(second)
        slow.reply(to: 1, "a")
        slow.wait(second / 2 - 1)
        #expect(slow.statuses() == [200] && slow.actions().isEmpty)
        slow.wait(1)
        #expect(slow.actions() == [.close(lingers: false)])
    }

    @Test func aReplyThatNeverComesIsGivenUp() throws {
        let talk = try HTTPTalk { $0.handlerTime = second / 5 }
        talk.send(get("/later"))
        talk.wait(second / 10)
        talk.send(get("/later") + get("/hello"))
        talk.wait(second / 10 - 1)
        #expect(talk.statuses() == [])
        talk.wait(1)
        let first = talk.wire()
        #expect(first.hasPrefix("HTTP/1.1 503 ") && first.contains("\r\nRetry-After: 1\r\n"))
        #expect(!first.contains("Connection: close"))
        talk.reply(to: 1, "too late")
        talk.wait(second / 10 - 1)
        #expect(talk.statuses() == [])
        talk.wait(1)
        #expect(talk.statuses() == [503, 200] && talk.actions().isEmpty)
    }

    @Test func aReaderThatStallsIsCutOff() throws {
        let talk = try HTTPTalk { $0.writeStallTime = second / 2 }
        talk.send(get("/hello"))
        talk.connection.unsentBytes = 10
        talk.connection.blockedSince = talk.connection.now
        talk.send(get("/hello"))
        talk.wait(second / 4)
        #expect(talk.actions().isEmpty)
        // It takes a little: it has the whole time again.
        talk.connection.blockedSince = talk.connection.now
        talk.wait(second / 2 - 1)
        #expect(talk.actions().isEmpty)
        talk.wait(second / 2)
        #expect(talk.actions() == [.abort])
    }
}
