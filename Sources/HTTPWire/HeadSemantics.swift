// What the fields say about the message itself: framing, Host, Connection, Expect (RFC 9112 sections 3.2, 6 and 9, RFC
// 9110 section 10.1.1). Everything that request smuggling lives on is decided here, and nowhere else.

struct HeadSemantics {
    private var contentLength: Int?
    private var hasTransferCoding = false
    private var endsInChunked = false
    private var chunkedCount = 0
    private var unknownCoding = false
    private var host: Range<Int>?
    private var closes = false
    private var keeps = false
    private(set) var expectsContinue = false

    mutating func note(
        _ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer, valueStart: Int
    ) throws(RequestError) {
        switch name.count {
        case 4 where name.spellsIgnoringCase("host"):
            // RFC 9112 section 3.2: more than one Host, or an invalid one, MUST be answered with 400.
            guard host == nil else { throw RequestError(400, "more than one Host") }
            guard HostSyntax.isValid(value) else { throw RequestError(400, "malformed Host") }
            host = valueStart..<(valueStart + value.count)
        case 6 where name.spellsIgnoringCase("expect"):
            guard value.spellsIgnoringCase("100-continue") else { throw RequestError(417, "unknown expectation") }
            expectsContinue = true
        case 10 where name.spellsIgnoringCase("connection"):
            for token in value.split(separator: 0x2C) {
                let token = UnsafeRawBufferPointer(rebasing: trimmed(token))
                if token.spellsIgnoringCase("close") { closes = true }
                if token.spellsIgnoringCase("keep-alive") { keeps = true }
            }
        case 14 where name.spellsIgnoringCase("content-length"):
            // RFC 9112 section 6.3: differing values MUST be refused; equal ones MAY be, and are.
            guard contentLength == nil else { throw RequestError(400, "more than one Content-Length") }
            contentLength = try HeadSemantics.length(value)
        case 17 where name.spellsIgnoringCase("transfer-encoding"): try noteCodings(value)
        default: break
        }
    }

    /// RFC 9110 section 8.6: Content-Length = 1*DIGIT, and overflow must not go unnoticed.
    private static func length(_ value: UnsafeRawBufferPointer) throws(RequestError) -> Int {
        guard !value.isEmpty, value.count <= 18, value.allSatisfy({ $0 &- 0x30 < 10 }) else {
            throw RequestError(400, "malformed Content-Length")
        }
        return value.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    private mutating func noteCodings(_ value: UnsafeRawBufferPointer) throws(RequestError) {
        hasTransferCoding = true
        var found = false
        for part in value.split(separator: 0x2C) {
            let coding = UnsafeRawBufferPointer(rebasing: trimmed(part))
            if coding.isEmpty { continue }  // RFC 9110 section 5.6.1: empty list elements
            found = true
            guard isTokenByte(coding[0]) else { throw RequestError(400, "malformed Transfer-Encoding") }
            endsInChunked = coding.spellsIgnoringCase("chunked")
            if endsInChunked { chunkedCount += 1 } else { unknownCoding = true }
        }
        guard found else { throw RequestError(400, "empty Transfer-Encoding") }
    }

    func framing(_ version: HTTPVersion) throws(RequestError) -> BodyFraming {
        guard hasTransferCoding else {
            return contentLength.map { $0 == 0 ? .none : .length($0) } ?? .none
        }
        // RFC 9112 section 6.1: both at once ought to be handled as an error; and HTTP/1.0 has no transfer codings.
        if contentLength != nil { throw RequestError(400, "both Content-Length and Transfer-Encoding") }
        if version == .http10 { throw RequestError(400, "Transfer-Encoding in HTTP/1.0") }
        // RFC 9112 section 7: chunked MUST NOT be applied more than once, and comes last in a request (section 6.3).
        if chunkedCount > 1 || (chunkedCount == 1 && !endsInChunked) {
            throw RequestError(400, "chunked is not the last transfer coding")
        }
        // RFC 9112 section 6.1: an unknown coding SHOULD be answered with 501.
        if unknownCoding { throw RequestError(501, "unknown transfer coding") }
        return .chunked
    }

    func hostRange(_ version: HTTPVersion) throws(RequestError) -> Range<Int> {
        // RFC 9112 section 3.2: HTTP/1.1 without Host MUST be answered with 400.
        if host == nil, version == .http11 { throw RequestError(400, "no Host") }
        return host ?? 0..<0
    }

    /// RFC 9112 section 9.3.
    func keepsAlive(_ version: HTTPVersion) -> Bool { !closes && (version == .http11 || keeps) }
}
