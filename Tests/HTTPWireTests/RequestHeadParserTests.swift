import TestSupport
import Testing

@testable import HTTPWire

/// What one way of feeding the parser gave.
enum Fed: Equatable {
    case head(String, consumed: Int)
    case needsMore
    case refused(RequestError)
}

private func describe(_ head: RequestHead) -> String {
    let fields = head.fields.map { "\(head.text($0.name))=\(head.text($0.value))" }.joined(separator: "|")
    let method = head.text(0..<(head.bytes.firstIndex(of: 0x20) ?? 0))
    return "\(head.method) \(method) \(head.path) ?\(head.query ?? "-") @\(head.authority) \(head.version) "
        + "\(head.framing) keep=\(head.keepsAlive) expect=\(head.expectsContinue) \(fields)"
}

/// `step` bytes more at each call.
func feed(_ text: [UInt8], step: Int, limits: HeadLimits = HeadLimits()) -> Fed {
    var parser = RequestHeadParser(limits: limits)
    var end = min(step, text.count)
    while true {
        let input = Array(text[..<end])
        do throws(RequestError) {
            var result: Result<(head: RequestHead, consumed: Int)?, RequestError> = .success(nil)
            input.withUnsafeBytes { bytes in
                do throws(RequestError) { result = .success(try parser.parse(bytes)) } catch {
                    result = .failure(error)
                }
            }
            if let (head, consumed) = try result.get() { return .head(describe(head), consumed: consumed) }
        } catch {
            return .refused(error)
        }
        if end == text.count { return .needsMore }
        end = min(end + step, text.count)
    }
}

private func status(_ text: String, limits: HeadLimits = HeadLimits()) -> Int {
    switch feed(Array(text.utf8), step: 1 << 20, limits: limits) {
    case .head: 0
    case .needsMore: -1
    case .refused(let error): error.status
    }
}

private let accepted: [(text: String, head: String)] = [
    (
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "get GET / ?- @a http11 none keep=true expect=false Host=a"
    ),
    (
        "\r\nGET /x?a=1 HTTP/1.1\r\nhOsT:  a:80 \r\nConnection: close\r\n\r\n",
        "get GET /x ?a=1 @a:80 http11 none keep=false expect=false hOsT=a:80|Connection=close"
    ),
    (
        "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\nExpect: 100-Continue\r\n\r\n",
        "post POST /p ?- @a http11 length(12) keep=true expect=true Host=a|Content-Length=12|Expect=100-Continue"
    ),
    (
        "POST /p HTTP/1.1\r\nHost: [::1]:80\r\nTransfer-Encoding: Chunked\r\n\r\n",
        "post POST /p ?- @[::1]:80 http11 chunked keep=true expect=false Host=[::1]:80|Transfer-Encoding=Chunked"
    ),
    ("GET / HTTP/1.0\r\n\r\n", "get GET / ?- @ http10 none keep=false expect=false "),
    (
        "GET / HTTP/1.0\r\nConnection: Keep-Alive, x\r\n\r\n",
        "get GET / ?- @ http10 none keep=true expect=false Connection=Keep-Alive, x"
    ),
    (
        "GET http://b:1/y?q HTTP/1.1\r\nHost: a\r\n\r\n",
        "get GET /y ?q @b:1 http11 none keep=true expect=false Host=a"
    ),
    (
        "GET HTTP://b?q HTTP/1.1\r\nHost: a\r\n\r\n",
        "get GET / ?q @b http11 none keep=true expect=false Host=a"
    ),
    (
        "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
        "options OPTIONS * ?- @a http11 none keep=true expect=false Host=a"
    ),
    (
        "BREW / HTTP/1.9\r\nHost: a\r\nX: \u{e9}\tz\r\n\r\n",
        "unknown BREW / ?- @a http11 none keep=true expect=false Host=a|X=\u{e9}\tz"
    ),
]

private let refused: [(text: String, status: Int)] = [
    // Framing (RFC 9112 section 6): what smuggling lives on.
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3, 3\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -3\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x3\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3 4\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501),
    ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n", 501),
    ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n", 501),
    ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \u{0b}chunked\r\n\r\n", 400),
    ("POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
    // Field lines (RFC 9112 section 5).
    ("GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: a\r\nX(: x\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: a\r\nX: a\u{0}b\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", 400),
    ("GET / HTTP/1.1\nHost: a\n\n", 400),
    ("GET / HTTP/1.1\r\nHost: a\r\n\n", 400),
    // Host (RFC 9112 section 3.2).
    ("GET / HTTP/1.1\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost:\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: :80\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: a:b\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", 400),
    // The request line (RFC 9112 section 3).
    ("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("GET /  HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400),
    (" GET / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("G@T / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("GET /\r\n\r\n", 400),
    ("GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("GET /a\\b HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("GET /\u{e9} HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("GET /%4 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("GET x HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("GET http:///x HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("GET http://u@h/x HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", 501),
    ("GET / http/1.1\r\nHost: a\r\n\r\n", 400),
    ("GET / HTTP/11\r\nHost: a\r\n\r\n", 400),
    ("GET / HTTP/1.10\r\nHost: a\r\n\r\n", 400),
    ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505),
    ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    ("\r\n\r\n\r\n\r\n\r\n\r\n", 400),
    ("\u{16}\u{03}\u{01}\r\n", 400),
    // Expect (RFC 9110 section 10.1.1).
    ("GET / HTTP/1.1\r\nHost: a\r\nExpect: cake\r\n\r\n", 417),
]

@Suite struct RequestHeadParserTests {
    @Test(arguments: accepted) func wellFormedHeadsAreRead(_ row: (text: String, head: String)) {
        let bytes = Array(row.text.utf8)
        #expect(feed(bytes, step: bytes.count) == .head(row.head, consumed: bytes.count))
        #expect(feed(bytes + Array("more".utf8), step: bytes.count + 4) == .head(row.head, consumed: bytes.count))
    }

    @Test(arguments: refused) func malformedHeadsAreRefused(_ row: (text: String, status: Int)) {
        #expect(status(row.text) == row.status, "\(row.text.debugDescription)")
    }

    @Test func anyStepGivesWhatTheWholeGives() {
        for text in accepted.map(\.text) + refused.map(\.text) {
            let bytes = Array(text.utf8)
            let whole = feed(bytes, step: bytes.count)
            for step in [1, 2, 3, 7] { #expect(feed(bytes, step: step) == whole, "\(text.debugDescription)") }
        }
    }

    @Test func limitsAreKeptWhateverTheStep() {
        var limits = HeadLimits()
        limits.requestLine = 32
        limits.head = 100
        limits.fields = 3
        func line(_ length: Int) -> String { "GET /" + String(repeating: "a", count: length - 14) + " HTTP/1.1" }
        let rows: [(String, Int)] = [
            (line(32) + "\r\nHost: a\r\n\r\n", 0),
            (line(33) + "\r\nHost: a\r\n\r\n", 414),
            (line(33) + "\nHost: a\r\n\r\n", 414),
            (line(60), 414),
            ("GET / HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "a", count: 68) + "\r\n\r\n", 0),
            ("GET / HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "a", count: 69) + "\r\n\r\n", 431),
            ("GET / HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "a", count: 690), 431),
            ("GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\nX: 2\r\n\r\n", 0),
            ("GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\nX: 2\r\nX: 3\r\n\r\n", 431),
        ]
        for (text, expected) in rows {
            #expect(status(text, limits: limits) == expected, "\(text)")
            let bytes = Array(text.utf8)
            #expect(feed(bytes, step: 1, limits: limits) == feed(bytes, step: bytes.count, limits: limits), "\(text)")
        }
    }

    @Test func everyPrefixOfAHeadNeedsMore() {
        let bytes = Array(accepted[2].text.utf8)
        for count in 0..<bytes.count { #expect(feed(Array(bytes[..<count]), step: 1 << 10) == .needsMore) }
    }

    @Test func arbitraryBytesNeverCrashAndStepsAgree() {
        var generator = SplitMix(seed: 42)
        func random(_ n: Int) -> Int { Int.random(in: 0..<n, using: &generator) }
        let pieces = [
            "GET", " ", "/", "HTTP/1.1", "\r\n", "\n", "\r", ":", "Host", "a", "Content-Length", "5", "\t", "\u{0}",
            "%",
        ]
        for _ in 0..<3000 {
            let text = (0..<random(25)).map { _ in pieces[random(pieces.count)] }.joined()
            let bytes = Array(text.utf8)
            #expect(feed(bytes, step: 1) == feed(bytes, step: max(1, bytes.count)), "\(text.debugDescription)")
        }
    }

    /// Names are French here, and many tools send what was typed.
    @Test(arguments: [("/x?q=\u{e9}", "%C3"), ("/x?q=\"y\"", "%22"), ("/\u{e9}", "%C3"), ("/a<b", "%3C")])
    func aTargetThatIsNotEncodedIsToldHow(_ target: String, _ code: String) {
        var text = "GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n"
        let error = text.withUTF8 { text in
            #expect(throws: RequestError.self) {
                var parser = RequestHeadParser()
                _ = try parser.parse(UnsafeRawBufferPointer(text))
            }
        }
        #expect(error?.status == 400)
        #expect(error?.detail.contains("percent-encoded") == true && error?.detail.contains(code) == true)
    }
}
