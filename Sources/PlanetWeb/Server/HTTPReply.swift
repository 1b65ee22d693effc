// One reply in its form on the wire: head and content by the rules of the request's method and the status.

import HTTPWire

struct HTTPReply {
    let response: Response
    let isHead: Bool
    let version: HTTPVersion
    /// The connection ends with this reply.
    let closes: Bool
    /// When the whole request had arrived, in monotonic nanoseconds.
    let started: UInt64
    let caller: Caller
    /// The request's; nil if it could not be understood, or nobody logs it.
    let head: RequestHead?
    /// For a body in parts: how much of it is sent.
    var partBytes = 0

    /// RFC 9110 section 8.6: no Content-Length with 1xx and 204. A 304 has none here either; it has no content.
    private var hasContent: Bool { response.status >= 200 && response.status != 204 && response.status != 304 }

    /// RFC 9110 section 9.3.2: the reply to HEAD is the head of the reply to GET.
    var content: Response.Body { hasContent && !isHead ? response.body : .none }

    private var isInParts: Bool { if case .parts = response.body { hasContent } else { false } }

    /// RFC 9112 section 7.1: the bytes before and after a part. HTTP/1.0 has no chunks: the end of the connection ends
    /// the body.
    func frame(_ count: Int, isLast: Bool) -> (before: [UInt8], behind: [UInt8]) {
        guard version != .http10 else { return ([], []) }
        let end = isLast ? "0\r\n\r\n" : ""
        if count == 0 { return ([], Array(end.utf8)) }
        return (Array((String(count, radix: 16) + "\r\n").utf8), Array(("\r\n" + end).utf8))
    }

    /// `notices`: fields besides the response's own. `idleSeconds`: how long the connection is kept without a request.
    /// `defaults`: fields added unless the response has one of the name.
    func appendHead(
        date: [UInt8], notices: [ResponseField] = [], idleSeconds: Int = 0, defaults: [ResponseField] = [],
        to out: inout [UInt8]
    ) {
        var fields = notices.isEmpty ? response.headers : response.headers + notices
        if isInParts, version != .http10 { fields.append(ResponseField("Transfer-Encoding", "chunked")) }
        ResponseHead.append(
            status: response.status, fields: fields,
            contentLength: hasContent && !response.isStream && !isInParts ? response.body.count : nil,
            persistence: closes ? .close : version == .http10 ? .keepAlive(idleSeconds) : .usual(idleSeconds),
            defaults: defaults, date: date, to: &out)
    }

    /// In case a route forgets them: an answer may differ next time, and is what its type says.
    static let defaults = [
        ResponseField("Cache-Control", "no-cache"), ResponseField("X-Content-Type-Options", "nosniff"),
    ]
}
