// A reply as returned by a handler: status, fields, body. HTTPReply adds Date, Content-Length and Connection. Fields
// are checked when written, so no value can break out of its line.

import HTTPWire
import Reactor

package struct Response: Sendable {
    package enum Body: Sendable {
        case none
        case bytes([UInt8])
        /// Sent without copying.
        case shared(SharedBytes)
        /// Made while it is sent; its length is not known.
        case parts(BodyParts)

        package var count: Int {
            switch self {
            case .none, .parts: 0
            case .bytes(let bytes): bytes.count
            case .shared(let bytes): bytes.count
            }
        }

        package var array: [UInt8] {
            switch self {
            case .none, .parts: []
            case .bytes(let bytes): bytes
            case .shared(let bytes): bytes.array
            }
        }
    }

    package var status: Int
    package var headers: [ResponseField]
    package var body: Body
    /// Closes the connection after this reply.
    package var closes = false
    /// For a HEAD whose GET has no length and ends with the connection.
    package var isStream = false
    /// Of a shared body: its compressed forms.
    var forms: CodedBytes?
    /// Sent as it is, whatever else the request accepts.
    var keepsCoding = false
    /// Sent in place of the body where there is no room for it; nil: 503 is.
    package var brief: [UInt8]?

    package init(status: Int, headers: [ResponseField] = [], body: Body = .none) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    package static func json(_ bytes: [UInt8], status: Int = 200) -> Response {
        Response(status: status, headers: [ResponseField("Content-Type", "application/json")], body: .bytes(bytes))
    }

    package static func json(_ forms: CodedBytes) -> Response {
        var response = Response(
            status: 200, headers: [ResponseField("Content-Type", "application/json")], body: .shared(forms.plain))
        response.forms = forms
        return response
    }

    package static func text(_ text: String, status: Int = 200, type: String = "text/plain; charset=utf-8") -> Response
    {
        Response(status: status, headers: [ResponseField("Content-Type", type)], body: .bytes(Array(text.utf8)))
    }

    package static func empty(status: Int = 204) -> Response { Response(status: status) }

    /// The same reply with a field added.
    package func with(_ name: String, _ value: String) -> Response {
        var copy = self
        copy.headers.append(ResponseField(name, value))
        return copy
    }

    package func with(_ field: ResponseField?) -> Response {
        var copy = self
        if let field { copy.headers.append(field) }
        return copy
    }

    /// The same reply, its body counted while it waits. Small bodies are not worth counting.
    func counted(by budgets: ServerBudgets?) -> Response {
        guard let budgets, case .bytes(let bytes) = body, bytes.count > 4096 else { return self }
        var reply = self
        if let shared = SharedBytes(bytes, of: budgets.answers) {
            reply.body = .shared(shared)
            return reply
        }
        budgets.noteRefusedAnswer()
        guard let brief else { return .unavailable("Too many answers wait to be read. Try again.") }
        reply.body = .bytes(brief)
        return reply
    }

    /// The first value of a field, its name in any case.
    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// A handler's decision.
package enum Outcome: Sendable {
    case reply(Response)
    /// The reply comes later through the request's `responder`.
    case pending
    /// The reply comes later, and takes a thread's time or much memory: the connection's next request waits for it.
    case working(Work)
    /// Becomes a live viewer over WebSocket, after the handshake and the origin are checked.
    case webSocket(LiveHub, resume: String?, LiveForm = .whole)
    /// Becomes a live viewer over Server-Sent Events.
    case eventStream(LiveHub, resume: String?, LiveForm = .whole)
    /// A WebSocket that sends every message back; for conformance tests only.
    case webSocketEcho
}
