import HTTPWire
import Testing

@testable import PlanetWeb

/// How a connection leaves HTTP: upgrades, and the server's end.
@Suite struct HTTPUpgradeTests {
    private let handshake =
        "Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"

    @Test func whatFollowsAnUpgradeBelongsToTheNewProtocol() throws {
        let talk = try HTTPTalk()
        talk.send(get("/hello") + get("/live?resume=e-7", handshake) + "frames")
        #expect(talk.statuses() == [200] && talk.actions() == [.webSocket(isEcho: false, resume: "e-7")])
        #expect(String(decoding: talk.held, as: UTF8.self) == "frames")
        let deadline = talk.connection.deadline
        talk.reply(to: 2, "too late")
        talk.drain()
        talk.stopServer()
        #expect(talk.wire() == "" && talk.actions().isEmpty && talk.connection.deadline == deadline)
        let echo = try HTTPTalk()
        echo.send(get("/echo", handshake))
        #expect(echo.actions() == [.webSocket(isEcho: true, resume: nil)] && echo.held.isEmpty)
        let events = try HTTPTalk()
        events.send(get("/events", "Last-Event-ID: e-9\r\n"))
        #expect(events.wire() == "" && events.actions() == [.eventStream(resume: "e-9")])
    }

    @Test func upgradesAreRefusedForTheirReason() throws {
        let talk = try HTTPTalk()
        talk.send(get("/live") + get("/live", handshake.replacing("13", with: "12")))
        #expect(talk.statuses() == [426, 426] && talk.actions().isEmpty, "the connection goes on")
        talk.send(get("/live", handshake + "Origin: http://elsewhere\r\n"))
        #expect(talk.statuses() == [403])
        talk.connection.isLive = false
        talk.send(get("/live", handshake) + get("/events"))
        #expect(talk.statuses() == [503, 503] && talk.actions().isEmpty)
        talk.connection.isLive = true
        talk.send(get("/live", handshake + "Origin: http://x\r\n"))
        #expect(talk.actions() == [.webSocket(isEcho: false, resume: nil)])
    }

    /// RFC 9110 section 9.3.2: as GET, without the content; and GET's content has no length.
    @Test func headOfWhatIsNoPage() throws {
        let events = try HTTPTalk()
        events.send(get("/events").replacing("GET", with: "HEAD"))
        let head = events.wire()
        #expect(head.hasPrefix("HTTP/1.1 200 ") && events.actions().isEmpty)
        #expect(head.contains("Content-Type: text/event-stream\r\nCache-Control: no-store\r\n"))
        #expect(!head.contains("Content-Length"))
        let live = try HTTPTalk()
        live.send(get("/live").replacing("GET", with: "HEAD") + get("/live", handshake).replacing("GET", with: "HEAD"))
        #expect(live.statuses() == [426, 426] && live.actions().isEmpty)
    }

    @Test func anUpgradeDoesNotOvertakeAReply() throws {
        let talk = try HTTPTalk()
        talk.send(get("/later") + get("/live", handshake) + get("/hello"))
        #expect(talk.actions().isEmpty)
        talk.reply(to: 1, "first")
        #expect(talk.statuses() == [200, 400] && talk.actions() == [.close(lingers: true)])
        let events = try HTTPTalk()
        events.send(get("/later") + get("/events") + get("/hello"))
        events.reply(to: 1, "first")
        #expect(events.statuses() == [200, 503, 200] && events.actions().isEmpty)
    }

    @Test func aServerThatStopsFinishesWhatIsUnderWay() throws {
        let idle = try HTTPTalk()
        idle.send(get("/hello"))
        idle.wait(2 * second)
        idle.stopServer()
        #expect(idle.statuses() == [200] && idle.actions() == [.close(lingers: false)])
        let used = try HTTPTalk()
        used.send(get("/hello"))
        used.stopServer()
        #expect(used.statuses() == [200] && used.actions().isEmpty, "its next request may be on its way")
        used.send(get("/hello"))
        #expect(used.statuses() == [200] && used.actions() == [.close(lingers: true)])
        let new = try HTTPTalk()
        new.stopServer()
        new.wait(second + 100 * millisecond)
        #expect(new.actions() == [.close(lingers: false)])
        let busy = try HTTPTalk()
        busy.send(get("/later"))
        busy.stopServer()
        #expect(busy.actions().isEmpty)
        busy.reply(to: 1, "done")
        #expect(
            busy.wire().hasSuffix("Content-Length: 4\r\nConnection: close\r\n\r\ndone")
                && busy.actions() == [.close(lingers: true)])
        let half = try HTTPTalk()
        half.send("GET /hello HTTP/1.1\r\n")
        half.stopServer()
        #expect(half.actions().isEmpty)
        half.send("Host: x\r\n\r\n" + get("/hello"))
        #expect(half.statuses() == [200] && half.actions() == [.close(lingers: true)])
        let upload = try HTTPTalk()
        upload.send("POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nh")
        upload.stopServer()
        upload.send("i")
        #expect(upload.statuses() == [200] && upload.actions() == [.close(lingers: true)])
        let late = try HTTPTalk()
        late.send("GET /live HTTP/1.1\r\n")
        late.stopServer()
        late.send("Host: x\r\n\(handshake)\r\n")
        #expect(late.statuses() == [503] && late.actions() == [.close(lingers: true)])
    }
}
