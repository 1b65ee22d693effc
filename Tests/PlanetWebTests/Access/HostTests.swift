import Basics
import Testing

@testable import PlanetWeb

@Suite struct HostTests {
    private func policy(_ adjust: (inout AccessPolicy) -> Void = { _ in }) -> AccessPolicy {
        var policy = AccessPolicy()
        policy.hosts = HostPolicy(names: ["planets.example", "Node-1"])
        adjust(&policy)
        return policy
    }

    private func status(_ head: String, _ policy: AccessPolicy) throws -> Int {
        let talk = try HTTPTalk(access: policy)
        talk.send("GET /hello HTTP/1.1\r\n\(head)\r\n")
        return try #require(talk.statuses().first)
    }

    @Test(arguments: [
        "127.0.0.1", "127.0.0.1:8080", "192.0.2.9:1", "[::1]:8080", "[2001:db8::1]", "localhost", "LOCALHOST:99",
        "planets.example", "planets.example:443", "Planets.Example.", "node-1:8080",
    ]) func itsOwnNamesAreAnswered(_ host: String) throws {
        #expect(try status("Host: \(host)\r\n", policy()) == 200)
    }

    @Test(arguments: [
        "evil.example", "evil.example:8080", "localhost.evil.example", "planets.example.evil", "127.0.0.1.evil.example",
        "planets", "1.2.3.4x", "x127.0.0.1",
    ]) func otherNamesAreNot(_ host: String) throws {
        #expect(try status("Host: \(host)\r\n", policy()) == 421)
        #expect(try status("Host: \(host)\r\n", AccessPolicy()) == 200, "without the setting")
    }

    @Test func theTargetsNameCountsBeforeHost() throws {
        let talk = try HTTPTalk(access: policy())
        talk.send("GET http://evil.example/hello HTTP/1.1\r\nHost: localhost\r\n\r\n")
        talk.send("GET http://localhost/hello HTTP/1.1\r\nHost: evil.example\r\n\r\n")
        #expect(talk.statuses() == [421, 200])
    }

    @Test func hostIsNotEmptyUnlessHTTP10HasNone() throws {
        #expect(try status("Host:\r\n", policy()) == 400)
        let old = try HTTPTalk(access: policy())
        old.send("GET /hello HTTP/1.0\r\n\r\n")
        #expect(old.statuses() == [200])
    }

    @Test func theAnswerNamesFieldValueAndRule() throws {
        let talk = try HTTPTalk(access: policy())
        talk.send("POST /body HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 3\r\n\r\nabc")
        let answer = talk.wire()
        #expect(answer.contains("421 Misdirected Request"))
        #expect(answer.contains("\"field\":\"Host\",\"value\":\"evil.example\",\"rule\":\"unknown_host\""))
    }

    // MARK: Origins

    private func upgrade(_ host: String, _ origin: String, _ policy: AccessPolicy = AccessPolicy()) throws -> Int {
        let talk = try HTTPTalk(access: policy)
        talk.send(
            "GET /echo HTTP/1.1\r\nHost: \(host)\r\nOrigin: \(origin)\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
        return talk.statuses().first ?? (talk.actions().isEmpty ? 0 : 101)
    }

    @Test(arguments: [
        ("example.com", "https://example.com"), ("example.com:443", "https://example.com"),
        ("example.com:80", "http://example.com"), ("example.com", "http://example.com:80"),
        ("EXAMPLE.com", "https://Example.com:443"), ("[::1]:80", "http://[::1]"), ("x:8080", "http://x:8080"),
    ]) func anOriginIsSchemeHostAndPort(_ host: String, _ origin: String) throws {
        #expect(try upgrade(host, origin) == 101)
    }

    @Test(arguments: [
        ("example.com", "http://example.com:443"), ("example.com:443", "http://example.com"),
        ("example.com:8080", "http://example.com"), ("example.com", "https://example.com.evil"),
        ("example.com", "null"), ("example.com", "file://example.com"), ("example.com", "https://example.com/path"),
        ("example.com", "https://user@example.com"), ("example.com", "example.com"), ("example.com", ""),
    ]) func anotherOriginIsRefused(_ host: String, _ origin: String) throws {
        #expect(try upgrade(host, origin) == 403)
    }

    @Test func furtherOriginsAreNamed() throws {
        var policy = AccessPolicy()
        policy.origins = [
            try #require(WebOrigin("https://lab.example")), try #require(WebOrigin("http://[::1]:3000/")),
        ]
        #expect(try upgrade("10.0.0.1:8080", "https://lab.example:443", policy) == 101)
        #expect(try upgrade("10.0.0.1:8080", "http://[::1]:3000", policy) == 101)
        #expect(try upgrade("10.0.0.1:8080", "http://lab.example", policy) == 403)
    }
}
