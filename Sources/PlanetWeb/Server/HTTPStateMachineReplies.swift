// The output side of HTTPStateMachine: replies in the order of their requests, upgrades, the last reply.

import HTTPWire

extension HTTPStateMachine {
    /// The decision of the handler of request `id`.
    mutating func decided(
        _ outcome: Outcome, _ id: UInt64, _ head: RequestHead, _ caller: Caller, _ connection: some HTTPConnection
    ) {
        switch outcome {
        case .reply(let response):
            guard head.method == .get || head.method == .head else {
                return supply(id, response, closing: false, connection)
            }
            let coded = response.coded(for: AcceptEncoding(head["accept-encoding"]), isQuick: true)
            supply(id, coded, closing: false, connection)
        case .pending: break
        case .working(let work):
            guard let index = awaited.firstIndex(where: { $0.id == id }) else { return work.cancel() }
            awaited[index].work = work
        case .webSocket(let hub, let resume, let form):
            openWebSocket(hub, resume: resume, form, id, head, caller, connection)
        case .webSocketEcho: openWebSocket(nil, resume: nil, .whole, id, head, caller, connection)
        case .eventStream(let hub, let resume, let form):
            openEventStream(hub, resume: resume, form, id, head, connection)
        }
    }

    /// The reply to a pending request has come. A second reply to the same request is ignored, and any after the end.
    mutating func completed(_ id: UInt64, _ response: Response, _ connection: some HTTPConnection) {
        supply(id, response, closing: false, connection)
        resumeIfPossible(connection)
        rearm(connection)
    }

    mutating func supply(_ id: UInt64, _ response: Response, closing: Bool, _ connection: some HTTPConnection) {
        guard let index = awaited.firstIndex(where: { $0.id == id }), awaited[index].response == nil else { return }
        awaited[index].response = response.counted(by: server.budgets)
        if closing { awaited[index].response?.closes = true }
        sendReady(connection)
    }

    /// The answer to something that could not be understood; the connection closes after it.
    mutating func refuse(_ status: Int, _ detail: String, _ connection: some HTTPConnection) {
        phase = .finished
        requestCount += 1
        var response = Response.problem(status, detail)
        if status == 503 || status == 429 { response = response.with("Retry-After", "1") }
        response.closes = true
        awaited.append(
            Awaited(
                id: requestCount, isHead: false, version: .http11, keepsAlive: false, started: connection.now,
                caller: Caller(address: connection.peer.address), head: nil, response: response))
        sendReady(connection)
    }

    mutating func sendReady(_ connection: some HTTPConnection) {
        while let first = awaited.first, let response = first.response, first.parts == nil {
            var closes = response.closes || !first.keepsAlive || isStopping
            if case .parts = response.body, first.version == .http10 { closes = true }
            let reply = HTTPReply(
                response: response, isHead: first.isHead, version: first.version, closes: closes,
                started: first.started, caller: first.caller, head: first.head)
            if case .parts(let parts) = reply.content {
                begin(parts, reply, connection)
                guard isOpen else { return }
                continue
            }
            awaited.removeFirst()
            connection.send(reply)
            if closes { return close(lingers: true, connection) }
        }
        if awaited.isEmpty {
            idleSince = connection.now
            if isInputEnded { return close(lingers: false, connection) }
        }
        sendContinueIfDue(connection)
    }

    /// An interim reply must not overtake the replies to earlier requests.
    mutating func sendContinueIfDue(_ connection: some HTTPConnection) {
        guard owesContinue, awaited.isEmpty else { return }
        owesContinue = false
        connection.sendContinue()
    }

    mutating func close(lingers: Bool, _ connection: some HTTPConnection) {
        guard isOpen else { return }
        isOpen = false
        forget()
        phase = .finished
        connection.close(lingers: lingers)
    }

    // MARK: Upgrades

    /// Only a request with none before it can take over the connection.
    private func isAlone(_ id: UInt64) -> Bool { awaited.count == 1 && awaited[0].id == id }

    private mutating func openWebSocket(
        _ hub: LiveHub?, resume: String?, _ form: LiveForm, _ id: UInt64, _ head: RequestHead, _ caller: Caller,
        _ connection: some HTTPConnection
    ) {
        switch WebSocketHandshake.answer(head) {
        case .refuse(let status, let detail, let fields):
            var response = Response.problem(status, detail)
            response.headers += fields
            supply(id, response, closing: false, connection)
        case .accept(let accept):
            let handshake = WebSocketAgreement(accept: accept, deflate: .accepted(head))
            guard isAlone(id) else {
                let response = Response.problem(400, "an upgrade can't follow unanswered requests")
                return supply(id, response, closing: true, connection)
            }
            guard OriginPolicy.allows(head, server.options.access.origins, own: caller) else {
                let response = OriginPolicy.refusal(head)
                return supply(id, response, closing: false, connection)
            }
            guard !isStopping, connection.openWebSocket(hub, resume: resume, form, handshake: handshake) else {
                return supply(id, HTTPStateMachine.notLive, closing: false, connection)
            }
            leave(101, connection)
        }
    }

    private mutating func openEventStream(
        _ hub: LiveHub, resume: String?, _ form: LiveForm, _ id: UInt64, _ head: RequestHead,
        _ connection: some HTTPConnection
    ) {
        guard isAlone(id) else { return supply(id, HTTPStateMachine.notLive, closing: false, connection) }
        if head.method == .head {
            var empty = Response(status: 200, headers: EventStreamSession.fields)
            empty.isStream = true
            return supply(id, empty, closing: false, connection)
        }
        guard connection.openEventStream(hub, resume: resume, form) else {
            return supply(id, HTTPStateMachine.notLive, closing: false, connection)
        }
        leave(200, connection)
    }

    private static var notLive: Response { .problem(503, "the live feed is not available here") }

    private mutating func leave(_ status: Int, _ connection: some HTTPConnection) {
        if let first = awaited.first {
            connection.note(
                HTTPReply(
                    response: Response(status: status), isHead: false, version: first.version, closes: false,
                    started: first.started, caller: first.caller, head: first.head))
        }
        awaited = []
        phase = .upgraded
        isOpen = false
    }
}
