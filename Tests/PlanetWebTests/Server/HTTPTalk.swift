import Basics
import HTTPWire
import JSONText
import Telemetry

@testable import PlanetWeb

/// A connection that records what the state machine does to it. Time passes when the test says so.
final class RecordedConnection: HTTPConnection {
    enum Action: Equatable {
        case pause
        case resume
        case webSocket(isEcho: Bool, resume: String?)
        case eventStream(resume: String?)
        case close(lingers: Bool)
        case abort
    }

    var now: UInt64 = 100 * second
    var peer = Peer(address: IPAddress(high: 0, low: 0xFFFF_C000_0201))
    var unsentBytes = 0
    var blockedSince: UInt64?
    /// Whether the client reads none of what is sent in parts.
    var partsStay = false
    /// Requests whose next part was asked for.
    fileprivate(set) var asked: [UInt64] = []
    /// Bytes of the bodies in parts that were noted.
    fileprivate(set) var noted: [Int] = []
    /// Whether the live feed is served.
    var isLive = true
    fileprivate(set) var deadline = UInt64.max
    fileprivate(set) var actions: [Action] = []
    /// The requests that reached a handler.
    fileprivate(set) var started: [RoutedRequest] = []
    fileprivate var wire: [UInt8] = []
    fileprivate var work: [Work] = []
    private let context: LoopContext

    init() throws { context = try LoopContext.detached() }

    func start(_ request: RoutedRequest) -> Outcome {
        // Without its share of the memory, which the handler alone holds.
        started.append(
            RoutedRequest(
                id: request.id, head: request.head, body: request.body, share: nil, route: request.route,
                parameters: request.parameters, caller: request.caller))
        let outcome = request.route.handler(
            Request(
                head: request.head, body: request.body, pathParameters: request.parameters, caller: request.caller),
            context)
        if case .working(let begun) = outcome { work.append(begun) }
        return outcome
    }
    func send(_ reply: HTTPReply) {
        reply.appendHead(date: [], to: &wire)
        wire += reply.content.array
    }
    func send(_ part: [UInt8], of reply: HTTPReply, isLast: Bool) {
        let frame = reply.frame(part.count, isLast: isLast)
        wire += frame.before + part + frame.behind
        unsentBytes += partsStay ? part.count : 0
    }
    func ask(_ parts: BodyParts, _ request: UInt64) -> Bool {
        asked.append(request)
        return parts.ask(.unattached)
    }
    func note(_ reply: HTTPReply) { noted.append(reply.partBytes) }
    func sendContinue() { wire += ResponseHead.continueResponse }
    func pauseReading() { actions.append(.pause) }
    func resumeReading() { actions.append(.resume) }
    func openWebSocket(_ hub: LiveHub?, resume: String?, _ form: LiveForm, handshake: WebSocketAgreement) -> Bool {
        guard isLive else { return false }
        actions.append(.webSocket(isEcho: hub == nil, resume: resume))
        return true
    }
    func openEventStream(_ hub: LiveHub, resume: String?, _ form: LiveForm) -> Bool {
        guard isLive else { return false }
        actions.append(.eventStream(resume: resume))
        return true
    }
    func close(lingers: Bool) { actions.append(.close(lingers: lingers)) }
    func abort() { actions.append(.abort) }
    func setDeadline(at: UInt64) { deadline = at }
}

/// A client's side of one connection, without a socket: what it sends, what it gets, how time passes.
final class HTTPTalk {
    let server: ServerState
    let connection: RecordedConnection
    private var machine: HTTPStateMachine
    /// What the machine has not used: it comes again, as a channel gives it again.
    private(set) var held: [UInt8] = []

    init(
        _ shared: ServerState? = nil, access: AccessPolicy = AccessPolicy(), standsForMany: Bool = true,
        _ adjust: (inout ServerLimits) -> Void = { _ in }
    ) throws {
        var options = WebServer.Options()
        options.metrics = Metrics()
        options.access = access
        options.standsForMany = { _ in standsForMany }
        adjust(&options.limits)
        server = shared ?? ServerState(router: HTTPTalk.router, options: options)
        connection = try RecordedConnection()
        machine = HTTPStateMachine(server, now: connection.now)
        machine.start(connection)
    }

    private static func large(_ request: Request) -> Response {
        .text(String(repeating: "x", count: Int(request.parameter("n")) ?? 0))
    }

    /// What the requests that reached a handler began.
    var work: [Work] { connection.work }

    private static var router: Router {
        let hub = LiveHub(source: NoFrames())
        var router = Router()
        router.get("/hello") { _, _ in .reply(.text("Hello")) }
        router.get("/empty") { _, _ in .reply(.empty()) }
        router.get("/large/{n}") { request, _ in .reply(HTTPTalk.large(request)) }
        router.get("/stored/{n}") { request, _ in
            var response = HTTPTalk.large(request)
            response.brief = Array("stored".utf8)
            return .reply(response)
        }
        router.post(
            "/early", bodyLimit: 1000,
            early: { $0.contentType?.essence == "text/csv" ? nil : .problem(415) },
            { _, _ in .reply(.text("Early")) })
        router.get("/work") { _, _ in .working(Work()) }
        router.get("/parts") { _, _ in
            .reply(Response(status: 200, body: .parts(BodyParts(first: .more(Array("one".utf8))) { _ in true })))
        }
        router.get("/nobody") { _, _ in
            .reply(Response(status: 200, body: .parts(BodyParts(first: .more([1])) { _ in false })))
        }
        router.get("/later") { _, _ in .pending }
        router.get("/last") { _, _ in
            var last = Response.text("Last")
            last.closes = true
            return .reply(last)
        }
        router.post("/body", bodyLimit: 1000) { request, _ in
            .reply(.text("\(request.body.count):" + String(decoding: request.body.prefix(20), as: UTF8.self)))
        }
        router.get("/echo") { _, _ in .webSocketEcho }
        router.get("/live") { request, _ in
            .webSocket(hub, resume: request.query.first { $0.name == "resume" }?.value)
        }
        router.get("/events") { request, _ in .eventStream(hub, resume: request.header("last-event-id")) }
        return router
    }

    /// What the client gets on the wire since the last call, without the Date.
    func wire() -> String {
        defer { connection.wire = [] }
        return String(decoding: connection.wire, as: UTF8.self)
    }

    /// The statuses the client gets since the last call.
    func statuses() -> [Int] {
        var rest = wire()[...]
        var found: [Int] = []
        while let range = rest.firstRange(of: "HTTP/1.1 ") {
            rest = rest[range.upperBound...]
            found.append(Int(rest.prefix(3)) ?? 0)
        }
        return found
    }

    /// What else was done to the connection since the last call.
    func actions() -> [RecordedConnection.Action] {
        defer { connection.actions = [] }
        return connection.actions
    }

    // MARK: Events

    func send(_ text: String) { send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) {
        let all = held + bytes
        let used = all.withUnsafeBytes { machine.received($0, connection) }
        held = Array(all[used...])
    }

    func reply(to id: UInt64, _ text: String) { machine.completed(id, .text(text), connection) }
    func part(_ part: BodyPart, of id: UInt64 = 1) { machine.partCame(id, part, connection) }
    var unfinished: HTTPReply? { machine.unfinished }
    func endInput() { machine.inputEnded(connection) }
    func drain() {
        connection.unsentBytes = 0
        connection.blockedSince = nil
        machine.drained(connection)
    }
    func stopServer() { machine.serverStops(connection) }
    func disconnect() { machine.closed() }

    /// Time passes; deadlines on the way are reached at their time.
    func wait(_ nanoseconds: UInt64) {
        let end = connection.now + nanoseconds
        while connection.deadline <= end {
            connection.now = max(connection.now, connection.deadline)
            connection.deadline = .max
            machine.deadlineReached(connection)
        }
        connection.now = end
    }
}

private final class NoFrames: LiveSource {
    func catchUp(resume: String?) -> [SharedFrame] { [] }
}

/// A GET of `path` with further header lines, each with its CR LF.
func get(_ path: String, _ fields: String = "") -> String { "GET \(path) HTTP/1.1\r\nHost: x\r\n\(fields)\r\n" }

/// In nanoseconds.
let millisecond: UInt64 = 1_000_000
