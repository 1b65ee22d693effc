// The HTTP status of a stream process (--status-listen): liveness, readiness, metrics, progress. The API is the web's.

import EventLog
import JSONText
import Lake
import PlanetStream
import PlanetWeb
import Telemetry

struct StreamStatusServer {
    let listen: ListenAddress
    private let server: WebServer

    init(_ stream: StreamService, _ hive: HiveRegistrar?, _ watch: LogWatch?, _ options: WebServer.Options) throws {
        var router = Router()
        router.get("/livez") { _, _ in .reply(.text("ok\n")) }
        router.get("/readyz") { _, _ in
            let status = stream.status
            let trouble = watch?.trouble ?? status.trouble
            if status.isReady, trouble == nil { return .reply(.text("ok\n")) }
            let reason = trouble ?? "the log is still being read"
            return .reply(.text("not ready: \(reason)\n", status: 503))
        }
        router.get("/metrics", need: .metrics) { _, _ in
            .reply(.text(Metrics.shared.prometheusText(), type: "text/plain; version=0.0.4; charset=utf-8"))
        }
        router.get("/api/stream") { _, _ in .reply(.json(StreamStatusServer.json(stream.status, hive?.status))) }
        server = try WebServer.start(router: router, options: options)
        self.listen = ListenAddress(host: options.host, port: server.port)
    }

    static func options(_ listen: ListenAddress, _ access: AccessSettings) throws(UsageError) -> WebServer.Options {
        var options = WebServer.Options()
        options.host = listen.host
        options.port = listen.port
        options.loops = 1
        options.access = try access.readingPolicy(listen)
        return options
    }

    func stop() { server.stop() }

    private static func json(_ status: StreamStatus, _ hive: HiveRegistrar.Status?) -> [UInt8] {
        JSONWriter.object {
            $0.member("records", Int(status.records))
            $0.member("counted", status.counted)
            $0.member("lag", Int(status.lag))
            $0.member("held", Int(status.held))
            $0.member("planets", status.planets)
            $0.array("partitions", status.partitions)
            $0.optional("epoch", status.epoch.isEmpty ? nil : status.epoch)
            $0.optional("trouble", status.trouble)
            // Not a condition of being ready: the metastore gets later what it misses now.
            if let hive {
                $0.object("hive") {
                    $0.member("registered", hive.registered)
                    $0.member("waiting", hive.waiting)
                    $0.optional("trouble", hive.trouble)
                }
            }
        }
    }
}
