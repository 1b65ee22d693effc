// THE table: one row per setting, in groups. Defaults are with the values (Settings.swift). A test compares it with
// docs/CONFIG.md, which has the same rows.

extension SettingRow {
    /// The setting that names a configuration file; the only one that cannot be in it.
    static let configName = "config"

    static let all: [SettingRow] = SettingGroup.all.flatMap(\.rows)

    private static let web: Set<Settings.Part> = [.serve, .web]
    private static let stream: Set<Settings.Part> = [.serve, .stream]
    /// Both, except `topics`.
    private static let running: Set<Settings.Part> = [.serve, .web, .stream]
    private static let log: Set<Settings.Part> = [.serve, .web, .stream, .topics]
    private static let group: Set<Settings.Part> = [.serve, .stream, .topics]
    private static let hive: Set<Settings.Part> = [.serve, .stream, .hive]
    private static let lake: Set<Settings.Part> = [.serve, .web, .stream, .topics, .hive]
    private static let hdfs: Set<Settings.Part> = lake.union([.compact, .verify])

    fileprivate static let basics = [
        SettingRow(
            configName, \.configFile, .optional(.text("FILE")), Set(Settings.Part.allCases),
            "file of settings, NAME = VALUE a line"),
        SettingRow("listen", \.listen, .listen, web, "address to serve; port 0 picks a free one"),
        SettingRow("data", \.data, .text("DIR"), log.union([.hive]), "folder for the log and the lake"),
        SettingRow("log", \.log, .log, log, "the log: sqlite:PATH, memory: or kafka://HOST:PORT,HOST:PORT"),
        SettingRow(
            "lake", \.lake, .lake, lake,
            "the lake: file:DIR or hdfs://NAMENODE:9870/FOLDER; web: for earlier boards, none unless given"),
    ]

    fileprivate static let server = [
        SettingRow("public", \.web.publicFolder, .text("DIR"), web, "folder of the page's files"),
        SettingRow(
            "sample", \.web.sample, .fileOrNone, web,
            "table that the page of an empty server offers to load (GET /api/sample); none: offers nothing"),
        SettingRow("loops", \.loops, .number(0...256), web, "event-loop threads; 0: one per core"),
        SettingRow(
            "stop-grace", \.stopGrace, .seconds, running,
            "time from a signal to stop until the process ends, whatever still runs"),
        SettingRow("max-body", \.web.maxBody, .number(1024...(1 << 30), "BYTES"), web, "largest request body"),
        SettingRow(
            "connections", \.web.server.limits.connections, .number(10...1_000_000), web,
            "most open connections; fewer if the system allows too few descriptors"),
        SettingRow(
            "connections-per-address", \.web.server.limits.connectionsPerAddress, .number(0...1_000_000), web,
            "most open connections per address (IPv6: per 64 bits), except this machine's own; 0: unlimited"),
        SettingRow(
            "status-listen", \.statusListen, .optional(.listen), [.stream],
            "address of /livez, /readyz, /metrics and /api/stream of a stream process"),
        SettingRow(
            "echo", \.web.echo, .zeroOrOne, web, "1 serves a WebSocket echo at /echo, for conformance tests"),
    ]

    fileprivate static let access = [
        SettingRow(
            "write-token-file", \.access.writeTokenFile, .optional(.text("FILE")), running,
            "file whose first line is a token; whoever sends it may write"),
        SettingRow(
            "tokens", \.access.tokens, .optional(.text("FILE")), running.union([.token]),
            "file of tokens with roles, made by planetarium token; whoever sends one may do what its role allows"),
        SettingRow(
            "open", \.access.isOpen, .zeroOrOne, web,
            "1 lets everybody write, also beyond this machine; with tokens, everybody may submit"),
        SettingRow("read-only", \.access.isReadOnly, .zeroOrOne, web, "1 lets nobody write"),
        SettingRow(
            "classes", \.classes, .text("FILE"), web,
            "file of the classes that teachers open on the page; web processes may share it; none: no classes"),
        SettingRow(
            "private", \.access.privateReading, .reading, running,
            "what not everybody may read: metrics, quarantine, receipts (of others), all of these, or none"),
        SettingRow(
            "public-url", \.access.publicURLs, .origins, running,
            "addresses under which this server is reached, besides its own: requests to their hosts are accepted"),
        SettingRow(
            "allow-origin", \.access.allowedOrigins, .origins, web,
            "further origins whose pages may open the live feed's WebSocket"),
        SettingRow(
            "trusted-proxy", \.access.proxies.networks, .networks, web,
            "addresses of proxies that are trusted to name client, scheme, host and path prefix"),
        SettingRow(
            "proxy-fields", \.access.proxies.fields, .proxyFields, web,
            "which fields those proxies set: X-Forwarded-For, -Proto, -Host and -Prefix, or Forwarded"),
    ]

    fileprivate static let traces = [
        SettingRow(
            "read-rate", \.readRate, .numberOrNone(upTo: 1_000_000), web,
            "read requests per second of one token or address, ten times that at once; 0: unlimited"),
        SettingRow(
            "write-rate", \.writeRate, .numberOrNone(upTo: 1_000_000), web,
            "the same for requests that change something"),
        SettingRow(
            "record-rate", \.recordRate, .numberOrNone(upTo: 1_000_000), web,
            "the same for records, of which a request may hold many; unless it is given, this machine and proxies aside"
        ),
        SettingRow(
            "audit-log", \.auditLog, .text("FILE"), web,
            "file with a line of JSON for each change: who, from where, what, offsets; none: no file"),
        SettingRow(
            "access-log", \.accessLog, .optional(.text("FILE")), web, "file with a line of JSON for each answer"),
    ]

    fileprivate static let tls = [
        SettingRow(
            "tls-cert", \.tls.certificates, .optional(.text("FILE")), web,
            "PEM file of the server's certificate and its chain: the port speaks HTTPS; read again by SIGHUP"),
        SettingRow("tls-key", \.tls.key, .optional(.text("FILE")), web, "PEM file of the certificate's key"),
        SettingRow(
            "tls-client-ca", \.tls.clientCertificates, .optional(.text("FILE")), web,
            "PEM certificates: clients must show one issued by one of these"),
        SettingRow(
            "hsts", \.tls.strictTransportSeconds, .numberOrNone(upTo: 63_072_000, "SECONDS"), web,
            "for how long browsers must use HTTPS only (Strict-Transport-Security); 0: no such field"),
        SettingRow(
            "redirect-from", \.tls.redirectFrom, .optional(.listen), web,
            "another, unencrypted address that redirects each request to the encrypted one"),
    ]

    fileprivate static let checkpoints = [
        SettingRow(
            "cache", \.cache, .text("DIR"), web.union([.topics]),
            "folder where the web saves its state for a fast restart; none: saves nothing"),
        SettingRow(
            "serve-what-is-left", \.web.servesWhatIsLeft, .zeroOrOne, web,
            "1 serves the rest of a log whose beginning is in neither log, cache nor lake, and says so"),
        SettingRow(
            "checkpoint-records", \.checkpoint.records, .number(0...1_000_000_000), running,
            "records after which a checkpoint is written for the next start; 0: never"),
        SettingRow(
            "checkpoint-age", \.checkpoint.age, .seconds, running,
            "age of the oldest record without a checkpoint after which one is written"),
    ]

    fileprivate static let files = [
        SettingRow(
            "roll-rows", \.stream.roll.rows, .number(1...100_000_000), stream,
            "rows after which a Parquet file is closed"),
        SettingRow(
            "roll-bytes", \.stream.roll.bytes, .number(1...(1 << 40)), stream,
            "bytes after which a Parquet file is closed"),
        SettingRow("roll-age", \.stream.roll.age, .seconds, stream, "age after which a Parquet file is closed"),
        SettingRow(
            "lake-compact", \.compaction.isMerging, .zeroOrOne, [.serve],
            "1 merges small Parquet files of days that are over (embedded log only; else: planetarium compact)"),
        SettingRow(
            "aggregates-days", \.aggregatesDays, .number(0...100_000), [.serve],
            "days after which files of the table aggregates are removed (embedded log only); 0: never"),
    ]

    fileprivate static let topics = [
        SettingRow("topic", \.topics.discoveries, .topic, log, "topic of the discoveries"),
        SettingRow("topic-rejected", \.topics.rejected, .topic, log, "topic of refused submissions"),
        SettingRow("topic-live", \.topics.live, .topic, log, "topic of the live frames"),
        SettingRow("topic-state", \.topics.state, .topic, group, "topic of the states that stream processes share"),
        SettingRow(
            "topic-dead-letters", \.topics.deadLetters, .topic, group,
            "topic of invalid records, with the reasons in headers"),
        SettingRow(
            "partitions", \.partitions, .number(0...1000), log,
            "partitions of the two topics of submissions at their creation; 0: 6 in a cluster, 1 in an embedded log"
        ),
        SettingRow(
            "replication", \.stream.replication, .numberOrNone(upTo: 100), log,
            "copies of each new topic; 0: the cluster's default"),
        SettingRow(
            "min-insync-replicas", \.stream.minInsyncReplicas, .numberOrNone(upTo: 100), log,
            "min.insync.replicas of new topics"),
        SettingRow(
            "retention", \.stream.retentionMilliseconds, .numberOrNone(upTo: 1_000_000, "HOURS", unit: 3_600_000), log,
            "how long new topics of submissions and dead letters keep records (a cluster only); 0: for ever"),
        SettingRow(
            "compact", \.stream.isCompacted, .zeroOrOne, log,
            "1 lets a cluster drop a discovery when a newer one has its key, in a new topic"),
    ]

    fileprivate static let kafka = [
        SettingRow(
            "group", \.group, .text("NAME"), group,
            "consumer group of the stream processes that share the partitions"),
        SettingRow(
            "kafka-properties", \.kafka.file, .optional(.text("FILE")), log,
            "file of librdkafka properties, NAME=VALUE a line"),
        kafkaProperty,
    ]

    private static let kafkaProperty: SettingRow = {
        var row = SettingRow(
            name: "kafka-property", placeholder: "NAME=VALUE", complaint: "is not NAME=VALUE", parts: log,
            help:
                "a librdkafka property, overrides the file; may be repeated (its variable ends in the name, dots as _)",
            set: { $0.kafka.add($1, from: $2) }, text: { _ in "none" })
        row.isRepeated = true
        row.isSecret = true
        return row
    }()

    fileprivate static let hdfsClient = [
        SettingRow(
            "hdfs-user", \.hdfs.user, .text("NAME"), hdfs,
            "user.name in HDFS; none: HADOOP_USER_NAME or the process's user"),
        SettingRow(
            "hdfs-token-file", \.hdfs.tokenFile, .optional(.text("FILE")), hdfs,
            "file of a delegation token of HDFS, read again for each request"),
        SettingRow(
            "hdfs-ca-file", \.hdfs.caFile, .optional(.text("FILE")), hdfs,
            "PEM certificates to trust for HDFS over TLS; none: the system's"),
        SettingRow(
            "hdfs-permission", \.hdfs.permission, .optional(.permission), hdfs,
            "permission of new folders in HDFS, and without x of files; none: HDFS's default"),
        SettingRow(
            "hdfs-spool", \.hdfs.spoolFolder, .optional(.text("DIR")), hdfs,
            "folder for the local copies of files until they are in HDFS; none: TMPDIR or /tmp"),
        SettingRow(
            "hdfs-lease", \.hdfs.lease, .number(5...3600, "SECONDS", unit: 1_000_000_000), hdfs,
            "silence after which another machine may take over a lock in HDFS"),
    ]

    fileprivate static let hiveTables = [
        SettingRow(
            "hive", \.hive, .metastores, hive,
            "Hive metastores that share one database: thrift://HOST:PORT,thrift://HOST:PORT; none: no tables are kept"),
        SettingRow(
            "hive-database", \.hiveDatabase, .database, hive, "database of the tables in the metastore"),
        SettingRow(
            "hive-location", \.hiveLocation, .optional(.location), hive,
            "the lake as Hive opens it (hdfs://NAMENODE:RPCPORT/PATH); none: file:/PATH of the lake's folder"),
        SettingRow(
            "hive-timeout", \.hiveTimeout, .seconds, hive,
            "wait for a metastore's answer before asking the next one"),
        SettingRow(
            "hive-timestamps", \.hiveTimestamps, .timestamps, hive,
            "type of time stamps in Hive's tables; bigint (microseconds): for Hive 3, which can't read them otherwise"),
    ]
}

extension SettingGroup {
    static let all = [
        SettingGroup(title: "Basics", rows: SettingRow.basics),
        SettingGroup(title: "Server", rows: SettingRow.server),
        SettingGroup(title: "Access", rows: SettingRow.access),
        SettingGroup(title: "Rates and logs", rows: SettingRow.traces),
        SettingGroup(title: "TLS", rows: SettingRow.tls),
        SettingGroup(title: "Fast restarts", rows: SettingRow.checkpoints),
        SettingGroup(title: "Files of the lake", rows: SettingRow.files),
        SettingGroup(title: "Topics", rows: SettingRow.topics),
        SettingGroup(title: "Kafka", rows: SettingRow.kafka),
        SettingGroup(title: "HDFS", rows: SettingRow.hdfsClient),
        SettingGroup(title: "Hive", rows: SettingRow.hiveTables),
    ]
}
