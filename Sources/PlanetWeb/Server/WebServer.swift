// The server: N loop threads on one port, started and stopped as one. Others supply routes, files and the live feed.

import Basics
import HTTPWire
import Reactor
import Telemetry
import Threads

package struct ServerError: Error, Sendable, CustomStringConvertible {
    package let description: String
}

package final class WebServer: Sendable {
    package struct Options: Sendable {
        package var host = "127.0.0.1"
        /// 0 lets the kernel pick: see `WebServer.port`.
        package var port: UInt16 = 0
        package var loops = 1
        /// One per loop; empty: `start` opens them.
        fileprivate var sockets: [ListeningSocket] = []
        /// Replaces host and port.
        package var inherited: InheritedSocket?
        package var limits = ServerLimits()
        /// Who may do what.
        package var access = AccessPolicy()
        /// Made by the server from `limits`, unless others share them.
        package var budgets: ServerBudgets?
        package var metrics = Metrics.shared
        /// Nil: without encryption.
        package var tls: TLSServer?
        /// For how long clients must use HTTPS only (RFC 6797); nil: unspecified.
        package var strictTransportSeconds: Int?
        /// Per sender; nil: not limited.
        package var readRate: RateLimit?
        package var writeRate: RateLimit?
        package var recordRate: RateLimit?
        /// A line for every answer; nil: none.
        package var accessLog: LineFile?
        /// A line for every change; nil: none.
        package var auditLog: LineFile?
        /// Every request is redirected to this port, by HTTPS.
        package var redirectsTo: UInt16?
        /// Runs on each loop's thread before its first connection.
        package var onLoopStart: @Sendable (LoopContext) -> Void = { _ in }
        /// Addresses that stand for many clients: those of this machine and of proxies. Their connections, bodies and
        /// (where a limit spares them) records are not counted by the address.
        package var standsForMany: @Sendable (IPAddress) -> Bool = { $0.isLoopback }
        /// A field for every answer, requested for each; nil: none now.
        package var notice: @Sendable () -> ResponseField? = { nil }
        package init() {}

        /// Binds the address now, so that a server which can't have it fails before anything else has begun. Clients
        /// that connect wait for `start`.
        package mutating func listen() throws(ServerError) {
            do throws(ReactorError) {
                if let inherited {
                    sockets = try ListeningSocket.open(inherited, count: loops)
                } else {
                    sockets = try ListeningSocket.open(host: host, port: port, count: loops)
                }
            } catch {
                throw ServerError(description: error.description)
            }
        }
    }

    package let port: UInt16
    private let mailboxes: [Mailbox<LoopMessage>]
    private let inlets: [LiveInlet]
    private let state: ServerState
    /// Empty once joined.
    private let threads: Guarded<[SystemThread]>

    private init(
        _ state: ServerState, port: UInt16, _ mailboxes: [Mailbox<LoopMessage>], _ inlets: [LiveInlet],
        _ threads: [SystemThread]
    ) {
        self.state = state
        self.port = port
        self.mailboxes = mailboxes
        self.inlets = inlets
        self.threads = Guarded(threads)
    }

    /// Open connections now.
    package var connectionCount: Int { state.connections.count }

    /// Starts listening and serving. `hubs`: the live feeds that handlers name in their outcomes.
    package static func start(
        router: Router, hubs: [LiveHub] = [], options: Options = Options()
    ) throws(ServerError) -> WebServer {
        var options = options
        if options.sockets.isEmpty { try options.listen() }
        let (state, sockets) = (ServerState(router: router, options: options), options.sockets)
        let port = sockets.first?.port ?? 0
        let mailboxes = sockets.map { _ in Mailbox<LoopMessage>() }
        var inlets: [LiveInlet] = []
        var threads: [SystemThread] = []
        for (index, socket) in sockets.enumerated() {
            let mailbox = mailboxes[index]
            let own = hubs.map { LiveInlet($0, mailbox, limit: options.limits.waitingFrames) }
            for inlet in own { inlet.hub.attach(inlet) }
            inlets += own
            threads.append(
                SystemThread.start("web-\(index)") {
                    do throws(ReactorError) {
                        try ServerLoop(index: index, state: state, mailbox: mailbox, inlets: own, socket: socket).run()
                    } catch {
                        Log.error("a server loop can't start", ["loop": index, "error": error])
                    }
                })
        }
        options.metrics.read("planetarium_http_connections", "Open connections.") {
            Double(state.connections.count)
        }
        options.metrics.read("planetarium_live_viewers", "Connected live viewers.") {
            Double(hubs.reduce(0) { $0 + $1.viewerCount })
        }
        return WebServer(state, port: port, mailboxes, inlets, threads)
    }

    /// Stops accepting, finishes what is under way within `grace` nanoseconds, closes viewers with 1001, and joins the
    /// threads. Calling it again does nothing.
    package func stop(grace: UInt64 = 5_000_000_000) {
        let running = threads.withLock { threads in
            let all = threads
            threads = []
            return all
        }
        for inlet in inlets { inlet.hub.detach(inlet) }
        for mailbox in mailboxes { mailbox.post(.stop(graceNanoseconds: grace)) }
        // A loop that hangs must not keep the process from stopping the log and the lake in order.
        for thread in running where !thread.join(within: grace + 2_000_000_000) {
            Log.error("a server loop does not stop")
        }
    }
}
