import Glibc
import TestSupport
import Testing

@testable import PlanetWeb

@Suite struct HTTPServerTests {
    @Test func keepAliveHeadOptionsAndErrors() throws {
        let server = try TestServer()
        let client = try server.connect()
        let host = "HTTP/1.1\r\nHost: x\r\n\r\n"
        client.send("GET /hello \(host)")
        let hello = client.reply()
        #expect(hello.status == 200 && hello.body == "Hello")
        #expect(hello.head.contains("Date: ") && hello.head.contains("Content-Length: 5\r\n"))
        client.send("HEAD /hello \(host)")
        let head = client.reply(hasContent: false)
        #expect(head.status == 200 && head.head.contains("Content-Length: 5\r\n"))
        client.send("GET /empty \(host)")
        let empty = client.reply()
        #expect(empty.status == 204 && !empty.head.contains("Content-Length"))
        client.send("DELETE /hello \(host)")
        let refused = client.reply()
        #expect(refused.status == 405 && refused.head.contains("Allow: GET, HEAD, OPTIONS\r\n"))
        client.send("OPTIONS /body \(host)")
        #expect(client.reply().head.contains("Allow: POST, OPTIONS\r\n"))
        client.send("OPTIONS * \(host)")
        #expect(client.reply().status == 204)
        client.send("GET /nowhere \(host)")
        let missing = client.reply()
        #expect(missing.status == 404 && missing.head.contains("application/problem+json"))
        client.send("BREW /hello \(host)")
        #expect(client.reply().status == 501)
        client.send("GET /big/100000 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        let big = client.reply()
        #expect(big.body.count == 100_000 && big.head.contains("Connection: close"))
        #expect(client.isClosed())
    }

    @Test func http10() throws {
        let server = try TestServer()
        #expect(try server.talk("GET /hello HTTP/1.0\r\n\r\n").hasSuffix("Connection: close\r\n\r\nHello"))
        let client = try server.connect()
        client.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        #expect(client.reply().head.contains("Connection: keep-alive"))
        client.send("GET /hello HTTP/1.0\r\n\r\n")
        #expect(client.reply().body == "Hello")
        #expect(client.isClosed())
    }

    @Test func oneByteAtATime() throws {
        let server = try TestServer()
        let client = try server.connect()
        var on: Int32 = 1
        setsockopt(client.socket, Int32(IPPROTO_TCP), 1, &on, 4)  // TCP_NODELAY
        let text =
            "POST /body HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nT: 1\r\n\r\n"
        for byte in text.utf8 {
            client.send([byte])
            letPass(seconds: 0.0002)
        }
        #expect(client.reply().body == "5:abcde")
    }

    @Test func repliesComeInTheOrderOfTheRequests() throws {
        let server = try TestServer { $0.limits.pipelinedRequests = 3 }
        let client = try server.connect()
        let host = "HTTP/1.1\r\nHost: x\r\n\r\n"
        let paths = ["/slow/a", "/hello", "/slow/b", "/hello", "/hello", "/slow/c", "/hello"]
        client.send(
            paths.map { "GET \($0) \(host)" }.joined() + "POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi"
        )
        let bodies = (0..<8).map { _ in client.reply().body }
        #expect(bodies == ["a", "Hello", "b", "Hello", "Hello", "c", "Hello", "2:hi"])
    }

    @Test func aHalfClosedClientStillGetsItsReplies() throws {
        let server = try TestServer()
        let client = try server.connect()
        client.send("GET /slow/x HTTP/1.1\r\nHost: x\r\n\r\nGET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
        client.endOutput()
        #expect(client.reply().body == "x")
        #expect(client.reply().body == "Hello")
        #expect(client.isClosed())
    }

    @Test func continueIsSentWhenItIsWaitedFor() throws {
        let server = try TestServer()
        let client = try server.connect()
        let head = "POST /body HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
        client.send(head)
        #expect(client.read(until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
        client.send("hi")
        #expect(client.reply().body == "2:hi")
        client.send(head + "ho")
        #expect(client.reply().body == "2:ho", "no 100 when the body came along")
        client.send("GET /slow/a HTTP/1.1\r\nHost: x\r\n\r\n" + head)
        #expect(client.reply().body == "a", "a 100 must not overtake the reply before it")
        #expect(client.reply().status == 100)
        client.send("hu")
        #expect(client.reply().body == "2:hu")
        let refused = try server.talk(
            "POST /body HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 200000\r\n\r\n")
        #expect(refused.hasPrefix("HTTP/1.1 413 "))
    }

    @Test func bodiesOverTheLimitAreRefusedAndTheAnswerArrives() throws {
        let server = try TestServer()
        let large = String(repeating: "x", count: 3_000_000)
        let byLength = try server.connect()
        byLength.send("POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: \(large.count)\r\n\r\n" + large)
        #expect(byLength.reply().status == 413)
        let chunked = try server.connect()
        chunked.send("POST /body HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n" + large)
        #expect(chunked.reply().status == 400, "the chunk is not ended by CR LF")
        let many = try server.connect()
        let chunk = "1000\r\n" + String(repeating: "y", count: 4096) + "\r\n"
        many.send(
            "POST /body HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                + String(repeating: chunk, count: 200))
        #expect(many.reply().status == 413)
        let fits = try server.connect()
        fits.send(
            "POST /body HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + String(repeating: chunk, count: 24)
                + "0\r\n\r\n")
        #expect(fits.reply().body.hasPrefix("98304:yyy"))
    }

    @Test func allUploadsTogetherAreBounded() throws {
        let server = try TestServer {
            $0.limits.bufferedBodyBytes = 60_000
            $0.limits.smallBodyBytes = 0
        }
        let head = "POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 50000\r\n\r\n"
        let half = String(repeating: "x", count: 40_000)
        let rest = String(repeating: "x", count: 10_000)
        let first = try server.connect()
        first.send(head + half)
        letPass(seconds: 0.05)
        let second = try server.connect()
        second.send(head + half)
        let refused = second.reply()
        #expect(refused.status == 503 && refused.head.contains("Retry-After"))
        first.send(rest)
        #expect(first.reply().body.hasPrefix("50000:"))
        let third = try server.connect()
        third.send(head + half + rest)
        #expect(third.reply().body.hasPrefix("50000:"), "what was held is given back")
    }

    /// Each row: what is sent, the statuses that come back; the connection closes after the last one.
    @Test(
        arguments: [
            (
                "POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /hello HTTP/1.1\r\nHost: x\r\n\r\n",
                [400]
            ),
            (
                "POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 44\r\n\r\nabcdGET /hello HTTP/1.1\r\nHost: x\r\n\r\n",
                [400]
            ),
            (
                "POST /body HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\nGET /hello HTTP/1.1\r\nHost: x\r\n\r\n",
                [400]
            ),
            (
                "POST /body HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, cow\r\n\r\n0\r\n\r\nGET /hello HTTP/1.1\r\nHost: x\r\n\r\n",
                [400]
            ),
            (
                "POST /body HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: cow\r\n\r\n0\r\n\r\nGET /hello HTTP/1.1\r\nHost: x\r\n\r\n",
                [501]
            ),
            ("POST /body HTTP/1.1\r\nHost: x\r\nX: y\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", [400]),
            ("POST /body HTTP/1.1\r\nHost: x\r\nX: y\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", [400]),
            (
                "POST /body HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\nGET /hello HTTP/1.1\r\nHost: x\r\n\r\n",
                [400]
            ),
            (
                "POST /body HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\n\nGET /hello HTTP/1.1\r\nHost: x\r\n\r\n",
                [400]
            ),
            (
                "GET /hello HTTP/1.1\r\nHost: x\r\n\r\nGET /hello HTTP/1.1\r\n\r\nGET /hello HTTP/1.1\r\nHost: x\r\n\r\n",
                [200, 400]
            ),
            (
                "POST /hello HTTP/1.1\r\nHost: x\r\nContent-Length: 40\r\n\r\nGET /hello HTTP/1.1\r\nHost: x\r\n\r\n",
                [405]
            ),
            (
                "GET /hello HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nGET /GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                [200, 200]
            ),
            ("GET /hello HTTP/3.0\r\nHost: x\r\n\r\n", [505]),
        ] as [(String, [Int])]) func smuggledRequestsAreNotAnswered(_ text: String, _ statuses: [Int]) throws
    {
        let server = try TestServer()
        let reply = try server.talk(text)
        let found = reply.components("HTTP/1.1 ").dropFirst().compactMap { Int($0.prefix(3)) }
        #expect(Array(found) == statuses)
    }
}

extension String {
    fileprivate func components(_ separator: String) -> [Substring] {
        var parts: [Substring] = []
        var rest = self[...]
        while let range = rest.firstRange(of: separator) {
            parts.append(rest[..<range.lowerBound])
            rest = rest[range.upperBound...]
        }
        return parts + [rest]
    }
}
