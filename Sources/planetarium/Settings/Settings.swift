// The value of every setting, and how a command reads them: configuration file, environment, command line; the last
// one counts. Defaults are in the values here and in the options they contain, names and rules in SettingRows.swift.

import EventLog
import Glibc
import Lake
import PlanetCore
import PlanetStream
import PlanetWeb

struct Settings: Sendable {
    var configFile: String?
    var data = "data"
    var topics = TopicNames()
    /// The consumer group, if several processes share the log.
    var group = "planetarium"
    /// 0: 6 in a cluster, 1 in an embedded log.
    var partitions: Int32 = 0
    /// 0: one per core.
    var loops = 0
    /// Nanoseconds from the signal to the end of the process, whatever still runs.
    var stopGrace: UInt64 = 25_000_000_000
    /// `records` 0: never.
    var checkpoint = CheckpointPolicy()
    var compaction = CompactionOptions()
    var statusListen: ListenAddress?
    var hive: [HiveAddress] = []
    var hiveDatabase = "planetarium"
    var hiveLocation: String?
    var hiveTimeout = Metastore.usualTimeout
    var hiveTimestamps = HiveLayout.Timestamps.timestamp
    var kafka = KafkaProperties()
    var hdfs = WebHDFSOptions()
    /// Options of log, stream and web that are themselves settings; ServiceOptions.swift adds the rest.
    var stream = StreamOptions()
    var web = WebOptions()
    var access = AccessSettings()
    var tls = TLSSettings()
    /// Requests per second of one sender; nil: unlimited.
    var readRate: Int?
    var writeRate: Int?
    /// More than a class sends at once, or a file over a network.
    private static let usualRecordRate = 20_000
    private var chosenRecordRate: Int??
    var accessLog: String?
    private var chosenAuditLog: String?
    private var chosenClasses: String?
    private var chosenLog: LogAddress?
    private var chosenLake: LakeAddress?
    private var chosenCache: String?

    /// A command that has settings.
    enum Part: String, CaseIterable, Sendable {
        case serve, web, stream, topics, hive, compact, verify, token
    }

    var listen: ListenAddress {
        get { ListenAddress(host: web.server.host, port: web.server.port) }
        set { (web.server.host, web.server.port) = (newValue.host, newValue.port) }
    }

    var log: LogAddress {
        get { chosenLog ?? .sqlite(path: "\(data)/log.db") }
        set { chosenLog = newValue }
    }

    var lake: LakeAddress {
        get {
            guard case .hdfs(var address) = chosenLake else { return chosenLake ?? .folder(path: "\(data)/lake") }
            address.options = hdfs
            return .hdfs(address)
        }
        set { chosenLake = newValue }
    }

    /// False: `lake` is the default.
    var isLakeChosen: Bool { chosenLake != nil }

    /// A folder, or "none".
    var cache: String {
        get { chosenCache ?? "\(data)/cache" }
        set { chosenCache = newValue }
    }

    /// A file, or "none".
    var auditLog: String {
        get { chosenAuditLog ?? "\(data)/audit.ndjson" }
        set { chosenAuditLog = newValue }
    }

    /// A file, or "none".
    var classes: String {
        get { chosenClasses ?? "\(data)/classes.ndjson" }
        set { chosenClasses = newValue }
    }

    /// Records a second of one sender; nil: any number.
    var recordRate: Int? {
        get { chosenRecordRate ?? Settings.usualRecordRate }
        set { chosenRecordRate = .some(newValue) }
    }

    /// False: `recordRate` is the default.
    var isRecordRateChosen: Bool { chosenRecordRate != nil }

    /// For how many days files of the table aggregates are kept; 0: for ever.
    var aggregatesDays: Int {
        get { compaction.keepDays["aggregates"] ?? 0 }
        set { compaction.keepDays["aggregates"] = newValue > 0 ? newValue : nil }
    }
}

/// Where a value comes from.
enum SettingOrigin: Equatable, CustomStringConvertible {
    case fallback
    case file(String, line: Int)
    case environment(String)
    case flag

    var description: String {
        switch self {
        case .fallback: "default"
        case .file(let path, let line): "\(path):\(line)"
        case .environment(let name): "environment \(name)"
        case .flag: "flag"
        }
    }
}

/// A command's settings, and where those that are not defaults come from.
struct ReadSettings {
    var settings = Settings()
    /// By the setting's name.
    private(set) var origins: [String: SettingOrigin] = [:]
    private let part: Settings.Part

    /// Takes the settings of `part` out of `options`. Throws a sentence about what is wrong, without potential secrets.
    init(
        _ options: inout Options, for part: Settings.Part, environment: [String: String] = Environment.all
    ) throws(UsageError) {
        self.part = part
        let rows = SettingRow.all.filter { $0.parts.contains(part) }
        var variables: [GivenSetting] = []
        var flags: [GivenSetting] = []
        for row in rows {
            if !row.isRepeated, let text = environment[row.environmentName] {
                variables.append(GivenSetting(row: row, text: text, origin: .environment(row.environmentName)))
            }
            while let text = try row.isSwitch ? options.switchValue("--" + row.name) : options.value("--" + row.name) {
                flags.append(GivenSetting(row: row, text: text, origin: .flag))
                if !row.isRepeated { break }
            }
        }
        let file = (variables + flags).last { $0.row.name == SettingRow.configName }
        for given in try file.map({ given throws(UsageError) in try GivenSetting.all(inFile: given.text) }) ?? [] {
            try take(given)
        }
        for given in variables { try take(given) }
        settings.kafka.readEnvironment(environment)
        // Not an option: other users of the machine could see it.
        if let token = environment[Environment.hdfsToken], !token.isEmpty { settings.hdfs.token = token }
        for given in flags { try take(given) }
        try settings.kafka.readFile()
    }

    private mutating func take(_ given: GivenSetting) throws(UsageError) {
        guard given.row.parts.contains(part) else {
            // Another command's settings are ignored, but must be valid.
            var unused = Settings()
            return try given.set(&unused)
        }
        try given.set(&settings)
        origins[given.row.name] = given.origin
    }

    func origin(of row: SettingRow) -> SettingOrigin { origins[row.name] ?? .fallback }
}

extension Settings {
    /// For a command without options of its own.
    static func read(arguments: [String], for part: Part) throws(UsageError) -> Settings {
        var options = Options(arguments)
        let read = try ReadSettings(&options, for: part)
        try options.finish()
        return read.settings
    }
}

/// One source's text for a setting.
struct GivenSetting {
    let row: SettingRow
    let text: String
    let origin: SettingOrigin

    func set(_ settings: inout Settings) throws(UsageError) {
        guard !row.set(&settings, text, origin) else { return }
        let shown = row.isSecret ? "" : Secrets.hidden(in: text)
        let given =
            switch origin {
            case .fallback, .flag: "--\(row.name) \(shown)"
            case .environment(let name): "\(name)=\(shown)"
            case .file: "\(origin): \(row.name) = \(shown)"
            }
        let hint = Secrets.areIn(text) ? "; no user and password in an address: \(Secrets.elsewhere)" : ""
        throw UsageError("\(given)\(given.hasSuffix(" ") ? "" : " ")\(row.complaint)\(hint)")
    }

    /// All settings in a configuration file, in order.
    static func all(inFile path: String) throws(UsageError) -> [GivenSetting] {
        var lines: [String: Int] = [:]
        var all: [GivenSetting] = []
        for line in try NameValueFile.lines(of: path, option: "--" + SettingRow.configName) {
            let place = "\(path):\(line.number)"
            guard let row = SettingRow.all.first(where: { $0.name == line.name }), row.name != SettingRow.configName
            else {
                let hint = Nearest.hint(line.name, in: SettingRow.all.map(\.name))
                throw UsageError("\(place): unknown setting: \(line.name)\(hint)")
            }
            if !row.isRepeated, let first = lines.updateValue(line.number, forKey: row.name) {
                throw UsageError("\(place): \(row.name) is set twice, first in line \(first)")
            }
            all.append(GivenSetting(row: row, text: line.value, origin: .file(path, line: line.number)))
        }
        return all
    }
}
