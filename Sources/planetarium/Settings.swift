// Every setting of `planetarium serve`, `web`, `stream`, `topics` and `hive`, and those of HDFS for `compact` and `verify`: command-line option,
// environment variable, default, meaning.
// docs/CONFIG.md lists the same (a test compares the two). A command-line option beats the environment, which beats the default.

import Glibc
import Lake

struct Settings {
    var listen = "127.0.0.1:8080"
    var data = "data"
    var log = ""
    var lake = ""
    var cache = ""
    var checkpointRecords = 250_000
    var checkpointAge = 300.0
    var publicFolder = "Public"
    var loops = 0
    var rollRows = 1_000_000
    var rollBytes = 128 << 20
    var rollAge = 60.0
    var lakeCompact = 1
    var aggregatesDays = 0
    var maxBody = 16 << 20
    var echo = 0
    var statusListen = ""
    var group = "planetarium"
    var topic = "planet-discoveries"
    var topicRejected = "planet-rejected"
    var topicLive = "planet-live"
    var topicState = "planet-state"
    var topicDeadLetters = "planet-dead-letters"
    var partitions = 0
    var replication = 0
    var minInsyncReplicas = 0
    var retentionHours = 0
    var compact = 0
    var hive = ""
    var hiveDatabase = "planetarium"
    var hiveLocation = ""
    var kafka = KafkaProperties()
    var hdfs = WebHDFSOptions()

    /// A command that has settings.
    enum Part: String, CaseIterable, Sendable {
        case serve, web, stream, topics, hive, compact, verify
        /// Those that have to do with the log.
        static let log: Set<Part> = [.serve, .web, .stream, .topics]
    }

    struct Row: @unchecked Sendable {
        // @unchecked: key paths to Settings hold no state.
        let name: String
        let value: String
        let fallback: String
        let help: String
        var parts: Set<Part> = Part.log
        /// May be given several times.
        var isRepeated = false
        let set: (inout Settings, String) -> Bool
    }
    private static let web: Set<Part> = [.serve, .web]
    private static let stream: Set<Part> = [.serve, .stream]
    private static let lake: Set<Part> = [.serve, .stream, .hive]
    private static let reading: Set<Part> = [.serve, .web, .stream, .hive]
    private static let hdfs: Set<Part> = reading.union([.compact, .verify])

    /// THE table: one row a setting.
    static let rows: [Row] = [
        Row(
            name: "listen", value: "HOST:PORT", fallback: "127.0.0.1:8080",
            help: "address to serve; port 0 picks a free one", parts: web
        ) {
            $0.listen = $1
            return Settings.hostAndPort($1) != nil
        },
        Row(
            name: "data", value: "DIR", fallback: "data", help: "folder for the log and the lake",
            parts: Part.log.union([.hive])
        ) {
            $0.data = $1
            return !$1.isEmpty
        },
        Row(
            name: "log", value: "ADDRESS", fallback: "sqlite:DIR/log.db",
            help: "the log: sqlite:PATH, memory: or kafka://HOST:PORT,HOST:PORT"
        ) {
            $0.log = $1
            return !$1.isEmpty
        },
        Row(
            name: "lake", value: "ADDRESS", fallback: "file:DIR/lake",
            help: "the lake: file:DIR or hdfs://NAMENODE:9870/FOLDER; web: for earlier boards, none unless given",
            parts: reading
        ) {
            $0.lake = $1
            return !$1.isEmpty
        },
        Row(
            name: "cache", value: "DIR", fallback: "DIR/cache",
            help: "folder for what the web keeps so that a restart is fast; none: nothing is kept", parts: web
        ) {
            $0.cache = $1
            return !$1.isEmpty
        },
        Row(
            name: "checkpoint-records", value: "N", fallback: "250000",
            help: "records after which the state is written down for the next start; 0: it never is",
            parts: [.serve, .web, .stream]
        ) {
            Settings.store($1, 0...1_000_000_000, in: &$0.checkpointRecords)
        },
        Row(
            name: "checkpoint-age", value: "SECONDS", fallback: "300",
            help: "age of the oldest record that is not in it after which the same is done",
            parts: [.serve, .web, .stream]
        ) {
            guard let seconds = Double($1), seconds > 0, seconds <= 86_400 else { return false }
            $0.checkpointAge = seconds
            return true
        },
        Row(name: "public", value: "DIR", fallback: "Public", help: "folder of the page's files", parts: web) {
            $0.publicFolder = $1
            return !$1.isEmpty
        },
        Row(name: "loops", value: "N", fallback: "0", help: "event-loop threads; 0: one a core", parts: web) {
            Settings.store($1, 0...256, in: &$0.loops)
        },
        Row(
            name: "roll-rows", value: "N", fallback: "1000000", help: "rows after which a Parquet file is closed",
            parts: stream
        ) {
            Settings.store($1, 1...100_000_000, in: &$0.rollRows)
        },
        Row(
            name: "roll-bytes", value: "N", fallback: "134217728", help: "bytes after which a Parquet file is closed",
            parts: stream
        ) {
            Settings.store($1, 1...(1 << 40), in: &$0.rollBytes)
        },
        Row(
            name: "roll-age", value: "SECONDS", fallback: "60", help: "age after which a Parquet file is closed",
            parts: stream
        ) {
            guard let seconds = Double($1), seconds > 0, seconds <= 86_400 else { return false }
            $0.rollAge = seconds
            return true
        },
        Row(
            name: "lake-compact", value: "0|1", fallback: "1",
            help: "1 merges small Parquet files of days that are over (embedded log only; else: planetarium compact)",
            parts: [.serve]
        ) {
            Settings.store($1, 0...1, in: &$0.lakeCompact)
        },
        Row(
            name: "aggregates-days", value: "N", fallback: "0",
            help: "days after which files of the table aggregates are removed (embedded log only); 0: never",
            parts: [.serve]
        ) {
            Settings.store($1, 0...100_000, in: &$0.aggregatesDays)
        },
        Row(name: "max-body", value: "BYTES", fallback: "16777216", help: "largest request body", parts: web) {
            Settings.store($1, 1024...(1 << 30), in: &$0.maxBody)
        },
        Row(
            name: "echo", value: "0|1", fallback: "0",
            help: "1 serves a WebSocket echo at /echo, for conformance tests", parts: web
        ) {
            Settings.store($1, 0...1, in: &$0.echo)
        },
        Row(
            name: "hive", value: "ADDRESS", fallback: "none",
            help:
                "Hive metastores, any of which will do: thrift://HOST:PORT,thrift://HOST:PORT; none: no tables are kept",
            parts: lake
        ) {
            $0.hive = $1
            return HiveAddress.list($1) != nil
        },
        Row(
            name: "hive-database", value: "NAME", fallback: "planetarium",
            help: "database of the tables in the metastore",
            parts: lake
        ) {
            $0.hiveDatabase = $1
            return Settings.isDatabase($1)
        },
        Row(
            name: "hive-location", value: "URI", fallback: "none",
            help: "the lake as Hive opens it (hdfs://NAMENODE:RPCPORT/PATH); none: file:/PATH of the lake's folder",
            parts: lake
        ) {
            $0.hiveLocation = $1
            return Settings.isLocation($1)
        },
        Row(
            name: "status-listen", value: "HOST:PORT", fallback: "none",
            help: "address of /livez, /readyz, /metrics and /api/stream of a stream process", parts: [.stream]
        ) {
            $0.statusListen = $1
            return Settings.hostAndPort($1) != nil
        },
        Row(
            name: "group", value: "NAME", fallback: "planetarium",
            help: "consumer group of the stream processes that share the partitions",
            parts: [.serve, .stream, .topics]
        ) {
            $0.group = $1
            return !$1.isEmpty
        },
        Row(name: "topic", value: "NAME", fallback: "planet-discoveries", help: "topic of the discoveries") {
            $0.topic = $1
            return Settings.isTopic($1)
        },
        Row(name: "topic-rejected", value: "NAME", fallback: "planet-rejected", help: "topic of refused submissions") {
            $0.topicRejected = $1
            return Settings.isTopic($1)
        },
        Row(name: "topic-live", value: "NAME", fallback: "planet-live", help: "topic of the live frames") {
            $0.topicLive = $1
            return Settings.isTopic($1)
        },
        Row(
            name: "topic-state", value: "NAME", fallback: "planet-state",
            help: "topic of what stream processes tell each other",
            parts: [.serve, .stream, .topics]
        ) {
            $0.topicState = $1
            return Settings.isTopic($1)
        },
        Row(
            name: "topic-dead-letters", value: "NAME", fallback: "planet-dead-letters",
            help: "topic of invalid records, with the reasons in headers", parts: [.serve, .stream, .topics]
        ) {
            $0.topicDeadLetters = $1
            return Settings.isTopic($1)
        },
        Row(
            name: "partitions", value: "N", fallback: "0",
            help:
                "partitions of the two topics of submissions, where they are made; 0: 6 in a cluster, 1 in an embedded log"
        ) {
            Settings.store($1, 0...1000, in: &$0.partitions)
        },
        Row(
            name: "replication", value: "N", fallback: "0",
            help: "copies of each topic that is made; 0: as the cluster does by itself"
        ) {
            Settings.store($1, 0...100, in: &$0.replication)
        },
        Row(name: "min-insync-replicas", value: "N", fallback: "0", help: "min.insync.replicas of topics it makes") {
            Settings.store($1, 0...100, in: &$0.minInsyncReplicas)
        },
        Row(
            name: "retention", value: "HOURS", fallback: "0",
            help: "how long the topics of submissions and dead letters that are made keep records; 0: for ever"
        ) {
            Settings.store($1, 0...1_000_000, in: &$0.retentionHours)
        },
        Row(
            name: "compact", value: "0|1", fallback: "0",
            help: "1 lets a cluster drop a discovery when a newer one has its key, where the topic is made"
        ) {
            Settings.store($1, 0...1, in: &$0.compact)
        },
        Row(
            name: "hdfs-user", value: "NAME", fallback: "none",
            help: "user.name in HDFS; none: HADOOP_USER_NAME or the process's user", parts: hdfs
        ) {
            $0.hdfs.user = $1
            return !$1.isEmpty
        },
        Row(
            name: "hdfs-token-file", value: "FILE", fallback: "none",
            help: "file of a delegation token of HDFS, read again for each request", parts: hdfs
        ) {
            $0.hdfs.tokenFile = $1
            return !$1.isEmpty
        },
        Row(
            name: "hdfs-ca-file", value: "FILE", fallback: "none",
            help: "PEM certificates that HDFS over TLS is trusted by; none: the system's", parts: hdfs
        ) {
            $0.hdfs.caFile = $1
            return !$1.isEmpty
        },
        Row(
            name: "hdfs-permission", value: "OCTAL", fallback: "none",
            help: "permission of folders made in HDFS, and without x of files; none: as HDFS does by itself",
            parts: hdfs
        ) {
            $0.hdfs.permission = $1
            return (3...4).contains($1.utf8.count) && Int($1, radix: 8).map { $0 >= 0 } == true
        },
        Row(
            name: "hdfs-spool", value: "DIR", fallback: "none",
            help: "folder for the local copies of files until they are in HDFS; none: TMPDIR or /tmp", parts: hdfs
        ) {
            $0.hdfs.spoolFolder = $1
            return !$1.isEmpty
        },
        Row(
            name: "hdfs-lease", value: "SECONDS", fallback: "30",
            help: "silence after which another machine may take a lock in HDFS over", parts: hdfs
        ) {
            guard let seconds = UInt64($1), (5...3600).contains(seconds) else { return false }
            $0.hdfs.lease = seconds * 1_000_000_000
            return true
        },
        Row(
            name: "kafka-properties", value: "FILE", fallback: "none",
            help: "file of librdkafka properties, NAME=VALUE a line"
        ) {
            $0.kafka.file = $1
            return !$1.isEmpty
        },
        Row(
            name: "kafka-property", value: "NAME=VALUE", fallback: "none",
            help:
                "a librdkafka property, over those of the file; may be repeated (its variable ends in the name, dots as _)",
            isRepeated: true
        ) {
            $0.kafka.add($1)
        },
    ]

    /// Reads environment and arguments of a command. Throws a sentence that says what is wrong, without values that may be secret.
    static func read(arguments: [String], for part: Part) throws(UsageError) -> Settings {
        var options = Options(arguments)
        var settings = try read(&options, for: part)
        try options.finish()
        try settings.kafka.readFile()
        if settings.log.isEmpty { settings.log = "sqlite:\(settings.data)/log.db" }
        if settings.cache.isEmpty { settings.cache = "\(settings.data)/cache" }
        if settings.lake.isEmpty, part != .web { settings.lake = "file:\(settings.data)/lake" }
        return settings
    }

    /// The same of a command that has options of its own, too: those of the table are taken out of `options`.
    static func read(_ options: inout Options, for part: Part) throws(UsageError) -> Settings {
        var settings = Settings()
        let rows = rows.filter { $0.parts.contains(part) }
        for row in rows where !row.isRepeated {
            guard let text = getenv(row.environmentName).map({ String(cString: $0) }) else { continue }
            guard row.set(&settings, text) else {
                throw UsageError("\(row.environmentName)=\(text) is not \(row.value): \(row.help)")
            }
        }
        settings.kafka.readEnvironment()
        // No option: other users of the machine could see it.
        if let token = getenv("PLANETARIUM_HDFS_TOKEN"), token.pointee != 0 {
            settings.hdfs.token = String(cString: token)
        }
        for row in rows {
            while let text = try options.value("--" + row.name) {
                guard row.set(&settings, text) else {
                    let shown = row.isRepeated ? String(text.prefix { $0 != "=" }) : text
                    throw UsageError("--\(row.name) \(shown) is not \(row.value): \(row.help)")
                }
                if !row.isRepeated { break }
            }
        }
        return settings
    }

    /// What Kafka takes as a topic's name.
    static func isTopic(_ text: String) -> Bool {
        (1...249).contains(text.utf8.count) && text != "." && text != ".."
            && text.utf8.allSatisfy {
                ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) || (0x30...0x39).contains($0)
                    || [0x2D, 0x2E, 0x5F].contains($0)
            }
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
