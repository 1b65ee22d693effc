// Incremental parser of a request line and its fields (RFC 9112 sections 2, 3 and 5). Strict: what two readers could
// understand differently is refused, never repaired. Not the body (BodyDecoder), and it keeps no bytes while it waits.

import Glibc

package struct RequestHeadParser {
    let limits: HeadLimits
    /// Offsets into the input, which begins at the same byte at every call.
    private var start = 0
    private var lineStart = 0
    private var scanned = 0
    private var line: RequestLine?
    private var fields: [RequestHead.Field] = []
    private var semantics = HeadSemantics()

    package init(limits: HeadLimits = HeadLimits()) { self.limits = limits }

    /// Whether part of a head has come.
    package var isUnderWay: Bool { scanned > start }

    /// `input` is everything from the first byte of this head on: when more is needed (nil), call again with the same
    /// bytes and more. `consumed` counts the head with its empty line; make a new parser for the next head.
    package mutating func parse(
        _ input: UnsafeRawBufferPointer
    ) throws(RequestError) -> (head: RequestHead, consumed: Int)? {
        guard let base = input.baseAddress else { return nil }
        while true {
            guard let found = memchr(base + scanned, 0x0A, input.count - scanned) else {
                scanned = input.count
                try checkPartialLine(input.count)
                return nil
            }
            let end = UnsafeRawPointer(found) - base
            scanned = end + 1
            // RFC 9112 section 2.2: a lone LF MAY be taken as a line end. It is refused here (request smuggling).
            let hasReturn = end > lineStart && input[end - 1] == 0x0D
            let lineEnd = hasReturn ? end - 1 : end
            if line == nil, lineEnd - lineStart > limits.requestLine {
                throw RequestError(414, "request line too long")
            }
            if scanned - start > limits.head { throw RequestError(431, "request head too large") }
            guard hasReturn else { throw RequestError(400, "line ends without a carriage return") }
            let range = lineStart..<lineEnd
            lineStart = scanned
            if line == nil {
                if range.isEmpty {
                    // RFC 9112 section 2.2: at least one empty line before the request line SHOULD be ignored.
                    guard start < 8 else { throw RequestError(400, "empty lines instead of a request") }
                    start = scanned
                    continue
                }
                line = try RequestLine(input, range, origin: start)
            } else if range.isEmpty {
                return (try finish(input), scanned)
            } else {
                try addField(input, range)
            }
        }
    }

    private func checkPartialLine(_ count: Int) throws(RequestError) {
        // The last byte may be the CR of a line that just fits.
        if line == nil, count - lineStart > limits.requestLine + 1 { throw RequestError(414, "request line too long") }
        if count - start > limits.head { throw RequestError(431, "request head too large") }
    }

    private mutating func addField(_ input: UnsafeRawBufferPointer, _ range: Range<Int>) throws(RequestError) {
        if fields.isEmpty { fields.reserveCapacity(16) }
        guard fields.count < limits.fields else { throw RequestError(431, "too many header fields") }
        let field = try FieldLine.parse(input, range)
        try semantics.note(
            UnsafeRawBufferPointer(rebasing: input[field.name]), UnsafeRawBufferPointer(rebasing: input[field.value]),
            valueStart: field.value.lowerBound - start)
        fields.append(
            RequestHead.Field(
                nameStart: UInt32(field.name.lowerBound - start), nameEnd: UInt32(field.name.upperBound - start),
                valueStart: UInt32(field.value.lowerBound - start), valueEnd: UInt32(field.value.upperBound - start)))
    }

    private func finish(_ input: UnsafeRawBufferPointer) throws(RequestError) -> RequestHead {
        guard let line else { preconditionFailure("BUG: a head without its request line") }
        let framing = try semantics.framing(line.version)
        let host = try semantics.hostRange(line.version)
        return RequestHead(
            bytes: Array(input[start..<scanned]), method: line.method, version: line.version, fields: fields,
            framing: framing, keepsAlive: semantics.keepsAlive(line.version),
            expectsContinue: semantics.expectsContinue && line.version == .http11, pathRange: line.path,
            // RFC 9112 section 3.2.2: the authority of an absolute target replaces the Host field.
            queryRange: line.query, authorityRange: line.authority ?? host)
    }
}

/// One field line (RFC 9112 section 5), also of a trailer section.
enum FieldLine {
    static func parse(
        _ input: UnsafeRawBufferPointer, _ range: Range<Int>
    ) throws(RequestError) -> (name: Range<Int>, value: Range<Int>) {
        // RFC 9112 section 5.2: a server that receives obs-fold MUST reject it (or replace it).
        if input[range.lowerBound] == 0x20 || input[range.lowerBound] == 0x09 {
            throw RequestError(400, "folded header line")
        }
        var colon = range.lowerBound
        while colon < range.upperBound, isTokenByte(input[colon]) { colon += 1 }
        // RFC 9112 section 5.1: white space between name and colon MUST be answered with 400.
        guard colon > range.lowerBound, colon < range.upperBound, input[colon] == 0x3A else {
            throw RequestError(400, "malformed header name")
        }
        var first = colon + 1
        var last = range.upperBound
        while first < last, input[first] == 0x20 || input[first] == 0x09 { first += 1 }
        while last > first, input[last - 1] == 0x20 || input[last - 1] == 0x09 { last -= 1 }
        // RFC 9110 section 5.5: CR, LF and NUL within a value MUST be rejected or replaced.
        for i in first..<last where !isFieldValueByte(input[i]) {
            throw RequestError(400, "control character in a header value")
        }
        return (range.lowerBound..<colon, first..<last)
    }
}
