// The request line: method, target in its four forms, version (RFC 9112 section 3). Ranges count from the head's start.

struct RequestLine {
    var method = HTTPMethod.unknown
    var version = HTTPVersion.http11
    var path = 0..<0
    var query: Range<Int>?
    /// Of an absolute-form target.
    var authority: Range<Int>?

    init(_ input: UnsafeRawBufferPointer, _ range: Range<Int>, origin: Int) throws(RequestError) {
        var end = range.lowerBound
        while end < range.upperBound, isTokenByte(input[end]) { end += 1 }
        guard end > range.lowerBound, end < range.upperBound, input[end] == 0x20 else {
            throw RequestError(400, "malformed method")
        }
        method = HTTPMethod(UnsafeRawBufferPointer(rebasing: input[range.lowerBound..<end]))
        let target = end + 1
        var targetEnd = target
        while targetEnd < range.upperBound, isTargetByte(input[targetEnd]) { targetEnd += 1 }
        guard targetEnd > target, targetEnd < range.upperBound, input[targetEnd] == 0x20 else {
            throw RequestError(400, RequestLine.fault(targetEnd < range.upperBound ? input[targetEnd] : 0x20))
        }
        version = try RequestLine.version(UnsafeRawBufferPointer(rebasing: input[(targetEnd + 1)..<range.upperBound]))
        try parseTarget(input, target..<targetEnd, origin)
    }

    /// What is wrong with a target that has this byte. Many tools send what was typed, as it was typed.
    private static func fault(_ byte: UInt8) -> String {
        guard byte > 0x20, byte != 0x7F else { return "malformed request target" }
        let hex = String(byte, radix: 16, uppercase: true)
        let what = byte < 0x80 ? "the character \(Character(Unicode.Scalar(byte)))" : "a letter beyond ASCII"
        return "malformed request target: \(what) has to be percent-encoded, its first byte as %\(hex) "
            + "(curl: -G --data-urlencode 'q=…')"
    }

    /// RFC 9112 section 2.3: HTTP-version is case-sensitive, one digit each.
    private static func version(_ text: UnsafeRawBufferPointer) throws(RequestError) -> HTTPVersion {
        func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
        guard text.count == 8, UnsafeRawBufferPointer(rebasing: text[..<5]).spells("HTTP/"), text[6] == 0x2E,
            isDigit(text[5]), isDigit(text[7])
        else { throw RequestError(400, "malformed HTTP version") }
        guard text[5] == 0x31 else { throw RequestError(505, "only HTTP/1.1 and HTTP/1.0 are supported") }
        return text[7] == 0x30 ? .http10 : .http11
    }

    private mutating func parseTarget(
        _ input: UnsafeRawBufferPointer, _ target: Range<Int>, _ origin: Int
    ) throws(RequestError) {
        if method == .connect { throw RequestError(501, "this server is not a proxy") }
        if input[target.lowerBound] == 0x2F {
            return try parsePath(input, target, origin)
        }
        if target.count == 1, input[target.lowerBound] == 0x2A {
            // RFC 9112 section 3.2.4: asterisk-form is only for OPTIONS.
            guard method == .options else { throw RequestError(400, "target * is for OPTIONS only") }
            path = (target.lowerBound - origin)..<(target.upperBound - origin)
            return
        }
        // RFC 9112 section 3.2.2: a server MUST accept the absolute-form.
        var slashes: Int?
        for scheme in ["http://", "https://"] as [StaticString] {
            let length = scheme.utf8CodeUnitCount
            let end = target.lowerBound + length
            if target.count > length,
                UnsafeRawBufferPointer(rebasing: input[target.lowerBound..<end]).spellsIgnoringCase(scheme)
            {
                slashes = end
            }
        }
        guard let begin = slashes else { throw RequestError(400, "malformed request target") }
        var end = begin
        while end < target.upperBound, input[end] != 0x2F, input[end] != 0x3F { end += 1 }
        guard end > begin, HostSyntax.isValid(UnsafeRawBufferPointer(rebasing: input[begin..<end])) else {
            throw RequestError(400, "malformed authority in the request target")
        }
        authority = (begin - origin)..<(end - origin)
        if end < target.upperBound, input[end] == 0x2F {
            try parsePath(input, end..<target.upperBound, origin)
        } else {
            // No path means "/": the last slash of "http://" stands in for it.
            path = (begin - 1 - origin)..<(begin - origin)
            if end < target.upperBound { query = (end + 1 - origin)..<(target.upperBound - origin) }
        }
    }

    private mutating func parsePath(
        _ input: UnsafeRawBufferPointer, _ target: Range<Int>, _ origin: Int
    ) throws(RequestError) {
        var end = target.lowerBound
        while end < target.upperBound, input[end] != 0x3F {
            if input[end] == 0x25 {
                // RFC 3986 section 2.1: a percent sign is followed by two hex digits.
                guard end + 2 < target.upperBound, hexDigit(input[end + 1]) != nil, hexDigit(input[end + 2]) != nil
                else { throw RequestError(400, "malformed percent-encoding in the path") }
            }
            end += 1
        }
        path = (target.lowerBound - origin)..<(end - origin)
        if end < target.upperBound { query = (end + 1 - origin)..<(target.upperBound - origin) }
    }
}

/// host [ ":" port ] (RFC 9110 section 7.2), without the user information that RFC 9110 section 4.2.4 forbids.
enum HostSyntax {
    static func isValid(_ text: UnsafeRawBufferPointer) -> Bool {
        var i = 0
        if text.first == 0x5B {
            while i < text.count, text[i] != 0x5D {
                guard isHostByte(text[i]), i == 0 || text[i] != 0x5B else { return false }
                i += 1
            }
            guard i < text.count, i > 1 else { return false }
            i += 1
        } else {
            while i < text.count, text[i] != 0x3A {
                guard isHostByte(text[i]), text[i] != 0x5B, text[i] != 0x5D else { return false }
                i += 1
            }
        }
        // RFC 9110 section 4.2.1: an http URI with an empty host MUST be rejected as invalid.
        guard i > 0 else { return false }
        guard i < text.count else { return true }
        guard text[i] == 0x3A, text.count - i <= 6 else { return false }
        return text[(i + 1)...].allSatisfy { $0 &- 0x30 < 10 }
    }
}
