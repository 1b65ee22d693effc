// One connection speaking HTTP/1.1: requests in, replies out in the order of the requests, whenever they complete.
// Decides back-pressure, keep-alive and upgrades; times are in HTTPSessionTimes.swift, writing in HTTPSessionReplies.swift.

import HTTPWire
import Reactor
import Synchronization
import Threads

final class HTTPSession: ChannelOwner, Stoppable {
    enum Phase {
        case head
        case body(Upload)
        /// No more requests are taken; replies still owed are given, then the connection closes.
        case finished
    }
    /// A request whose body is coming in.
    struct Upload {
        let head: RequestHead
        let route: Router.Route
        let parameters: [(name: String, value: String)]
        var decoder: BodyDecoder
        var body: [UInt8] = []
        var started: UInt64
        var wireBytes = 0
    }
    /// A request that has no reply yet, or whose reply waits for an earlier one.
    struct Awaited {
        let id: UInt64
        let isHead: Bool
        let version: HTTPVersion
        let keepsAlive: Bool
        let started: UInt64
        var response: Response?
    }

    let server: ServerLoop
    var parser: RequestHeadParser
    var phase = Phase.head
    var awaited: [Awaited] = []
    var headStarted: UInt64?
    var idleSince: UInt64
    private(set) var lastBodyByte: UInt64 = 0
    private var requestCount: UInt64 = 0
    private var reservedBytes = 0
    private var isPaused = false
    private var owesContinue = false
    private var successor: (any ChannelOwner)?

    var isFirst: Bool { requestCount == 0 }

    init(_ server: ServerLoop, _ channel: Channel) {
        self.server = server
        parser = RequestHeadParser(limits: server.limits.head)
        idleSince = server.loop.now
    }

    func start(_ channel: Channel) { rearm(channel) }

    // MARK: Input

    func received(_ bytes: UnsafeRawBufferPointer, on channel: Channel) -> Int {
        var position = 0
        reading: while position < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[position...])
            do throws(RequestError) {
                switch phase {
                case .head:
                    if isOverloaded(channel) {
                        isPaused = true
                        channel.pauseReading()
                        break reading
                    }
                    guard let (head, used) = try parser.parse(rest) else {
                        if headStarted == nil { headStarted = server.loop.now }
                        break reading
                    }
                    position += used
                    parser = RequestHeadParser(limits: server.limits.head)
                    headStarted = nil
                    try begin(head, hasMore: position < bytes.count, channel)
                case .body(var upload):
                    // Moved out, so that the body grows in place.
                    phase = .finished
                    position += try receiveBody(rest, &upload, channel)
                case .finished:
                    position = bytes.count
                }
            } catch {
                refuse(error.status, error.detail, channel)
                position = bytes.count
            }
            if let successor {
                // The connection has been upgraded: what follows the request is the new protocol's.
                return position + successor.received(UnsafeRawBufferPointer(rebasing: bytes[position...]), on: channel)
            }
        }
        rearm(channel)
        return position
    }

    private func isOverloaded(_ channel: Channel) -> Bool {
        awaited.count >= server.limits.pipelinedRequests || channel.unsentBytes > server.limits.unsentBytes
    }

    /// A whole head has come.
    private func begin(_ head: RequestHead, hasMore: Bool, _ channel: Channel) throws(RequestError) {
        switch server.state.router.match(head) {
        case .reply(let response):
            // The body of a request that fails anyway is not worth reading: the connection ends with the reply.
            let id = enlist(head)
            if head.framing != .none { phase = .finished }
            supply(id, response, closing: head.framing != .none, channel)
        case .route(let route, let parameters):
            // RFC 9110 section 9.3.1: content of a GET has no meaning; a little of it is read and dropped.
            let limit = max(route.bodyLimit, 4096)
            let decoder = try BodyDecoder(head.framing, limit: limit)
            if decoder.isDone { return dispatch(head, [], route, parameters, channel) }
            var upload = Upload(
                head: head, route: route, parameters: parameters, decoder: decoder, started: server.loop.now)
            if case .length(let length) = head.framing { upload.body.reserveCapacity(min(length, 64 << 10)) }
            lastBodyByte = server.loop.now
            phase = .body(upload)
            // RFC 9110 section 10.1.1: 100 MAY be left out when some of the content has come already.
            if head.expectsContinue, !hasMore {
                owesContinue = true
                sendContinueIfDue(channel)
            }
        }
    }

    private func receiveBody(
        _ input: UnsafeRawBufferPointer, _ upload: inout Upload, _ channel: Channel
    ) throws(RequestError) -> Int {
        let before = upload.body.count
        let used = try upload.decoder.decode(input, into: &upload.body)
        owesContinue = false
        upload.wireBytes += used
        lastBodyByte = server.loop.now
        try reserve(upload.body.count - before)
        if upload.decoder.isDone {
            release()
            phase = .head
            dispatch(upload.head, upload.body, upload.route, upload.parameters, channel)
        } else {
            phase = .body(upload)
        }
        return used
    }

    /// The bodies of all connections together are bounded.
    private func reserve(_ count: Int) throws(RequestError) {
        guard count > 0 else { return }
        let total = server.state.bufferedBodyBytes.wrappingAdd(count, ordering: .relaxed).newValue
        reservedBytes += count
        if total > server.limits.bufferedBodyBytes { throw RequestError(503, "too many uploads at once") }
    }

    private func release() {
        guard reservedBytes > 0 else { return }
        server.state.bufferedBodyBytes.wrappingSubtract(reservedBytes, ordering: .relaxed)
        reservedBytes = 0
    }

    private func enlist(_ head: RequestHead) -> UInt64 {
        requestCount += 1
        awaited.append(
            Awaited(
                id: requestCount, isHead: head.method == .head, version: head.version,
                keepsAlive: head.keepsAlive, started: server.loop.now))
        return requestCount
    }

    private func dispatch(
        _ head: RequestHead, _ body: [UInt8], _ route: Router.Route, _ parameters: [(name: String, value: String)],
        _ channel: Channel
    ) {
        let isAlone = awaited.isEmpty
        let id = enlist(head)
        if !head.keepsAlive { phase = .finished }
        let responder = Responder(mailbox: server.mailbox, connection: channel.token, request: id)
        let request = Request(
            head: head, body: route.bodyLimit > 0 ? body : [], pathParameters: parameters, responder: responder)
        switch route.handler(request, server.context) {
        case .reply(let response): supply(id, response, closing: false, channel)
        case .pending: break
        case .webSocket(let hub, let resume):
            upgrade(id, head, isAlone, channel) { accept in
                guard let room = self.server.room(of: hub) else { return nil }
                let viewer = LiveViewer(room, channel, .webSocket)
                return WebSocketSession(self.server, channel, accept: accept, viewer: viewer, resume: resume)
            }
        case .webSocketEcho:
            upgrade(id, head, isAlone, channel) { accept in
                WebSocketSession(self.server, channel, accept: accept, viewer: nil, resume: nil)
            }
        case .eventStream(let hub, let resume):
            guard isAlone, let room = server.room(of: hub) else {
                return supply(id, .problem(503, "the live feed is not available here"), closing: false, channel)
            }
            if head.method == .head {
                let empty = Response(status: 200, headers: [ResponseField("Content-Type", "text/event-stream")])
                return supply(id, empty, closing: false, channel)
            }
            let viewer = LiveViewer(room, channel, .eventStream)
            handOver(to: EventStreamSession(server, channel, viewer: viewer, resume: resume), channel)
        }
    }

    // MARK: Upgrade

    private func upgrade(
        _ id: UInt64, _ head: RequestHead, _ isAlone: Bool, _ channel: Channel,
        _ make: (String) -> (any ChannelOwner)?
    ) {
        switch WebSocketHandshake.answer(head) {
        case .refuse(let status, let detail, let fields):
            var response = Response.problem(status, detail)
            response.headers += fields
            supply(id, response, closing: false, channel)
        case .accept(let accept):
            guard isAlone else {
                return supply(id, .problem(400, "an upgrade can't follow unanswered requests"), closing: true, channel)
            }
            guard OriginPolicy.allows(head, server.state.options.allowedOrigins) else {
                return supply(id, .problem(403, "this origin may not open a WebSocket here"), closing: false, channel)
            }
            guard !server.isStopping, let session = make(accept) else {
                return supply(id, .problem(503, "the live feed is not available here"), closing: false, channel)
            }
            handOver(to: session, channel)
        }
    }

    private func handOver(to session: any ChannelOwner, _ channel: Channel) {
        awaited = []
        phase = .finished
        successor = session
        channel.owner = session
        server.state.metrics.requests(101).add()
    }

    // MARK: Replies

    /// The reply of a request came from another thread (or from here).
    func complete(_ id: UInt64, _ response: Response, _ channel: Channel) {
        guard successor == nil else { return }
        supply(id, response, closing: false, channel)
        resumeIfPossible(channel)
        if channel.isOpen { rearm(channel) }
    }

    private func supply(_ id: UInt64, _ response: Response, closing: Bool, _ channel: Channel) {
        guard let index = awaited.firstIndex(where: { $0.id == id }), awaited[index].response == nil else { return }
        awaited[index].response = response
        if closing { awaited[index].response?.closes = true }
        sendReady(channel)
    }

    /// An answer to something that could not be understood; the connection closes after it.
    func refuse(_ status: Int, _ detail: String, _ channel: Channel) {
        release()
        phase = .finished
        requestCount += 1
        var response = Response.problem(status, detail)
        if status == 503 { response = response.with("Retry-After", "1") }
        response.closes = true
        awaited.append(
            Awaited(
                id: requestCount, isHead: false, version: .http11, keepsAlive: false, started: server.loop.now,
                response: response))
        sendReady(channel)
    }

    private func sendReady(_ channel: Channel) {
        while let first = awaited.first, let response = first.response {
            awaited.removeFirst()
            let closes = response.closes || !first.keepsAlive || server.isStopping
            send(response, to: first, closes: closes, channel)
            if closes {
                awaited = []
                phase = .finished
                release()
                channel.closeAfterFlush(linger: server.lingerTime)
                return
            }
        }
        if awaited.isEmpty {
            idleSince = server.loop.now
            if channel.isInputEnded, channel.isOpen { channel.closeAfterFlush(linger: 0) }
        }
        sendContinueIfDue(channel)
    }

    /// An interim reply must not overtake the replies of earlier requests.
    private func sendContinueIfDue(_ channel: Channel) {
        guard owesContinue, awaited.isEmpty else { return }
        owesContinue = false
        channel.write(ResponseHead.continueResponse)
    }

    private func resumeIfPossible(_ channel: Channel) {
        guard isPaused, channel.isOpen, !isOverloaded(channel) else { return }
        isPaused = false
        channel.resumeReading()
    }

    // MARK: Channel events

    func inputEnded(on channel: Channel) {
        // The peer may still read: what it is owed is sent. Half a request gets no answer.
        if case .body = phase { release() }
        phase = .finished
        if awaited.isEmpty { channel.closeAfterFlush(linger: 0) } else { rearm(channel) }
    }

    func drained(_ channel: Channel) {
        resumeIfPossible(channel)
        rearm(channel)
    }

    func closed(_ channel: Channel) {
        release()
        awaited = []
        server.state.metrics.received.add(channel.bytesReceived)
        server.state.metrics.sent.add(channel.bytesSent)
        server.connectionClosed()
    }

    func serverStops(_ channel: Channel) {
        if case .head = phase, awaited.isEmpty, !parser.isUnderWay { channel.closeAfterFlush(linger: 0) }
    }
}
