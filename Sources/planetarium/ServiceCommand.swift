// `planetarium serve`, `web` and `stream`: log, stream and web in one process, or one of the two around a log that
// several processes share; until SIGTERM or SIGINT. Starts them in the direction of the data flow, and stops them in
// reverse, so that nothing acknowledged is left behind.

import Basics
import EventLog
import Glibc
import Lake
import PlanetCore
import PlanetFigures
import PlanetStream
import PlanetWeb
import Reactor
import Telemetry
import Threads

struct ServiceCommand {
    let part: Settings.Part
    let settings: Settings
    /// Shared: what one part finds wrong with the log, all report.
    private let mismatch = LogMismatch()
    /// Shared, too: what comes in by the web is decoded there, and not again by the web's catalogue and the stream.
    private let decoded: DecodedRecords
    private let sockets: InheritedSockets

    init(part: Settings.Part, settings: Settings, sockets: InheritedSockets) {
        self.part = part
        self.settings = settings
        decoded = DecodedRecords(readers: part == .serve ? 2 : 1)
        self.sockets = sockets
    }

    static func run(_ arguments: [String], _ part: Settings.Part) throws(UsageError) -> Int32 {
        var settings = try Settings.read(arguments: arguments, for: part)
        let sockets = try InheritedSockets()
        if let given = sockets.main { settings.listen = given.listen }
        if part != .serve, !settings.log.isShared {
            throw UsageError(
                "planetarium \(part.rawValue) needs a log that several processes share: --log kafka://HOST:PORT. On an embedded log: planetarium serve"
            )
        }
        try settings.checkLog()
        // Before anything is opened.
        if part != .stream {
            _ = try settings.access.policy(settings.listen)
            _ = try settings.tls.server()
            let folder = settings.webOptions.publicFolder
            if access(folder + "/.", X_OK) != 0 {
                throw UsageError("--public \(folder): \(String(cString: strerror(errno)))")
            }
        }
        return try ServiceCommand(part: part, settings: settings, sockets: sockets).run()
    }

    /// A web process reads a lake only if one is named.
    private var hasLake: Bool { part != .web || settings.isLakeChosen }

    private func run() throws(UsageError) -> Int32 {
        signal(SIGPIPE, SIG_IGN)
        FreedMemory.prepare()
        var error: Int32 = 0
        guard let signals = StopSignals(error: &error) else { return fail("cannot receive signals: error \(error)") }
        var parts = StartedParts()
        defer { parts.stop() }
        let memory = FreedMemory()
        memory.start()
        parts.add { memory.stop() }
        let ready: String
        do {
            ready = try start(&parts, signals)
        } catch let error as UsageError {
            throw error
        } catch {
            return fail("\(error)")
        }
        Log.info(
            "\(part.rawValue) started",
            ["log": settings.log, "lake": hasLake ? "\(settings.lake)" : "-", "version": version])
        // Last, where a reader looks for it.
        print(ready + (isatty(1) == 1 ? "\nCtrl-C stops it." : ""))
        fflush(nil)

        signals.waitForStop { parts.reload() }
        Log.info("stopping")
        endInTime()
        parts.stop()
        Log.info("stopped")
        return 0
    }

    /// Returns what to say of it.
    private func start(_ parts: inout StartedParts, _ signals: StopSignals) throws -> String {
        // First: a second server on the address must touch neither log nor lake.
        var web = settings.webOptions
        web.server.limits.connections = Descriptors.connections(web.server.limits.connections)
        web.server.access = try settings.access.policy(settings.listen)
        if part != .stream { web.server.access.classes = try settings.classList() }
        let proxies = settings.access.proxies
        web.server.standsForMany = { $0.isLoopback || proxies.trusts($0) }
        web.server.inherited = sockets.main
        try encrypt(&web.server, &parts)
        var status = try settings.statusListen.map { try StreamStatusServer.options($0, settings.access) }
        var redirection = redirection(web.server)
        try naming("address") {
            if part != .stream { try web.server.listen() }
            if part != .stream { try redirection?.listen() }
            if part == .stream { try status?.listen() }
        }
        let log = try naming("log \(settings.log)") {
            let log = try openLog(settings.log, settings.logOptions)
            parts.add { log.close() }
            try makeTopics(log)
            return log
        }
        var watch: LogWatch?
        if settings.log.isShared {
            let topics = settings.webOptions.topics
            let started = LogWatch(log, topics: [topics.discoveries, topics.rejected], mismatch)
            started.start()
            parts.add { started.stop() }
            watch = started
        }
        var stream: StreamService?
        var statusServer: StreamStatusServer?
        if part != .web { (stream, statusServer) = try startStream(log, watch, status, &parts) }
        // Log and lake are open, and the rest starts without waiting.
        signals.started()
        var ready = "Planetarium streams" + (statusServer.map { ", status at \($0.listen.url)/" } ?? "")
        if part != .stream {
            let port = try naming("\(settings.listen)") { try startWeb(log, stream, watch, web, &parts) }
            if let redirection { try redirect(redirection, to: port, &parts) }
            let address = ListenAddress(host: settings.listen.host, port: port)
            ready = "Planetarium serves \(settings.tls.isOn ? address.secureURL : address.url)/"
        }
        // First of all when stopping: with the cluster away, each part would otherwise wait for it.
        parts.add { log.giveUpSoon() }
        return ready
    }

    private func startStream(
        _ log: any EventLog, _ watch: LogWatch?, _ server: WebServer.Options?, _ parts: inout StartedParts
    ) throws -> (StreamService, StreamStatusServer?) {
        var status: StreamStatusServer?
        var options = settings.streamOptions
        options.mismatch = mismatch
        options.decoded = decoded
        let lake = "lake \(settings.lake)"
        let hive = try naming(lake) { try settings.hiveRegistrar() }
        if let hive { options.onCommit = { hive.note($0) } }
        let stream = try naming(lake) { try StreamService(log: log, lake: settings.lake, options: options) }
        if part == .stream, let server {
            let server = try naming("status") { try StreamStatusServer(stream, hive, watch, server) }
            parts.add { server.stop() }
            status = server
        }
        if let hive {
            hive.start()
            // After the stream's last rolls, so that it registers them.
            parts.add { hive.stop() }
        }
        parts.add { stream.stop() }
        try naming(lake) { try stream.start() }
        return (stream, status)
    }

    /// Returns the port.
    private func startWeb(
        _ log: any EventLog, _ stream: StreamService?, _ watch: LogWatch?, _ options: WebOptions,
        _ parts: inout StartedParts
    ) throws -> UInt16 {
        var options = options
        try trace(&options.server, &parts)
        options.mismatch = mismatch
        options.decoded = decoded
        options.keys = try stream.map(\.keys) ?? keys(log)
        options.trouble = { watch?.trouble ?? stream?.status.trouble }
        options.membersOf = { AggregateMembers.of($0, group: $1) }
        if hasLake {
            let boards = BoardHistory(settings.lake, settings.streamOptions, log)
            boards.start()
            parts.add { boards.stop() }
            options.archive = boards
            let records = RecordLookup(settings.lake, settings.streamOptions, log)
            records.start()
            parts.add { records.stop() }
            options.recordArchive = records
            options.catalogueArchive = LakeCatalogue(settings.lake, settings.topics, log)
        }
        let web = try WebService(log: log, options: options)
        parts.add { web.stop() }
        // Whoever reads this line may submit at once, unless there is much to read first.
        web.waitUntilReady(timeout: 1_000_000_000)
        return web.port
    }

    private func encrypt(_ options: inout WebServer.Options, _ parts: inout StartedParts) throws(UsageError) {
        guard let tls = try settings.tls.server() else { return }
        options.tls = tls
        options.strictTransportSeconds = settings.tls.strictTransportSeconds
        Metrics.shared.read(
            "planetarium_tls_certificate_expiry_seconds", "When the server's certificate ends, in seconds since 1970."
        ) { Double(tls.expiry) }
        parts.onReload {
            do throws(TLSFailure) {
                try tls.reload()
                Log.info("certificates read again", ["end": RFC3339.text(micros: tls.expiry * 1_000_000)])
            } catch {
                Log.error("the earlier certificates stay", ["reason": error])
            }
        }
    }

    private func trace(_ options: inout WebServer.Options, _ parts: inout StartedParts) throws {
        options.readRate = settings.readRate.map { RateLimit(perSecond: $0) }
        options.writeRate = settings.writeRate.map { RateLimit(perSecond: $0) }
        options.recordRate = settings.recordRate.map { RateLimit(perSecond: $0) }
        options.recordRate?.sparesMany = !settings.isRecordRateChosen
        func open(_ path: String, _ name: String) throws -> LineFile {
            let file = try naming("--\(name)-log") { try LineFile(path, name: name) }
            parts.add { file.close() }
            parts.onReload { file.reopen() }
            return file
        }
        options.accessLog = try settings.accessLog.map { try open($0, "access") }
        if settings.auditLog != "none", !settings.access.isReadOnly {
            options.auditLog = try open(settings.auditLog, "audit")
        }
    }

    /// An unencrypted port that answers every request with the encrypted address.
    private func redirection(_ serving: WebServer.Options) -> WebServer.Options? {
        guard let listen = sockets.redirect?.listen ?? settings.tls.redirectFrom else { return nil }
        var options = serving
        options.inherited = sockets.redirect
        (options.host, options.port, options.loops, options.tls) = (listen.host, listen.port, 1, nil)
        options.metrics = Metrics()
        return options
    }

    private func redirect(_ options: WebServer.Options, to port: UInt16, _ parts: inout StartedParts) throws {
        var options = options
        options.redirectsTo = port
        let server = try WebServer.start(router: Router(), options: options)
        parts.add { server.stop() }
        Log.info("redirecting", ["from": "\(ListenAddress(host: options.host, port: server.port).url)"])
    }

    /// Which partitions the planets' keys are spread over. Nil on an embedded log.
    private func keys(_ log: any EventLog) throws(LogError) -> KeyedPartitions? {
        let options = settings.streamOptions
        guard options.group != nil else { return nil }
        let keys = try LogPatience.wait { () throws(LogError) in
            try KeyedPartitions.settle(log, of: options.topics.discoveries, in: options.topics.state)
        }
        log.keepKeys(of: keys.topic, within: keys.count)
        return keys
    }

    private func makeTopics(_ log: any EventLog) throws(LogError) {
        let options = settings.streamOptions
        for topic in options.wantedTopics where part != .web || topic.name != options.topics.deadLetters {
            try LogPatience.wait { () throws(LogError) in try log.ensureTopic(topic.name, topic.options) }
        }
    }

    /// If something keeps a part from stopping, nothing acknowledged is lost, as after a crash.
    private func endInTime() {
        let grace = settings.stopGrace
        SystemThread.start("stop-watch") {
            Clock.pause(grace)
            Log.error("not everything stopped in time", ["seconds": grace / 1_000_000_000])
            _exit(1)
        }.detach()
    }

    private func fail(_ text: String) -> Int32 {
        print("planetarium \(part.rawValue): \(text)", to: &standardError)
        return 1
    }
}

/// Why a part did not start.
private struct StartFailure: Error, CustomStringConvertible {
    let description: String
}

/// Adds to an error what could not start, unless it is a UsageError.
private func naming<Result>(_ what: String, _ start: () throws -> Result) throws -> Result {
    do {
        return try start()
    } catch let error as UsageError {
        throw error
    } catch {
        throw StartFailure(description: "\(what): \(error)")
    }
}

extension Command {
    static let serve = service(
        .serve, summary: "the page, the API and the stream in one process",
        "Serves the page and the API, and runs the stream, in one process.",
        example: "planetarium serve --data /var/lib/planetarium --listen 0.0.0.0:8080 --tokens tokens.txt")
    static let web = service(
        .web, summary: "the page and the API alone, around a Kafka cluster",
        "Serves the page and the API around a Kafka cluster; any number of these, and of planetarium stream.",
        example: "planetarium web --log kafka://broker:9092 --lake hdfs://namenode:9870/lake")
    static let stream = service(
        .stream, summary: "the stream alone, around a Kafka cluster",
        "Runs the stream around a Kafka cluster: lake, aggregates, live frames. Several share the topics' partitions.",
        example: "planetarium stream --log kafka://broker:9092 --lake hdfs://namenode:9870/lake")

    private static func service(
        _ part: Settings.Part, summary: String, _ about: String, example: String
    ) -> Command {
        Command(name: part.rawValue, summary: summary, about: [about], example: example, part: part) {
            (arguments) throws(UsageError) in try ServiceCommand.run(arguments, part)
        }
    }
}
