// A body made while it is sent: one part after the other, each requested when the client has taken most of the previous
// ones. So a long answer takes no more memory than a part or two, however slow its reader is.

package enum BodyPart: Sendable {
    case more([UInt8])
    case last([UInt8])
    /// The rest cannot be made: the connection ends, so that nobody mistakes the beginning for the whole.
    case failed
}

package final class BodyParts: Sendable {
    let first: BodyPart
    /// Lets another thread make the next part and pass it to the responder. False: no thread accepts it.
    let ask: @Sendable (Responder) -> Bool

    package init(first: BodyPart, ask: @escaping @Sendable (Responder) -> Bool) {
        self.first = first
        self.ask = ask
    }
}

/// A body whose parts are being sent.
struct PartsUnderWay {
    let parts: BodyParts
    /// Its head is sent. Counts the bytes of the parts.
    var reply: HTTPReply
    var isAsked = false
    /// When the next part must have been made, and accepted.
    var due: UInt64
}

extension HTTPStateMachine {
    /// Sends the head of a reply in parts. Its request stays first until the last part is sent.
    mutating func begin(_ parts: BodyParts, _ reply: HTTPReply, _ connection: some HTTPConnection) {
        connection.send(reply)
        awaited[0].parts = PartsUnderWay(parts: parts, reply: reply, due: connection.now &+ limits.handlerTime)
        take(parts.first, connection)
    }

    /// A part has come from its thread.
    mutating func partCame(_ id: UInt64, _ part: BodyPart, _ connection: some HTTPConnection) {
        guard isOpen, awaited.first?.id == id, awaited[0].parts != nil else { return }
        awaited[0].parts?.isAsked = false
        take(part, connection)
        if awaited.first?.id != id { sendReady(connection) }
        resumeIfPossible(connection)
        rearm(connection)
    }

    /// Removes the request if this was the last part.
    private mutating func take(_ part: BodyPart, _ connection: some HTTPConnection) {
        guard var reply = awaited[0].parts?.reply else { return }
        switch part {
        case .failed: connection.abort()
        case .more(let bytes):
            connection.send(bytes, of: reply, isLast: false)
            reply.partBytes += bytes.count
            awaited[0].parts?.reply = reply
            askForPart(connection)
        case .last(let bytes):
            connection.send(bytes, of: reply, isLast: true)
            reply.partBytes += bytes.count
            connection.note(reply)
            awaited.removeFirst()
            if reply.closes { close(lingers: true, connection) }
        }
    }

    /// Requests the next part, unless much of the last ones is still unsent.
    mutating func askForPart(_ connection: some HTTPConnection) {
        guard isOpen, let first = awaited.first, var parts = first.parts, !parts.isAsked,
            connection.unsentBytes <= limits.unsentBytes / 4
        else { return }
        parts.isAsked = true
        parts.due = connection.now &+ limits.handlerTime
        awaited[0].parts = parts
        if !connection.ask(parts.parts, first.id) { connection.abort() }
    }

    /// A reply that ended before its last part.
    var unfinished: HTTPReply? { awaited.first?.parts?.reply }
}
