// `planetarium serve`, `web` and `stream`: log, stream and web in one process, or one of the two around a log that several processes share;
// until SIGTERM or SIGINT. Opens in the order of the data's way, closes in the reverse of it, so that nothing acknowledged is left behind.

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
    let address: LogAddress

    static func run(_ arguments: [String], _ part: Settings.Part) throws(UsageError) -> Int32 {
        let settings = try Settings.read(arguments: arguments, for: part)
        let address = try logAddress(settings)
        if part != .serve, !address.isShared {
            throw UsageError(
                "planetarium \(part.rawValue) needs a log that several processes share: --log kafka://HOST:PORT. On an embedded log: planetarium serve"
            )
        }
        return try ServiceCommand(part: part, settings: settings, address: address).run()
    }

    static func logAddress(_ settings: Settings) throws(UsageError) -> LogAddress {
        guard let address = LogAddress(settings.log) else {
            throw UsageError("--log \(settings.log) is no log address (sqlite:PATH, memory:, kafka://HOST:PORT)")
        }
        return address
    }

    private func run() throws(UsageError) -> Int32 {
        // A web process has one only where it is told.
        let place = settings.lake.isEmpty ? "file:\(settings.data)/lake" : settings.lake
        guard let lake = LakeAddress(place, settings.hdfs) else {
            throw UsageError("--lake \(settings.lake) is no lake address (file:DIR, hdfs://NAMENODE:9870/FOLDER)")
        }
        guard let listen = Settings.hostAndPort(settings.listen) else {
            throw UsageError("--listen \(settings.listen) is not HOST:PORT")
        }
        signal(SIGPIPE, SIG_IGN)
        var error: Int32 = 0
        guard let signals = StopSignals(error: &error) else { return fail("cannot receive signals: error \(error)") }

        let log: any EventLog
        do throws(LogError) {
            log = try openLog(address, settings.logOptions)
            try makeTopics(log)
        } catch {
            return fail("log \(settings.log): \(error)")
        }
        defer { log.close() }

        // What one part finds against the log, all know.
        let mismatch = LogMismatch()
        var stream: StreamService?
        var hive: HiveRegistrar?
        if part != .web {
            do {
                var options = settings.streamOptions(address)
                options.mismatch = mismatch
                if let registrar = try settings.hiveRegistrar(lake) {
                    options.onCommit = { registrar.note($0) }
                    hive = registrar
                }
                let service = try StreamService(log: log, lake: lake, options: options)
                try service.start()
                hive?.start()
                stream = service
            } catch let error as UsageError {
                throw error
            } catch {
                return fail("lake \(settings.lake): \(error)")
            }
        }
        // Log and lake are there, and what is left to start waits for nobody.
        signals.started()
        var web: WebService?
        var boards: BoardHistory?
        var records: RecordLookup?
        var status: StreamStatusServer?
        do {
            if part != .stream {
                var options = settings.webOptions(address, listen)
                options.mismatch = mismatch
                if let stream { options.trouble = { stream.status.trouble } }
                if !settings.lake.isEmpty {
                    boards = BoardHistory(lake, settings.streamOptions(address), log)
                    records = RecordLookup(lake, settings.streamOptions(address), log)
                }
                boards?.start()
                records?.start()
                options.archive = boards
                options.recordArchive = records
                options.membersOf = { AggregateMembers.of($0, group: $1) }
                options.counted = AggregateMembers.counted
                let service = try WebService(log: log, options: options)
                web = service
                print("Planetarium serves \(url(listen.host, service.port))")
            } else if let stream {
                status =
                    try settings.statusListen.isEmpty
                    ? nil : StreamStatusServer(stream, hive, Settings.hostAndPort(settings.statusListen))
                print("Planetarium streams" + (status.map { ", status at \(url($0.host, $0.port))" } ?? ""))
            }
        } catch {
            boards?.stop()
            records?.stop()
            stream?.stop()
            hive?.stop()
            return fail("\(part == .stream ? settings.statusListen : settings.listen): \(error)")
        }
        fflush(nil)
        Log.info(
            "\(part.rawValue) started",
            ["log": settings.log, "lake": settings.lake.isEmpty ? "-" : settings.lake, "version": version])

        signals.waitForOne()
        Log.info("stopping")
        web?.stop()
        boards?.stop()
        records?.stop()
        stream?.stop()
        // After the last rolls, so that it is told of them.
        hive?.stop()
        status?.stop()
        Log.info("stopped")
        return 0
    }

    /// A cluster may still be starting: it is waited for, half a minute.
    private func makeTopics(_ log: any EventLog) throws(LogError) {
        let end = Clock.monotonic + 30_000_000_000
        let topics = settings.streamOptions(address).topics
        for topic in part == .web ? topics.prefix(3) : topics[...] {
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

    private func url(_ host: String, _ port: UInt16) -> String {
        "http://\(host.contains(":") ? "[\(host)]" : host):\(port)/"
    }
}

extension LogAddress {
    /// Processes on several machines may use it at once.
    var isShared: Bool {
        if case .kafka = self { true } else { false }
    }
}
