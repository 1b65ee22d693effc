// HTTP/1.1 on one connection as a state machine: events in, actions on an HTTPConnection out; no socket, no clock. This
// file takes requests; HTTPStateMachineReplies has replies and upgrades, HTTPStateMachineTimes the deadlines.

import HTTPWire

struct HTTPStateMachine {
    enum Phase {
        case head
        case body(Upload)
        /// Takes no more requests; replies still due are sent, then the connection closes.
        case finished
        /// Another protocol has taken over.
        case upgraded
    }
    /// A request whose body is arriving.
    struct Upload {
        let head: RequestHead
        let route: Router.Route
        let parameters: [(name: String, value: String)]
        let caller: Caller
        var decoder: BodyDecoder
        var body: [UInt8] = []
        /// Nil without a body.
        let share: BodyShare?
        let started: UInt64
        /// When more must have arrived.
        var due: UInt64
    }
    /// A request without a reply, or whose reply waits for an earlier one.
    struct Awaited {
        let id: UInt64
        let isHead: Bool
        let version: HTTPVersion
        let keepsAlive: Bool
        let started: UInt64
        let caller: Caller
        /// For logging the answer.
        let head: RequestHead?
        var response: Response?
        var bodyBytes = 0
        /// Ends when nobody waits for the reply any more.
        var work: Work?
        /// For a reply whose head is sent and whose body is under way.
        var parts: PartsUnderWay?
    }

    let server: ServerState
    private var parser: RequestHeadParser
    var phase = Phase.head
    var awaited: [Awaited] = []
    var requestCount: UInt64 = 0
    private var isPaused = false
    var owesContinue = false
    /// The peer will send nothing more.
    var isInputEnded = false
    var isStopping = false
    /// False once the connection is ending.
    var isOpen = true
    // Monotonic nanoseconds.
    private(set) var headStarted: UInt64?
    var idleSince: UInt64
    private(set) var lastBodyByte: UInt64 = 0

    var limits: ServerLimits { server.options.limits }

    init(_ server: ServerState, now: UInt64) {
        self.server = server
        parser = RequestHeadParser(limits: server.options.limits.head)
        idleSince = now
    }

    func start(_ connection: some HTTPConnection) { rearm(connection) }

    // MARK: Events

    /// Returns how many bytes were used. The rest comes again with what follows, or belongs to the new protocol.
    mutating func received(_ bytes: UnsafeRawBufferPointer, _ connection: some HTTPConnection) -> Int {
        var position = 0
        reading: while position < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[position...])
            do throws(RequestError) {
                switch phase {
                case .head:
                    if isOverloaded(connection) {
                        isPaused = true
                        connection.pauseReading()
                        break reading
                    }
                    guard let (head, used) = try parser.parse(rest) else {
                        if headStarted == nil { headStarted = connection.now }
                        break reading
                    }
                    position += used
                    parser = RequestHeadParser(limits: limits.head)
                    headStarted = nil
                    try begin(head, hasMore: position < bytes.count, connection)
                case .body(var upload):
                    // Moved out, so that the body grows in place.
                    phase = .finished
                    position += try receiveBody(rest, &upload, connection)
                case .finished: position = bytes.count
                case .upgraded: return position
                }
            } catch {
                refuse(error.status, error.detail, connection)
                position = bytes.count
            }
        }
        rearm(connection)
        return position
    }

    /// The peer may still read: it gets the replies that are due. Half a request gets none.
    mutating func inputEnded(_ connection: some HTTPConnection) {
        isInputEnded = true
        phase = .finished
        if awaited.isEmpty { close(lingers: false, connection) }
        rearm(connection)
    }

    /// Waiting replies have been sent.
    mutating func drained(_ connection: some HTTPConnection) {
        askForPart(connection)
        resumeIfPossible(connection)
        rearm(connection)
    }

    /// Idle connections close now, those in use with their next reply, or soon without a request.
    mutating func serverStops(_ connection: some HTTPConnection) {
        isStopping = true
        guard case .head = phase, awaited.isEmpty, !parser.isUnderWay else { return }
        // The first request of a new client, or the next one of a busy client, may be on its way.
        if connection.now &- idleSince >= limits.drainTime {
            return close(lingers: false, connection)
        }
        idleSince = connection.now
        rearm(connection)
    }

    /// The connection is gone.
    mutating func closed() {
        isOpen = false
        phase = .finished
        forget()
    }

    /// Nobody waits for the replies due.
    mutating func forget() {
        for request in awaited { request.work?.cancel() }
        awaited = []
    }

    // MARK: Requests

    /// Whether the next request has to wait. While memory for answers is short, until the last answer is read.
    private func isOverloaded(_ connection: some HTTPConnection) -> Bool {
        let unsent = connection.unsentBytes
        if unsent > limits.unsentBytes || (unsent > 0 && server.budgets.answers.isShort) { return true }
        guard let last = awaited.last else { return false }
        if last.work != nil || awaited.count >= limits.pipelinedRequests { return true }
        return awaited.reduce(0) { $0 + $1.bodyBytes } > limits.unsentBytes
    }

    mutating func resumeIfPossible(_ connection: some HTTPConnection) {
        guard isPaused, isOpen, !isOverloaded(connection) else { return }
        isPaused = false
        connection.resumeReading()
    }

    /// A whole head has arrived.
    private mutating func begin(
        _ head: RequestHead, hasMore: Bool, _ connection: some HTTPConnection
    ) throws(RequestError) {
        let (match, caller) = server.admit(head, from: connection.peer, at: connection.now)
        switch match {
        case .reply(let response):
            // The body of a request that fails anyway is not worth reading: the connection ends with the reply.
            let id = enlist(head, caller, connection.now)
            if head.framing != .none { phase = .finished }
            supply(id, response, closing: head.framing != .none, connection)
        case .route(let route, let parameters):
            // RFC 9110 section 10.1.1: a final status instead of 100, if the head is enough to decide.
            if head.expectsContinue, let early = route.early, let response = early(Request(head: head)) {
                let id = enlist(head, caller, connection.now)
                phase = .finished
                return supply(id, response, closing: true, connection)
            }
            // RFC 9110 section 9.3.1: content of a GET has no meaning; a little of it is read and dropped.
            let limit = max(route.bodyLimit, 4096)
            let decoder = try BodyDecoder(head.framing, limit: limit)
            var upload = Upload(
                head: head, route: route, parameters: parameters, caller: caller, decoder: decoder,
                share: decoder.isDone ? nil : BodyShare(server.budgets, of: server.site(of: caller.address)),
                started: connection.now, due: connection.now &+ limits.bodyIdleTime)
            if decoder.isDone { return dispatch(upload, connection) }
            if case .length(let length) = head.framing { upload.body.reserveCapacity(min(length, 64 << 10)) }
            lastBodyByte = connection.now
            phase = .body(upload)
            // RFC 9110 section 10.1.1: 100 MAY be omitted if some of the content has already arrived.
            if head.expectsContinue, !hasMore {
                owesContinue = true
                sendContinueIfDue(connection)
            }
        }
    }

    private mutating func receiveBody(
        _ input: UnsafeRawBufferPointer, _ upload: inout Upload, _ connection: some HTTPConnection
    ) throws(RequestError) -> Int {
        let before = upload.body.count
        let used = try upload.decoder.decode(input, into: &upload.body)
        let count = upload.body.count - before
        owesContinue = false
        lastBodyByte = connection.now
        upload.due = due(upload, after: count, connection.now)
        try upload.share?.grow(by: count)
        if upload.decoder.isDone {
            phase = .head
            dispatch(upload, connection)
        } else {
            phase = .body(upload)
        }
        return used
    }

    private mutating func enlist(_ head: RequestHead, _ caller: Caller, _ now: UInt64) -> UInt64 {
        requestCount += 1
        awaited.append(
            Awaited(
                id: requestCount, isHead: head.method == .head, version: head.version, keepsAlive: head.keepsAlive,
                started: now, caller: caller, head: server.options.accessLog == nil ? nil : head))
        return requestCount
    }

    private mutating func dispatch(_ upload: Upload, _ connection: some HTTPConnection) {
        let head = upload.head
        let id = enlist(head, upload.caller, connection.now)
        awaited[awaited.count - 1].bodyBytes = upload.body.count
        if !head.keepsAlive { phase = .finished }
        let outcome = connection.start(
            RoutedRequest(
                id: id, head: head, body: upload.route.bodyLimit > 0 ? upload.body : [], share: upload.share,
                route: upload.route, parameters: upload.parameters, caller: upload.caller))
        decided(outcome, id, head, upload.caller, connection)
    }
}
