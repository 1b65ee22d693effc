// `planetarium serve`, `web` and `stream`: log, stream and web in one process, or one of the two around a log that
// several processes share; until SIGTERM or SIGINT. Starts them in the order in which data flows, and stops them in
// reverse, so that nothing acknowledged is left behind.

import EventLog
import Glibc
import Lake
import PlanetStream
import PlanetWeb
import Telemetry
import Threads

struct ServiceCommand {
    let part: Settings.Part
    let settings: Settings
    /// Shared: what one part finds wrong with the log, all report.
    private let mismatch = LogMismatch()

    init(part: Settings.Part, settings: Settings) {
        self.part = part
        self.settings = settings
    }

    static func run(_ arguments: [String], _ part: Settings.Part) throws(UsageError) -> Int32 {
        let settings = try Settings.read(arguments: arguments, for: part)
        if part != .serve, !settings.log.isShared {
            throw UsageError(
                "planetarium \(part.rawValue) needs a log that several processes share: --log kafka://HOST:PORT. On an embedded log: planetarium serve"
            )
        }
        try settings.checkLog()
        return try ServiceCommand(part: part, settings: settings).run()
    }

    /// A web process reads a lake only if one is named.
    private var hasLake: Bool { part != .web || settings.isLakeChosen }

    private func run() throws(UsageError) -> Int32 {
        signal(SIGPIPE, SIG_IGN)
        var error: Int32 = 0
        guard let signals = StopSignals(error: &error) else { return fail("cannot receive signals: error \(error)") }
        var parts = StartedParts()
        defer { parts.stop() }
        do {
            try start(&parts, signals)
        } catch let error as UsageError {
            throw error
        } catch {
            return fail("\(error)")
        }
        fflush(nil)
        Log.info(
            "\(part.rawValue) started",
            ["log": settings.log, "lake": hasLake ? "\(settings.lake)" : "-", "version": version])

        signals.waitForOne()
        Log.info("stopping")
        parts.stop()
        Log.info("stopped")
        return 0
    }

    private func start(_ parts: inout StartedParts, _ signals: StopSignals) throws {
        // First: a second server on the address touches neither log nor lake.
        var web = settings.webOptions
        web.server.limits.connections = Descriptors.connections(web.server.limits.connections)
        var status = settings.statusListen.map(StreamStatusServer.options)
        try naming("address") {
            if part != .stream { try web.server.listen() }
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
        if part == .stream {
            print("Planetarium streams" + (statusServer.map { ", status at \($0.listen.url)/" } ?? ""))
        } else {
            try naming("\(settings.listen)") { try startWeb(log, stream, watch, web, &parts) }
        }
    }

    private func startStream(
        _ log: any EventLog, _ watch: LogWatch?, _ server: WebServer.Options?, _ parts: inout StartedParts
    ) throws -> (StreamService, StreamStatusServer?) {
        var status: StreamStatusServer?
        var options = settings.streamOptions
        options.mismatch = mismatch
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
            // After the stream's last rolls, so that it hears of them.
            parts.add { hive.stop() }
        }
        parts.add { stream.stop() }
        try naming(lake) { try stream.start() }
        return (stream, status)
    }

    private func startWeb(
        _ log: any EventLog, _ stream: StreamService?, _ watch: LogWatch?, _ options: WebOptions,
        _ parts: inout StartedParts
    ) throws {
        var options = options
        options.mismatch = mismatch
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
            options.catalogueArchive = LakeCatalogue(settings.lake, settings.topics)
        }
        let web = try WebService(log: log, options: options)
        parts.add { web.stop() }
        // Who reads this line may submit at once, unless there is much to read first.
        web.waitUntilReady(timeout: 1_000_000_000)
        print("Planetarium serves \(ListenAddress(host: settings.listen.host, port: web.port).url)/")
    }

    /// Over which partitions the planets' keys are spread. Nil on an embedded log.
    private func keys(_ log: any EventLog) throws(LogError) -> KeyedPartitions? {
        let options = settings.streamOptions
        guard options.group != nil else { return nil }
        let keys = try KeyedPartitions.settle(log, of: options.topics.discoveries, in: options.topics.state)
        log.keepKeys(of: keys.topic, within: keys.count)
        return keys
    }

    /// A cluster may still be starting: waits half a minute for it.
    private func makeTopics(_ log: any EventLog) throws(LogError) {
        let end = Clock.monotonic + 30_000_000_000
        let options = settings.streamOptions
        for topic in options.wantedTopics where part != .web || topic.name != options.topics.deadLetters {
            while true {
                do throws(LogError) {
                    try log.ensureTopic(topic.name, topic.options)
                    break
                } catch {
                    guard case .unavailable(let reason) = error, Clock.monotonic < end else { throw error }
                    Log.warning("waiting for the log", ["reason": reason])
                    Clock.pause(500_000_000)
                }
            }
        }
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
        example: "planetarium serve --data /var/lib/planetarium --listen 0.0.0.0:8080")
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
