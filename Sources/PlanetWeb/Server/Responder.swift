// The address of one awaited reply: loop, connection, request. It may be completed from any thread. Keeps nothing
// alive: if the connection is gone, or the reply already given, completing does nothing.

import HTTPWire
import Threads

/// Messages from other threads to a server loop.
package enum LoopMessage: Sendable {
    case reply(connection: UInt64, request: UInt64, Response)
    case part(connection: UInt64, request: UInt64, BodyPart)
    case frame(SharedFrame, LiveHub)
    case stop(graceNanoseconds: UInt64)
}

package struct Responder: Sendable {
    let mailbox: Mailbox<LoopMessage>?
    /// What answers count against while they wait.
    var budgets: ServerBudgets?
    /// Which codings the answer may have; nil: none.
    var accepted: AcceptEncoding?
    /// Of a body that is compressed in parts.
    var coder: PartCoder?
    let connection: UInt64
    let request: UInt64

    /// Goes nowhere; for handlers called without a connection (tests).
    package static let unattached = Responder(mailbox: nil, connection: 0, request: 0)

    package func complete(_ response: Response) {
        let response = accepted.map { response.coded(for: $0) } ?? response
        mailbox?.post(.reply(connection: connection, request: request, response.counted(by: budgets)))
    }

    /// The next part of a reply that has begun.
    func part(_ part: BodyPart) {
        mailbox?.post(.part(connection: connection, request: request, coder?.code(part) ?? part))
    }

    /// Sends many replies, waking each loop once.
    package static func complete(_ replies: [(responder: Responder, response: Response)]) {
        var start = 0
        while start < replies.count {
            guard let mailbox = replies[start].responder.mailbox else {
                start += 1
                continue
            }
            var end = start + 1
            while end < replies.count, replies[end].responder.mailbox === mailbox { end += 1 }
            mailbox.post(
                contentsOf: replies[start..<end].map {
                    .reply(
                        connection: $0.responder.connection, request: $0.responder.request,
                        $0.response.counted(by: $0.responder.budgets))
                })
            start = end
        }
    }
}
