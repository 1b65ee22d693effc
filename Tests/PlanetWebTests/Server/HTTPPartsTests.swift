// Bodies that are made while they are sent.

import HTTPWire
import Testing

@testable import PlanetWeb

private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

@Suite struct HTTPPartsTests {
    @Test func `Parts are chunks, and the next reply comes behind the last`() throws {
        let talk = try HTTPTalk()
        talk.send(get("/parts") + get("/hello"))
        let head = talk.wire()
        #expect(head.contains("Transfer-Encoding: chunked\r\n") && !head.contains("Content-Length"))
        #expect(head.hasSuffix("\r\n\r\n3\r\none\r\n"))
        #expect(talk.connection.asked == [1])
        talk.part(.more(bytes("twotwotwotwotwo")))
        #expect(talk.wire() == "f\r\ntwotwotwotwotwo\r\n")
        talk.part(.last([]))
        let end = talk.wire()
        #expect(end.hasPrefix("0\r\n\r\nHTTP/1.1 200") && end.hasSuffix("Hello"))
        #expect(talk.connection.asked == [1, 1] && talk.connection.noted == [18])
        #expect(talk.actions().isEmpty)
        talk.part(.more(bytes("late")))
        #expect(talk.wire().isEmpty)
    }

    @Test func `A part is asked for when most of those before are read`() throws {
        let talk = try HTTPTalk { $0.unsentBytes = 40 }
        talk.connection.partsStay = true
        talk.send(get("/parts"))
        #expect(talk.connection.asked == [1])
        talk.part(.more(bytes("more than ten bytes")))
        #expect(talk.connection.asked == [1])
        talk.drain()
        #expect(talk.connection.asked == [1, 1])
        talk.drain()
        #expect(talk.connection.asked == [1, 1], "one at a time")
    }

    @Test func `HTTP 1-0 has no chunks, HEAD no body`() throws {
        let talk = try HTTPTalk()
        talk.send("HEAD /parts HTTP/1.1\r\nHost: x\r\n\r\n")
        let head = talk.wire()
        #expect(head.contains("Transfer-Encoding: chunked\r\n") && head.hasSuffix("\r\n\r\n"))
        talk.send("GET /parts HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        let old = talk.wire()
        #expect(old.hasSuffix("\r\n\r\none") && old.contains("Connection: close") && !old.contains("chunked"))
        talk.part(.last(bytes("two")), of: 2)
        #expect(talk.wire() == "two" && talk.actions() == [.close(lingers: true)])
    }

    @Test func `What cannot be made to its end ends the connection`() throws {
        let failing = try HTTPTalk()
        failing.send(get("/parts"))
        failing.part(.failed)
        #expect(failing.actions() == [.abort] && !failing.wire().contains("0\r\n\r\n"))
        #expect(failing.unfinished?.partBytes == 3)
        let alone = try HTTPTalk()
        alone.send(get("/nobody"))
        #expect(alone.actions() == [.abort])
    }

    @Test func `A part that nobody reads, or nobody makes, is not waited for`() throws {
        let talk = try HTTPTalk()
        talk.send(get("/parts"))
        talk.wait(talk.server.options.limits.handlerTime - 1)
        #expect(talk.actions().isEmpty)
        talk.part(.more(bytes("x")))
        talk.wait(talk.server.options.limits.handlerTime - 1)
        #expect(talk.actions().isEmpty)
        talk.wait(1)
        #expect(talk.actions() == [.abort])
    }
}
