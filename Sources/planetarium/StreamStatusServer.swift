// What a stream process tells over HTTP where it is asked to (--status-listen): alive, ready, metrics, and how far it
// is. Not the API: that is the web's.

import EventLog
import JSONText
import Lake
import PlanetStream
import PlanetWeb
import Telemetry

struct StreamStatusServer {
    let listen: ListenAddress
    private let server: WebServer

    init(_ stream: StreamService, _ hive: HiveRegistrar?, _ watch: LogWatch?, _ listen: ListenAddress) throws {
        var router = Router()
        router.get("/livez") { _, _ in .reply(.text("ok\n")) }
        router.get("/readyz") { _, _ in
            let status = stream.status
            let trouble = watch?.trouble ?? status.trouble
            if status.isReady, trouble == nil { return .reply(.text("ok\n")) }
            let reason = trouble ?? "the log is still being read"
            return .reply(.text("not ready: \(reason)\n", status: 503))
        }
        router.get("/metrics") { _, _ in
            .reply(.text(Metrics.shared.prometheusText(), type: "text/plain; version=0.0.4; charset=utf-8"))
        }
        router.get("/api/stream") { _, _ in .reply(.json(StreamStatusServer.json(stream.status, hive?.status))) }
        var options = WebServer.Options()
        options.host = listen.host
        options.port = listen.port
        options.loops = 1
        server = try WebServer.start(router: router, options: options)
        self.listen = ListenAddress(host: listen.host, port: server.port)
    }

    func stop() { server.stop() }

    private static func json(_ status: StreamStatus, _ hive: HiveRegistrar.Status?) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("records", Int(status.records))
        writer.member("lag", Int(status.lag))
        writer.member("held", Int(status.held))
        writer.member("planets", status.planets)
        writer.key("partitions")
        writer.beginArray()
        for partition in status.partitions { writer.string(partition) }
        writer.endArray()
        writer.key("epoch")
        if status.epoch.isEmpty { writer.null() } else { writer.string(status.epoch) }
        writer.key("trouble")
        if let trouble = status.trouble { writer.string(trouble) } else { writer.null() }
        // Not part of being ready: the metastore learns later what it misses now.
        if let hive {
            writer.key("hive")
            writer.beginObject()
            writer.member("registered", hive.registered)
            writer.member("waiting", hive.waiting)
            writer.key("trouble")
            if let trouble = hive.trouble { writer.string(trouble) } else { writer.null() }
            writer.endObject()
        }
        writer.endObject()
        return writer.bytes
    }
}
