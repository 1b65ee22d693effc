// Fields that every answer has, and what is counted of it.

import HTTPWire
import Telemetry
import Testing

@testable import PlanetWeb

@Suite struct AnswerFieldsTests {
    @Test func anAnswerMayChangeAndIsWhatItsTypeSays() throws {
        let server = try TestServer()
        let client = try server.connect()
        for path in ["/hello", "/nothing", "/empty"] {
            client.send("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
            let head = client.reply().head
            #expect(head.contains("\r\nCache-Control: no-cache\r\n"), "\(path)")
            #expect(head.contains("\r\nX-Content-Type-Options: nosniff\r\n"))
            #expect(head.contains("\r\nKeep-Alive: timeout=75\r\n") && !head.contains("Connection:"))
        }
        let old = try server.talk("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /hello HTTP/1.0\r\n\r\n")
        #expect(old.contains("\r\nConnection: keep-alive\r\nKeep-Alive: timeout=75\r\n"))
        #expect(old.hasSuffix("\r\nConnection: close\r\n\r\nHello"))
    }

    @Test func whatARouteSaysIsSaidOnce() {
        var out: [UInt8] = []
        let response = Response.text("a").with("Cache-Control", "max-age=300").with("X-Content-Type-Options", "nosniff")
        HTTPReply(
            response: response, isHead: false, version: .http11, closes: false, started: 0, caller: Caller(), head: nil
        ).appendHead(date: [], defaults: HTTPReply.defaults, to: &out)
        let head = String(decoding: out, as: UTF8.self)
        #expect(head.components("Cache-Control") == 1 && head.components("X-Content-Type-Options") == 1)
    }

    @Test func aViewerByEventsIsNoUpgrade() throws {
        let metrics = Metrics()
        let server = try TestServer(hub: LiveHub(source: Nothing())) { $0.metrics = metrics }
        let client = try server.connect()
        client.send("GET /api/live HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(client.read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 200 "))
        let text = metrics.prometheusText()
        #expect(text.contains("planetarium_http_requests_total{class=\"1xx\"} 0"))
        #expect(text.contains("planetarium_http_requests_total{class=\"2xx\"} 1"))
    }
}

private final class Nothing: LiveSource {
    func catchUp(resume: String?) -> [SharedFrame] { [] }
}

extension String {
    /// How often a text is in it.
    fileprivate func components(_ text: String) -> Int { ranges(of: text).count }
}
