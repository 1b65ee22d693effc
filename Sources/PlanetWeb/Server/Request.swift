// One whole request as seen by a handler: head, path parameters, body, and the responder for a later reply.

import HTTPWire

package struct Request: Sendable {
    package let head: RequestHead
    /// The path's text at each `{name}` of the route's pattern, percent-decoded.
    package var pathParameters: [(name: String, value: String)]
    /// The body, decoded from its transfer coding.
    package let body: [UInt8]
    /// Held as long as the body.
    var share: BodyShare?
    /// Replies to this request later, from any thread, if the handler's outcome is `.pending`.
    package let responder: Responder
    /// Who is asking.
    let caller: Caller

    package init(
        head: RequestHead, body: [UInt8] = [], pathParameters: [(name: String, value: String)] = [],
        responder: Responder = Responder.unattached, caller: Caller = .trusted
    ) {
        self.head = head
        self.body = body
        self.pathParameters = pathParameters
        self.responder = responder
        self.caller = caller
    }

    package var method: HTTPMethod { head.method }
    /// The path as sent (percent-encoded), without the query.
    package var path: String { head.path }

    /// A header's value, its name in any case; several lines are joined by commas.
    package func header(_ name: String) -> String? { head[name] }

    /// The value of a path parameter; empty if the pattern has none of that name.
    package func parameter(_ name: String) -> String { pathParameters.first { $0.name == name }?.value ?? "" }

    /// Every name and value of the query, decoded, in order. Parsed at each call: keep it.
    package var query: [QueryItem] { head.queryRange.map { QueryItem.parse(head.bytes[$0]) } ?? [] }

    /// The media type without parameters, in lower case: "application/json"; nil without a Content-Type.
    package var contentType: MediaType? { head["content-type"].flatMap { MediaType($0) } }
}
