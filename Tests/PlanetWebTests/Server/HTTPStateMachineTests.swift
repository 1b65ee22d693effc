import Basics
import HTTPWire
import Testing

@testable import PlanetWeb

/// The state machine by itself: bytes and events in, bytes and actions out.
@Suite struct HTTPStateMachineTests {
    private let hello = "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 5\r\n\r\nHello"
    private func post(_ body: String, _ fields: String = "") -> String {
        "POST /body HTTP/1.1\r\nHost: x\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }
    private func text(_ body: String, _ fields: String = "") -> String {
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: \(body.utf8.count)\r\n"
            + "\(fields)\r\n\(body)"
    }

    @Test func aConnectionIsKeptAliveByTheRulesOfItsVersion() throws {
        let talk = try HTTPTalk()
        talk.send(get("/hello") + get("/hello"))
        #expect(talk.wire() == hello + hello && talk.actions().isEmpty)
        talk.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        #expect(talk.wire() == text("Hello", "Connection: keep-alive\r\n") && talk.actions().isEmpty)
        talk.send(get("/hello", "Connection: close\r\n") + get("/hello"))
        #expect(talk.wire() == text("Hello", "Connection: close\r\n"))
        #expect(talk.actions() == [.close(lingers: true)] && talk.held.isEmpty && talk.connection.started.count == 4)
        let old = try HTTPTalk()
        old.send("GET /hello HTTP/1.0\r\n\r\n")
        #expect(old.wire() == text("Hello", "Connection: close\r\n") && old.actions() == [.close(lingers: true)])
        let last = try HTTPTalk()
        last.send(get("/last") + get("/hello"))
        #expect(
            last.wire() == "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 4\r\n"
                + "Connection: close\r\n\r\nLast")
        #expect(last.actions() == [.close(lingers: true)] && last.connection.started.count == 1)
    }

    @Test func headGetsTheHeadOfGet() throws {
        let talk = try HTTPTalk()
        talk.send("HEAD /hello HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(talk.wire() == String(hello.dropLast(5)))
        talk.send("HEAD /events HTTP/1.1\r\nHost: x\r\n\r\n" + get("/empty"))
        #expect(
            talk.wire() == "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
                + "X-Content-Type-Options: nosniff\r\nX-Accel-Buffering: no\r\n\r\n"
                + "HTTP/1.1 204 No Content\r\n\r\n")
        #expect(talk.actions().isEmpty)
    }

    @Test func everySplitOfARequestIsTheSameRequest() throws {
        let text =
            "POST /body HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nT: 1\r\n\r\n"
        let whole = try HTTPTalk()
        whole.send(text)
        let reply = whole.wire()
        #expect(reply == self.text("5:abcde"))
        let bytes = Array(text.utf8)
        for cut in 1..<bytes.count {
            let talk = try HTTPTalk()
            talk.send(Array(bytes[..<cut]))
            #expect(talk.wire() == "")
            talk.send(Array(bytes[cut...]))
            #expect(talk.wire() == reply && talk.held.isEmpty)
        }
    }

    @Test func repliesComeInTheOrderOfTheirRequests() throws {
        let talk = try HTTPTalk()
        talk.send(get("/later") + get("/hello") + get("/later") + "HEAD /hello HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(talk.wire() == "" && talk.connection.started.map(\.id) == [1, 2, 3, 4])
        talk.reply(to: 3, "third")
        #expect(talk.wire() == "")
        talk.reply(to: 1, "first")
        #expect(talk.wire() == text("first") + hello + text("third") + String(hello.dropLast(5)))
        talk.reply(to: 1, "again")
        talk.reply(to: 9, "nobody's")
        #expect(talk.wire() == "" && talk.actions().isEmpty)
    }

    @Test func whatComesAfterTheClosingReplyIsDropped() throws {
        let talk = try HTTPTalk()
        talk.send(get("/later", "Connection: close\r\n") + get("/hello"))
        talk.send(get("/hello"))
        #expect(talk.connection.started.count == 1 && talk.held.isEmpty)
        talk.reply(to: 1, "end")
        #expect(talk.wire() == text("end", "Connection: close\r\n") && talk.actions() == [.close(lingers: true)])
        talk.reply(to: 1, "more")
        talk.drain()
        talk.wait(1000 * second)
        #expect(talk.wire() == "" && talk.actions().isEmpty)
    }

    @Test func anErrorIsAnsweredAfterTheRepliesBeforeItAndClosesTheConnection() throws {
        let talk = try HTTPTalk()
        talk.send(get("/later") + "GET /hello HTTP/1.1\r\n\r\n" + get("/hello"))
        #expect(talk.wire() == "" && talk.held.isEmpty)
        talk.reply(to: 1, "first")
        let wire = talk.wire()
        #expect(wire.hasPrefix(text("first") + "HTTP/1.1 400 ") && wire.contains("\r\nConnection: close\r\n"))
        #expect(talk.actions() == [.close(lingers: true)] && talk.connection.started.count == 1)
        let refused = try HTTPTalk()
        refused.send(get("/nowhere") + "POST /hello HTTP/1.1\r\nHost: x\r\nContent-Length: 40\r\n\r\n" + get("/hello"))
        #expect(refused.statuses() == [404, 405], "a body that nobody takes ends the connection")
        #expect(refused.actions() == [.close(lingers: true)] && refused.connection.started.isEmpty)
    }

    @Test func whatTheHeadDecidesIsSaidInPlaceOfContinue() throws {
        let early = "POST /early HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Type: text/plain\r\n"
        let talk = try HTTPTalk()
        talk.send(early + "Expect: 100-continue\r\n\r\n")
        let refused = talk.wire()
        #expect(refused.hasPrefix("HTTP/1.1 415 ") && refused.contains("Connection: close"))
        #expect(talk.actions() == [.close(lingers: true)] && talk.connection.started.isEmpty)
        let right = try HTTPTalk()
        right.send(early.replacing("text/plain", with: "text/csv") + "Expect: 100-continue\r\n\r\n")
        #expect(right.wire() == "HTTP/1.1 100 Continue\r\n\r\n")
        right.send("hi")
        #expect(right.statuses() == [200])
    }

    @Test func continueIsSentWhenItIsWaitedForAndInItsTurn() throws {
        let expects = "Expect: 100-continue\r\n"
        let head = String(post("hi", expects).dropLast(2))
        let talk = try HTTPTalk()
        talk.send(head)
        #expect(talk.wire() == "HTTP/1.1 100 Continue\r\n\r\n")
        talk.send("hi")
        #expect(talk.wire() == text("2:hi"))
        talk.send(head + "ho")
        #expect(talk.wire() == text("2:ho"), "no 100 when the body came along")
        talk.send(get("/later") + head)
        #expect(talk.wire() == "")
        talk.reply(to: 3, "a")
        #expect(talk.wire() == text("a") + "HTTP/1.1 100 Continue\r\n\r\n")
        talk.send("hu")
        #expect(talk.wire() == text("2:hu"))
        talk.send(get("/later") + head)
        talk.send("he")
        talk.reply(to: 5, "b")
        #expect(talk.wire() == text("b") + text("2:he"), "the body came while the 100 was waiting")
        talk.send("POST /body HTTP/1.1\r\nHost: x\r\n\(expects)Content-Length: 200000\r\n\r\n")
        #expect(talk.statuses() == [413] && talk.actions() == [.close(lingers: true)])
    }

    @Test func headsAndBodiesHaveTheirLimits() throws {
        let long = try HTTPTalk { $0.head.requestLine = 100 }
        long.send("GET /" + String(repeating: "x", count: 200))
        #expect(long.statuses() == [414] && long.actions() == [.close(lingers: true)])
        let large = try HTTPTalk { $0.head.head = 200 }
        large.send(get("/hello", "X: " + String(repeating: "x", count: 200) + "\r\n"))
        #expect(large.statuses() == [431] && large.actions() == [.close(lingers: true)])
        let body = try HTTPTalk()
        body.send(post(String(repeating: "x", count: 1000)))
        #expect(body.statuses() == [200])
        body.send("POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n")
        #expect(body.statuses() == [413] && body.actions() == [.close(lingers: true)])
        let chunked = try HTTPTalk()
        chunked.send("POST /body HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1001\r\n")
        #expect(chunked.statuses() == [413] && chunked.actions() == [.close(lingers: true)])
        let get = try HTTPTalk()
        get.send("GET /hello HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc")
        #expect(get.wire() == hello && get.connection.started.first?.body == [], "content of a GET is dropped")
    }

    @Test func allUploadsTogetherAreBounded() throws {
        let first = try HTTPTalk {
            $0.bufferedBodyBytes = 1000
            $0.smallBodyBytes = 0
        }
        let second = try HTTPTalk(first.server)
        let third = try HTTPTalk(first.server)
        let body = String(repeating: "x", count: 800)
        first.send(String(post(body).dropLast(100)))
        #expect(first.server.budgets.largeBodies.used == 700)
        second.send(String(post(body).dropLast(100)))
        let refused = second.wire()
        #expect(refused.hasPrefix("HTTP/1.1 503 ") && refused.contains("\r\nRetry-After: 1\r\n"))
        #expect(second.actions() == [.close(lingers: true)])
        first.send(String(repeating: "x", count: 100))
        #expect(first.statuses() == [200])
        #expect(first.server.budgets.largeBodies.used == 0, "what was held is given back")
        // Each way out of an upload gives back what it holds.
        first.send(String(post(body).dropLast(400)))
        first.disconnect()
        third.send(String(post(body).dropLast(400)))
        #expect(first.server.budgets.largeBodies.used == 400)
        third.endInput()
        #expect(first.server.budgets.largeBodies.used == 0)
    }

    @Test func noAddressTakesMoreThanItLeaves() throws {
        let greedy = try HTTPTalk(standsForMany: false) {
            $0.bufferedBodyBytes = 1000
            $0.smallBodyBytes = 0
        }
        let budget = greedy.server.budgets.largeBodies
        func begin(_ bytes: Int, from address: UInt64) throws -> HTTPTalk {
            let talk = try HTTPTalk(greedy.server)
            talk.connection.peer = Peer(address: IPAddress(high: address, low: 1))
            talk.send(String(post(String(repeating: "x", count: 1000)).dropLast(1000 - bytes)))
            return talk
        }
        let first = try begin(500, from: 1)
        #expect(first.statuses() == [] && budget.used == 500, "half of it")
        let more = try begin(1, from: 1)
        let refused = more.wire()
        #expect(refused.hasPrefix("HTTP/1.1 429 ") && refused.contains("\r\nRetry-After: 1\r\n"))
        #expect(budget.used == 500, "what was refused is not held")
        let other = try begin(250, from: 2)
        #expect(other.statuses() == [] && budget.used == 750, "another address finds room")
        #expect(try begin(126, from: 3).statuses() == [429])
        let third = try begin(125, from: 3)
        #expect(third.statuses() == [], "a third one half of what is left")
        // What one gives back, another may have.
        first.disconnect()
        other.disconnect()
        #expect(budget.used == 125)
        #expect(try begin(430, from: 2).statuses() == [] && begin(1, from: 2).statuses() == [])
    }

    @Test func smallBodiesFindRoomBesideLargeOnes() throws {
        let large = try HTTPTalk {
            $0.smallBodyBytes = 100
            $0.bufferedBodyBytes = 600
            $0.bufferedSmallBytes = 300
        }
        large.send(String(post(String(repeating: "x", count: 800)).dropLast(100)))
        let budgets = large.server.budgets
        #expect(budgets.bodies.used == 100 && budgets.largeBodies.used == 600 && budgets.hint != nil)
        let other = try HTTPTalk(large.server)
        other.send(post(String(repeating: "x", count: 101)))
        #expect(other.statuses() == [503])
        #expect(budgets.trouble == nil)
        let small = try HTTPTalk(large.server)
        small.send(post(String(repeating: "x", count: 100)))
        #expect(small.statuses() == [200])
        // Only when beginnings take everything is nothing taken any more.
        let slow = try (0..<2).map { _ in try HTTPTalk(large.server) }
        for talk in slow { talk.send(String(post(String(repeating: "x", count: 101)).dropLast(1))) }
        #expect(budgets.trouble != nil)
        let late = try HTTPTalk(large.server)
        late.send(post("x"))
        #expect(late.statuses() == [503])
        for talk in [large] + slow { talk.disconnect() }
        #expect(budgets.bodies.used == 0 && budgets.largeBodies.used == 0)
        #expect(budgets.trouble == nil && budgets.hint == nil)
    }

    // MARK: Answers

    @Test func answersThatWaitAreBoundedOverAllConnections() throws {
        let first = try HTTPTalk { $0.answerBytes = 10_000 }
        let second = try HTTPTalk(first.server)
        let budget = first.server.budgets.answers
        // The second answer waits for the first, and holds its memory.
        first.send(get("/later") + get("/large/8000"))
        #expect(budget.used == 8000 && first.wire() == "")
        second.send(get("/large/8000"))
        let refused = second.wire()
        #expect(refused.hasPrefix("HTTP/1.1 503 ") && refused.contains("wait to be read"))
        // What is done is said in short.
        second.send(get("/stored/8000"))
        #expect(second.wire().hasSuffix("\r\n\r\nstored"))
        second.send(get("/hello"))
        #expect(second.statuses() == [200], "small answers need no room")
        first.disconnect()
        #expect(budget.used == 0)
        second.send(get("/large/8000"))
        #expect(second.statuses() == [200] && budget.used == 0)
    }

    @Test func nothingIsReadFromAConnectionWithUnreadAnswersWhileMemoryIsShort() throws {
        let talk = try HTTPTalk { $0.answerBytes = 10_000 }
        talk.connection.unsentBytes = 1
        talk.send(get("/hello"))
        #expect(talk.statuses() == [200])
        talk.server.budgets.answers.add(9500)
        talk.send(get("/hello"))
        #expect(talk.statuses() == [] && talk.actions() == [.pause])
        talk.drain()
        #expect(talk.actions() == [.resume])
        talk.send("")
        #expect(talk.statuses() == [200])
    }

    @Test func workIsDoneOneRequestAtATime() throws {
        let talk = try HTTPTalk()
        talk.send(get("/work") + get("/work") + get("/hello"))
        #expect(talk.connection.started.count == 1 && talk.actions() == [.pause])
        talk.reply(to: 1, "one")
        #expect(talk.actions() == [.resume])
        talk.send("")
        #expect(talk.connection.started.count == 2 && talk.statuses() == [200])
    }

    @Test func workEndsWithItsClient() throws {
        let gone = try HTTPTalk()
        gone.send(get("/work"))
        let work = try #require(gone.work.first)
        #expect(!work.isCancelled)
        gone.disconnect()
        #expect(work.isCancelled)
        let slow = try HTTPTalk { $0.handlerTime = second }
        slow.send(get("/work"))
        slow.wait(second)
        #expect(slow.statuses() == [503] && slow.work.first?.isCancelled == true)
        let done = try HTTPTalk()
        done.send(get("/work"))
        done.reply(to: 1, "one")
        done.disconnect()
        #expect(done.work.first?.isCancelled == false)
    }

    @Test func bodiesWhoseRepliesAreAwaitedAreBounded() throws {
        let talk = try HTTPTalk { $0.unsentBytes = 1500 }
        let body = String(repeating: "x", count: 800)
        talk.send(get("/later") + post(body) + post(body) + post(body))
        #expect(talk.connection.started.count == 3 && talk.actions() == [.pause])
    }

    @Test func readingStopsWhileTooManyRepliesAreAwaited() throws {
        let talk = try HTTPTalk { $0.pipelinedRequests = 2 }
        let three = get("/later") + get("/later") + get("/hello")
        talk.send(three + get("/later"))
        #expect(talk.connection.started.count == 2 && talk.actions() == [.pause])
        #expect(String(decoding: talk.held, as: UTF8.self) == get("/hello") + get("/later"))
        talk.reply(to: 2, "b")
        #expect(talk.actions().isEmpty && talk.wire() == "")
        talk.reply(to: 1, "a")
        #expect(talk.actions() == [.resume] && talk.wire() == text("a") + text("b"))
        talk.send("")
        #expect(talk.wire() == hello && talk.held.isEmpty && talk.actions().isEmpty)
    }

    @Test func readingStopsWhileThePeerDoesNotRead() throws {
        let talk = try HTTPTalk { $0.unsentBytes = 1000 }
        talk.connection.unsentBytes = 1001
        talk.send(get("/hello"))
        #expect(talk.actions() == [.pause] && talk.connection.started.isEmpty && !talk.held.isEmpty)
        talk.drain()
        #expect(talk.actions() == [.resume])
        talk.send("")
        #expect(talk.wire() == hello && talk.held.isEmpty)
    }

    @Test func aHalfClosedPeerGetsWhatItIsOwed() throws {
        let talk = try HTTPTalk()
        talk.send(get("/later") + get("/hello") + "GET /he")
        talk.endInput()
        #expect(talk.actions().isEmpty)
        talk.reply(to: 1, "a")
        #expect(talk.wire() == text("a") + hello && talk.actions() == [.close(lingers: false)])
        let idle = try HTTPTalk()
        idle.endInput()
        #expect(idle.wire() == "" && idle.actions() == [.close(lingers: false)])
        let half = try HTTPTalk()
        half.send("POST /body HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        #expect(half.wire() == "HTTP/1.1 100 Continue\r\n\r\n")
        half.send("h")
        half.endInput()
        #expect(half.wire() == "" && half.actions() == [.close(lingers: false)])
    }
}
