import Basics
import Testing

@testable import PlanetWeb

@Suite struct TrustedProxiesTests {
    /// Who the server takes the sender of a request for that comes from 192.0.2.1.
    private func caller(
        _ fields: String, trusting: [String] = ["192.0.2.0/24"], _ kind: TrustedProxies.Fields = .xForwarded
    ) throws -> Caller {
        var policy = AccessPolicy()
        policy.proxies.networks = try trusting.map { try #require(IPNetwork($0)) }
        policy.proxies.fields = kind
        let talk = try HTTPTalk(access: policy)
        talk.send(get("/hello", fields))
        return try #require(talk.connection.started.first).caller
    }

    @Test func onlyATrustedProxyIsBelieved() throws {
        let fields =
            "X-Forwarded-For: 198.51.100.7\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: a.example\r\n"
            + "X-Forwarded-Prefix: /planets/\r\n"
        let believed = try caller(fields)
        #expect(believed.address?.description == "198.51.100.7" && believed.scheme == "https")
        #expect(believed.authority == "a.example" && believed.prefix == "/planets")
        let other = try caller(fields, trusting: ["192.0.3.0/24"])
        #expect(other.address?.description == "192.0.2.1" && other.scheme == nil)
        #expect(other.authority == "" && other.prefix == "")
        #expect(try caller(fields, trusting: []).prefix == "")
    }

    @Test(arguments: [
        ("203.0.113.9, 198.51.100.7", "198.51.100.7"), ("203.0.113.9, 192.0.2.8", "203.0.113.9"),
        ("203.0.113.9, rubbish, 192.0.2.8", "192.0.2.8"), ("203.0.113.9:4711", "203.0.113.9"),
        ("[2001:db8::7]:4711", "2001:db8::7"), ("2001:db8::7", "2001:db8::7"), ("", "192.0.2.1"), (",", "192.0.2.1"),
    ]) func theLastAddressThatIsNoProxysCounts(_ list: String, _ expected: String) throws {
        #expect(try caller("X-Forwarded-For: \(list)\r\n").address?.description == expected)
    }

    @Test func forwardedIsReadWhereItIsWhatTheProxiesSet() throws {
        let fields =
            "X-Forwarded-For: 203.0.113.1\r\nForwarded: for=203.0.113.9, for=\"[2001:db8::7]:47\";proto=https;"
            + "host=\"a.example:8443\"\r\n"
        let read = try caller(fields, .forwarded)
        #expect(read.address?.description == "2001:db8::7" && read.scheme == "https")
        #expect(read.authority == "a.example:8443")
        #expect(try caller(fields).address?.description == "203.0.113.1")
    }

    @Test(arguments: [
        "planets", "//evil.example", "/a/../b", "/a b", "/a\u{22}b", "/a//b", "/a?b", "http://evil.example/",
    ])
    func aPrefixThatCouldLeadElsewhereIsNotTaken(_ prefix: String) throws {
        #expect(try caller("X-Forwarded-Prefix: \(prefix)\r\n").prefix == "")
    }

    @Test func theHostThatAProxyNamesIsChecked() throws {
        var policy = AccessPolicy()
        policy.hosts = HostPolicy(names: ["planets.example"])
        policy.proxies.networks = [try #require(IPNetwork("192.0.2.1"))]
        let talk = try HTTPTalk(access: policy)
        talk.send("GET /hello HTTP/1.1\r\nHost: backend\r\nX-Forwarded-Host: planets.example\r\n\r\n")
        talk.send("GET /hello HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-Host: evil.example\r\n\r\n")
        #expect(talk.statuses() == [200, 421])
    }
}
