// One connection that speaks HTTP/1.1: applies the decisions of its state machine (HTTPStateMachine) to a channel, and
// counts.

import Basics
import HTTPWire
import Reactor
import Threads

final class HTTPSession: ChannelOwner, Stoppable {
    private let server: ServerLoop
    private unowned let channel: Channel
    private let address: IPAddress
    private var machine: HTTPStateMachine
    private var successor: (any ChannelOwner)?
    private var isAborted = false

    init(_ server: ServerLoop, _ channel: Channel, _ peer: IPAddress) {
        self.server = server
        self.channel = channel
        address = peer
        machine = HTTPStateMachine(server.state, now: server.loop.now)
    }

    func start() { machine.start(self) }

    /// The reply to a request has come from another thread.
    func complete(_ id: UInt64, _ response: Response) {
        machine.completed(id, response, self)
        if isAborted { channel.closeNow() }
    }

    /// A part of a reply has.
    func take(_ part: BodyPart, of id: UInt64) {
        machine.partCame(id, part, self)
        if isAborted { channel.closeNow() }
    }

    // MARK: Channel events

    func received(_ bytes: UnsafeRawBufferPointer, on channel: Channel) -> Int {
        let used = machine.received(bytes, self)
        guard let successor else { return used }
        // The connection was upgraded: what follows the request belongs to the new protocol.
        return used + successor.received(UnsafeRawBufferPointer(rebasing: bytes[used...]), on: channel)
    }

    func inputEnded(on channel: Channel) { machine.inputEnded(self) }
    func drained(_ channel: Channel) {
        machine.drained(self)
        if isAborted { channel.closeNow() }
    }
    func serverStops(_ channel: Channel) { machine.serverStops(self) }

    func deadlineReached(on channel: Channel) {
        machine.deadlineReached(self)
        if isAborted { channel.closeNow() }
    }

    func closed(_ channel: Channel) {
        if let reply = machine.unfinished { note(reply) }
        machine.closed()
        server.closed(channel)
    }

    private func handOver(to session: any ChannelOwner, _ status: Int) -> Bool {
        successor = session
        channel.owner = session
        server.state.metrics.requests(status).add()
        return true
    }
}

extension HTTPSession: HTTPConnection {
    var now: UInt64 { server.loop.now }
    var peer: Peer {
        let asked = server.state.options.tls?.asksForCertificates ?? false
        let transport: Peer.Transport =
            channel.isPlainByMistake ? .plainByMistake : channel.isEncrypted ? .encrypted : .plain
        return Peer(address: address, transport: transport, certificate: asked ? channel.clientName : nil)
    }
    var unsentBytes: Int { channel.unsentBytes }
    var blockedSince: UInt64? { channel.isBlocked ? channel.lastProgress : nil }

    func start(_ request: RoutedRequest) -> Outcome {
        var responder = Responder(
            mailbox: server.mailbox, budgets: server.state.budgets, connection: channel.token, request: request.id)
        // Files, which no pattern is of, have their own coding.
        if request.route.method == .get, !request.route.pattern.isEmpty {
            responder.accepted = AcceptEncoding(request.head["accept-encoding"])
        }
        var whole = Request(
            head: request.head, body: request.body, pathParameters: request.parameters, responder: responder,
            caller: request.caller)
        whole.share = request.share
        return request.route.handler(whole, server.context)
    }

    func send(_ reply: HTTPReply) {
        server.scratch.removeAll(keepingCapacity: true)
        reply.appendHead(
            date: server.date, notices: notices(reply),
            idleSeconds: Int(server.limits.keepAliveTime / 1_000_000_000), defaults: HTTPReply.defaults,
            to: &server.scratch)
        switch reply.content {
        case .none: server.scratch.withUnsafeBytes { channel.write($0) }
        case .bytes(let bytes):
            if bytes.count <= 4096 { server.scratch += bytes }
            server.scratch.withUnsafeBytes { channel.write($0) }
            if bytes.count > 4096 { channel.write(bytes) }
        case .shared(let bytes):
            server.scratch.withUnsafeBytes { channel.write($0) }
            channel.write(bytes)
        case .parts: server.scratch.withUnsafeBytes { channel.write($0) }
        }
        // Replies in parts are noted once sent.
        if case .parts = reply.content {} else { note(reply) }
        let metrics = server.state.metrics
        metrics.requests(reply.response.status).add()
        metrics.duration.record(seconds: Double(Clock.monotonic &- reply.started) * 1e-9)
    }

    /// Fields besides the response's own.
    private func notices(_ reply: HTTPReply) -> [ResponseField] {
        let options = server.state.options
        var fields = options.notice().map { [$0] } ?? []
        // A 429 says it itself.
        if let rates = reply.caller.rates, reply.response.status != 429 { fields += rates.fields }
        // RFC 6797 section 7.2: not over an unencrypted connection.
        if let age = options.strictTransportSeconds, channel.isEncrypted {
            fields.append(ResponseField("Strict-Transport-Security", "max-age=\(age)"))
        }
        return fields
    }

    func note(_ reply: HTTPReply) {
        guard let log = server.state.options.accessLog else { return }
        log.add(AccessLine.of(reply, at: Clock.monotonic))
    }

    func send(_ part: [UInt8], of reply: HTTPReply, isLast: Bool) {
        channel.tellsWhenDrained = !isLast
        let frame = reply.frame(part.count, isLast: isLast)
        channel.write(frame.before)
        if let counted = SharedBytes(part, of: server.state.budgets.answers) {
            channel.write(counted)
        } else {
            // One part for each of the few bodies in parts: that is bounded, too.
            channel.write(part)
        }
        channel.write(frame.behind)
    }

    func ask(_ parts: BodyParts, _ request: UInt64) -> Bool {
        parts.ask(
            Responder(
                mailbox: server.mailbox, budgets: server.state.budgets, connection: channel.token, request: request))
    }

    func sendContinue() { channel.write(ResponseHead.continueResponse) }
    func pauseReading() { channel.pauseReading() }
    func resumeReading() { channel.resumeReading() }

    func openWebSocket(_ hub: LiveHub?, resume: String?, _ form: LiveForm, handshake: WebSocketAgreement) -> Bool {
        var viewer: LiveViewer?
        if let hub {
            guard let room = server.room(of: hub) else { return false }
            // Shared compressed frames need the largest window; a viewer with a smaller one gets them uncompressed.
            let isCompressed = handshake.deflate?.serverWindowBits == 15
            viewer = LiveViewer(room, channel, isCompressed ? .compressedWebSocket : .webSocket, form)
        }
        return handOver(to: WebSocketSession(server, channel, handshake, viewer: viewer, resume: resume), 101)
    }

    func openEventStream(_ hub: LiveHub, resume: String?, _ form: LiveForm) -> Bool {
        guard let room = server.room(of: hub) else { return false }
        let viewer = LiveViewer(room, channel, .eventStream, form)
        return handOver(to: EventStreamSession(server, channel, viewer: viewer, resume: resume), 200)
    }

    func close(lingers: Bool) { channel.closeAfterFlush(linger: lingers ? server.lingerTime : 0) }
    func abort() { isAborted = true }
    func setDeadline(at: UInt64) { channel.setDeadline(at: at) }
}
