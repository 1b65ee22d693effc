// One loop's part of the server: its router, mailbox, viewers and scratch memory; what its sessions share. Lives on its
// thread; other threads reach it only through the mailbox.

import Basics
import Glibc
import HTTPWire
import Reactor
import Telemetry
import Threads

/// What all loops of a server share.
final class ServerState: Sendable {
    let router: Router
    let options: WebServer.Options
    let metrics: ServerMetrics
    let connections: ConnectionCounts
    let limiter: RateLimiter
    let budgets: ServerBudgets

    init(router: Router, options: WebServer.Options) {
        self.router = router
        self.options = options
        metrics = ServerMetrics(options.metrics)
        budgets = options.budgets ?? ServerBudgets(options.limits, options.metrics)
        connections = ConnectionCounts(options.limits, options.metrics)
        limiter = RateLimiter(
            reads: options.readRate, writes: options.writeRate, records: options.recordRate,
            standsForMany: options.standsForMany)
    }

    /// By what a client's share of something is counted; nil: its address stands for many.
    func site(of address: IPAddress?) -> IPAddress? {
        address.flatMap { options.standsForMany($0) ? nil : $0.site }
    }

    /// What a head leads to, and who sends it, before the body is read.
    func admit(_ head: RequestHead, from peer: Peer, at now: UInt64) -> (RouteMatch, Caller) {
        let access = options.access
        if peer.transport == .plainByMistake { return (.reply(Redirection.spokenPlainly(head)), Caller()) }
        do throws(AccessPolicy.Refusal) {
            var caller = try access.caller(head, from: peer, limiter, at: now)
            if let port = options.redirectsTo {
                return (.reply(Redirection.answer(head, caller, port, access.origins)), caller)
            }
            let match = router.match(head)
            guard case .route(let route, _) = match else { return (match, caller) }
            if let refusal = limiter.refusal(&caller, isWrite: route.need.isWrite, at: now) {
                return (.reply(refusal), caller)
            }
            return (access.refusal(route.need, caller).map { .reply($0) } ?? match, caller)
        } catch {
            return (.reply(error.response), Caller(address: peer.address))
        }
    }
}

final class ServerLoop {
    let state: ServerState
    let loop: EventLoop
    let context: LoopContext
    let mailbox: Mailbox<LoopMessage>
    private var rooms: [LiveRoom] = []
    private var listener: Listener?
    private var refusals = 0
    /// For connections whose addresses are counted.
    private var sites: [ObjectIdentifier: IPAddress] = [:]
    private var deflaters: [Int: MessageDeflater] = [:]
    private var dateLine = DateLine()
    /// Response heads are written here before they are queued.
    var scratch: [UInt8] = []
    private(set) var isStopping = false

    var limits: ServerLimits { state.options.limits }

    init(
        index: Int, state: ServerState, mailbox: Mailbox<LoopMessage>, inlets: [LiveInlet], socket: ListeningSocket
    ) throws(ReactorError) {
        self.state = state
        self.mailbox = mailbox
        loop = try EventLoop()
        loop.outputBudget = state.budgets.answers
        context = LoopContext(index: index, loop: loop)
        rooms = inlets.map { LiveRoom($0) }
        state.options.onLoopStart(context)
        loop.register(mailbox) { [unowned self] messages in
            for message in messages { take(message) }
        }
        listener = try Listener(loop, socket) { [unowned self] in accept($0, from: $1) }
    }

    /// See `ServerLimits.lingerTime`; shorter when the server stops.
    var lingerTime: UInt64 { isStopping ? min(limits.lingerTime, 300_000_000) : limits.lingerTime }

    func run() { loop.run() }

    /// For messages to a single peer. One is kept per window.
    func deflater(windowBits: Int) -> MessageDeflater {
        if let known = deflaters[windowBits] { return known }
        let made = MessageDeflater(windowBits: windowBits, level: 1)
        deflaters[windowBits] = made
        return made
    }

    var date: [UInt8] { dateLine.bytes(at: Int64(Clock.wall / 1_000_000_000)) }

    func room(of hub: LiveHub) -> LiveRoom? { rooms.first { $0.inlet.hub === hub } }

    // MARK: Connections

    private func accept(_ socket: Int32, from peer: IPAddress) {
        let site = state.site(of: peer)
        let verdict = state.connections.begin(site, now: loop.now)
        let channel: Channel
        do throws(ReactorError) {
            channel = try Channel(loop, socket: socket, stallTime: limits.writeStallTime, tls: state.options.tls)
        } catch {
            state.connections.end(site)
            close(socket)
            return
        }
        if let site { sites[ObjectIdentifier(channel)] = site }
        switch verdict {
        case .refused(let detail): refuse(channel, detail)
        case .welcome:
            let session = HTTPSession(self, channel, peer)
            channel.owner = session
            session.start()
        }
    }

    /// 503 before anything is read; beyond a few of these at once, just a close.
    private func refuse(_ channel: Channel, _ detail: String) {
        refusals += 1
        channel.owner = Refusal(self)
        guard refusals <= 64 else { return channel.closeNow() }
        let response = Response.unavailable(detail)
        var head: [UInt8] = []
        ResponseHead.append(
            status: 503, fields: response.headers, contentLength: response.body.count, persistence: .close, date: date,
            to: &head)
        channel.write(head + response.body.array)
        channel.closeAfterFlush(linger: min(lingerTime, 1_000_000_000))
        state.metrics.requests(503).add()
    }

    /// The last call of a session.
    func closed(_ channel: Channel) {
        state.metrics.received.add(channel.bytesReceived)
        state.metrics.sent.add(channel.bytesSent)
        end(channel)
    }

    fileprivate func refusalClosed(_ channel: Channel) {
        refusals -= 1
        end(channel)
    }

    private func end(_ channel: Channel) { state.connections.end(sites.removeValue(forKey: ObjectIdentifier(channel))) }

    // MARK: Messages

    private func take(_ message: LoopMessage) {
        switch message {
        case .reply(let token, let request, let response):
            guard let session = loop.channel(token)?.owner as? HTTPSession else { return }
            session.complete(request, response)
        case .part(let token, let request, let part):
            guard let session = loop.channel(token)?.owner as? HTTPSession else { return }
            session.take(part, of: request)
        case .frame(let frame, let hub): room(of: hub)?.deliver(frame)
        case .stop(let grace): beginStop(grace)
        }
    }

    /// Accepts nothing new; idle connections close, busy ones after their reply, viewers with 1001.
    private func beginStop(_ grace: UInt64) {
        guard !isStopping else { return }
        isStopping = true
        listener?.close()
        listener = nil
        for channel in loop.channels { (channel.owner as? any Stoppable)?.serverStops(channel) }
        loop.after(grace) { [unowned self] in loop.stop() }
        stopWhenEmpty()
    }

    private func stopWhenEmpty() {
        if loop.channels.isEmpty { return loop.stop() }
        loop.after(20_000_000) { [unowned self] in stopWhenEmpty() }
    }
}

/// A session that ends cleanly when the server stops.
protocol Stoppable: AnyObject {
    func serverStops(_ channel: Channel)
}

/// The owner of a connection beyond the limit: waits for its end.
private final class Refusal: ChannelOwner {
    private let server: ServerLoop
    init(_ server: ServerLoop) { self.server = server }
    func received(_ bytes: UnsafeRawBufferPointer, on channel: Channel) -> Int { bytes.count }
    func inputEnded(on channel: Channel) {}
    func drained(_ channel: Channel) {}
    func deadlineReached(on channel: Channel) {}
    func closed(_ channel: Channel) { server.refusalClosed(channel) }
}
