// One reply as it goes on the wire: head and content by the rules of the request's method and the status.

import HTTPWire

struct HTTPReply {
    let response: Response
    let isHead: Bool
    let version: HTTPVersion
    /// The connection ends with this reply.
    let closes: Bool
    /// When the whole request had come, in monotonic nanoseconds.
    let started: UInt64

    /// RFC 9110 section 8.6: no Content-Length with 1xx and 204. A 304 has none here either; it has no content.
    private var hasContent: Bool { response.status >= 200 && response.status != 204 && response.status != 304 }

    /// RFC 9110 section 9.3.2: the reply to HEAD is the head of the reply to GET.
    var content: Response.Body { hasContent && !isHead ? response.body : .none }

    /// `notice`: a field besides the response's own.
    func appendHead(date: [UInt8], notice: ResponseField? = nil, to out: inout [UInt8]) {
        let fields = notice.map { response.headers + [$0] } ?? response.headers
        ResponseHead.append(
            status: response.status, fields: fields, contentLength: hasContent ? response.body.count : nil,
            persistence: closes ? .close : version == .http10 ? .keepAlive : .usual, date: date, to: &out)
    }
}
