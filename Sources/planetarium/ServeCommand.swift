// `planetarium serve`: log, stream and web in one process, until SIGTERM or SIGINT. Opens in the order of the data's way, closes in
// the reverse of it, so that nothing acknowledged is left behind.

import CLinux
import EventLog
import Glibc
import Lake
import PlanetStream
import PlanetWeb
import Telemetry
import Threads

enum ServeCommand {
    static func run(_ arguments: [String]) throws(UsageError) -> Int32 {
        let settings = try Settings.read(arguments: arguments)
        guard let address = LogAddress(settings.log) else {
            throw UsageError("--log \(settings.log) is no log address (sqlite:PATH, memory:)")
        }
        guard let lake = LakeAddress(settings.lake) else {
            throw UsageError("--lake \(settings.lake) is no lake address (file:DIR)")
        }
        guard let listen = Settings.hostAndPort(settings.listen) else {
            throw UsageError("--listen \(settings.listen) is not HOST:PORT")
        }
        signal(SIGPIPE, SIG_IGN)
        // Before any thread starts, so that all of them leave these signals to the signalfd.
        let signals = clinux_signalfd([SIGTERM, SIGINT, SIGHUP], 3)
        guard signals >= 0 else { return fail("cannot receive signals: error \(-signals)") }

        let log: any EventLog
        do throws(LogError) {
            log = try openLog(address)
        } catch {
            return fail("log \(settings.log): \(error)")
        }
        defer { log.close() }

        let stream: StreamService
        do {
            stream = try StreamService(log: log, lake: lake, options: streamOptions(settings))
            try stream.start()
        } catch {
            return fail("lake \(settings.lake): \(error)")
        }
        let web: WebService
        do throws(WebFailure) {
            web = try WebService(log: log, options: webOptions(settings, listen))
        } catch {
            stream.stop()
            return fail("\(settings.listen): \(error)")
        }
        let host = listen.host.contains(":") ? "[\(listen.host)]" : listen.host
        print("Planetarium serves http://\(host):\(web.port)/")
        fflush(nil)
        Log.info(
            "serving",
            ["listen": "\(host):\(web.port)", "log": settings.log, "lake": settings.lake, "version": version])

        waitForSignal(signals)
        Log.info("stopping")
        web.stop()
        stream.stop()
        Log.info("stopped")
        return 0
    }

    private static func waitForSignal(_ descriptor: Int32) {
        var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while clinux_signalfd_read(descriptor) == 0 { _ = Glibc.poll(&poll, 1, -1) }
    }

    private static func fail(_ text: String) -> Int32 {
        print("planetarium serve: \(text)", to: &standardError)
        return 1
    }

    private static func streamOptions(_ settings: Settings) -> StreamOptions {
        var options = StreamOptions()
        options.roll = RollPolicy(
            rows: settings.rollRows, bytes: Int64(settings.rollBytes), age: UInt64(settings.rollAge * 1e9))
        return options
    }

    private static func webOptions(_ settings: Settings, _ listen: (host: String, port: UInt16)) -> WebOptions {
        var options = WebOptions()
        options.host = listen.host
        options.port = listen.port
        options.loops = settings.loops > 0 ? settings.loops : max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        options.publicFolder = settings.publicFolder
        options.maxBody = settings.maxBody
        options.echo = settings.echo == 1
        return options
    }
}
