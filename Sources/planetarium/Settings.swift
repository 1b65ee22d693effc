// Every setting of `planetarium serve`: command-line option, environment variable, default, meaning. docs/CONFIG.md lists the same
// (a test compares the two). A command-line option beats the environment; the environment beats the default.

import Glibc

struct Settings {
    var listen = "127.0.0.1:8080"
    var data = "data"
    var log = ""
    var lake = ""
    var publicFolder = "Public"
    var loops = 0
    var rollRows = 1_000_000
    var rollBytes = 128 << 20
    var rollAge = 60.0
    var maxBody = 16 << 20
    var echo = 0

    struct Row: @unchecked Sendable {
        // @unchecked: key paths to Settings hold no state.
        let name: String
        let value: String
        let fallback: String
        let help: String
        let set: (inout Settings, String) -> Bool
    }

    /// THE table: one row a setting.
    static let rows: [Row] = [
        Row(
            name: "listen", value: "HOST:PORT", fallback: "127.0.0.1:8080",
            help: "address to serve; port 0 picks a free one"
        ) {
            $0.listen = $1
            return Settings.hostAndPort($1) != nil
        },
        Row(name: "data", value: "DIR", fallback: "data", help: "folder for the log and the lake") {
            $0.data = $1
            return !$1.isEmpty
        },
        Row(name: "log", value: "ADDRESS", fallback: "sqlite:DIR/log.db", help: "the log: sqlite:PATH or memory:") {
            $0.log = $1
            return !$1.isEmpty
        },
        Row(name: "lake", value: "ADDRESS", fallback: "file:DIR/lake", help: "the lake: file:DIR") {
            $0.lake = $1
            return !$1.isEmpty
        },
        Row(name: "public", value: "DIR", fallback: "Public", help: "folder of the page's files") {
            $0.publicFolder = $1
            return !$1.isEmpty
        },
        Row(name: "loops", value: "N", fallback: "0", help: "event-loop threads; 0: one a core") {
            Settings.store($1, 0...256, in: &$0.loops)
        },
        Row(name: "roll-rows", value: "N", fallback: "1000000", help: "rows after which a Parquet file is closed") {
            Settings.store($1, 1...100_000_000, in: &$0.rollRows)
        },
        Row(name: "roll-bytes", value: "N", fallback: "134217728", help: "bytes after which a Parquet file is closed") {
            Settings.store($1, 1...(1 << 40), in: &$0.rollBytes)
        },
        Row(name: "roll-age", value: "SECONDS", fallback: "60", help: "age after which a Parquet file is closed") {
            guard let seconds = Double($1), seconds > 0, seconds <= 86_400 else { return false }
            $0.rollAge = seconds
            return true
        },
        Row(name: "max-body", value: "BYTES", fallback: "16777216", help: "largest request body") {
            Settings.store($1, 1024...(1 << 30), in: &$0.maxBody)
        },
        Row(
            name: "echo", value: "0|1", fallback: "0", help: "1 serves a WebSocket echo at /echo, for conformance tests"
        ) {
            Settings.store($1, 0...1, in: &$0.echo)
        },
    ]

    /// Reads environment and arguments. Throws a sentence that says what is wrong.
    static func read(arguments: [String]) throws(UsageError) -> Settings {
        var settings = Settings()
        for row in rows {
            guard let text = getenv(row.environmentName).map({ String(cString: $0) }) else { continue }
            guard row.set(&settings, text) else {
                throw UsageError("\(row.environmentName)=\(text) is not \(row.value): \(row.help)")
            }
        }
        var options = Options(arguments)
        for row in rows {
            guard let text = try options.value("--" + row.name) else { continue }
            guard row.set(&settings, text) else {
                throw UsageError("--\(row.name) \(text) is not \(row.value): \(row.help)")
            }
        }
        try options.finish()
        if settings.log.isEmpty { settings.log = "sqlite:\(settings.data)/log.db" }
        if settings.lake.isEmpty { settings.lake = "file:\(settings.data)/lake" }
        return settings
    }

    /// "HOST:PORT" or "[::1]:PORT" in two.
    static func hostAndPort(_ text: String) -> (host: String, port: UInt16)? {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        return host.isEmpty ? nil : (host, port)
    }

    private static func store(_ text: String, _ range: ClosedRange<Int>, in place: inout Int) -> Bool {
        guard let number = Int(text), range.contains(number) else { return false }
        place = number
        return true
    }
}

extension Settings.Row {
    var environmentName: String {
        "PLANETARIUM_" + name.uppercased().replacingDashes
    }
}

extension String {
    fileprivate var replacingDashes: String { String(map { $0 == "-" ? "_" : $0 }) }
}
