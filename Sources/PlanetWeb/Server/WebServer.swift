// The server: N loop threads on one port, started and stopped as one.
// Routes, files and the live feed are given to it; it knows none of them.

import Reactor
import Telemetry
import Threads

package struct ServerError: Error, Sendable, CustomStringConvertible {
    package let description: String
}

package final class WebServer: Sendable {
    package struct Options: Sendable {
        package var host = "127.0.0.1"
        /// 0 lets the kernel pick; `WebServer.port` tells.
        package var port: UInt16 = 0
        package var loops = 1
        package var limits = ServerLimits()
        /// Origins (scheme://host:port) that may open WebSockets besides the server's own host.
        package var allowedOrigins: [String] = []
        package var metrics = Metrics.shared
        /// Runs on each loop's thread before its first connection.
        package var onLoopStart: @Sendable (LoopContext) -> Void = { _ in }
        package init() {}
    }

    package let port: UInt16
    private init(port: UInt16) { self.port = port }

    /// Starts listening and serving. `hubs` are the live feeds that handlers name in their outcomes.
    package static func start(
        router: Router, hubs: [LiveHub] = [], options: Options = Options()
    ) throws(ServerError) -> WebServer {
        throw ServerError(description: "not there yet")
    }

    /// Stops accepting, finishes what is under way for at most `grace` nanoseconds, closes viewers with 1001, and joins the threads.
    package func stop(grace: UInt64 = 5_000_000_000) {}
}
