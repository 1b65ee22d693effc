// The server: N loop threads on one port, started and stopped as one. Routes, files and the live feed are given to it.

import HTTPWire
import Reactor
import Synchronization
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
        package var limits = ServerLimits()
        /// Origins (scheme://host:port) that may open WebSockets besides the server's own host.
        package var allowedOrigins: [String] = []
        package var metrics = Metrics.shared
        /// Runs on each loop's thread before its first connection.
        package var onLoopStart: @Sendable (LoopContext) -> Void = { _ in }
        /// A field for every answer, asked for at each; nil: none now.
        package var notice: @Sendable () -> ResponseField? = { nil }
        package init() {}
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
    package var connectionCount: Int { state.connections.load(ordering: .relaxed) }

    /// Starts listening and serving. `hubs` are the live feeds that handlers name in their outcomes.
    package static func start(
        router: Router, hubs: [LiveHub] = [], options: Options = Options()
    ) throws(ServerError) -> WebServer {
        let state = ServerState(router: router, options: options)
        let sockets = try listen(options)
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
            Double(state.connections.load(ordering: .relaxed))
        }
        options.metrics.read("planetarium_live_viewers", "Connected live viewers.") {
            Double(hubs.reduce(0) { $0 + $1.viewerCount })
        }
        return WebServer(state, port: port, mailboxes, inlets, threads)
    }

    /// One socket a loop, all on the port of the first.
    private static func listen(_ options: Options) throws(ServerError) -> [ListeningSocket] {
        var sockets: [ListeningSocket] = []
        do throws(ReactorError) {
            for _ in 0..<max(1, options.loops) {
                sockets.append(
                    try ListeningSocket.open(host: options.host, port: sockets.first?.port ?? options.port))
            }
        } catch {
            for socket in sockets { socket.close() }
            throw ServerError(description: error.description)
        }
        return sockets
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
        for thread in running { thread.join() }
    }
}
