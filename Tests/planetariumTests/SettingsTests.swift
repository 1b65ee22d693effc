// Where the value of a setting comes from, what each source refuses, and that the documentation lists the table.

import EventLog
import Foundation
import Lake
import Testing

@testable import planetarium

@Suite struct SettingsTests {
    private func read(
        _ arguments: [String] = [], for part: Settings.Part = .serve, _ environment: [String: String] = [:]
    ) throws(UsageError) -> ReadSettings {
        var options = Options(arguments)
        let read = try ReadSettings(&options, for: part, environment: environment)
        try options.finish()
        return read
    }

    private func complaint(
        _ arguments: [String] = [], for part: Settings.Part = .serve, _ environment: [String: String] = [:]
    ) -> String? {
        do {
            _ = try read(arguments, for: part, environment)
            return nil
        } catch { return error.text }
    }

    private func row(_ name: String) throws -> SettingRow {
        try #require(SettingRow.all.first { $0.name == name })
    }

    @Test func flagBeatsEnvironmentBeatsFileBeatsDefault() throws {
        let folder = try TemporaryFolder()
        let file = try folder.file("p.conf", "# ours\nloops = 3\nlisten=[::1]:90\n\nroll-age = 0.5\ntopic = a\n")
        let read = try read(
            ["--loops", "5", "--config=\(file)"],
            [
                "PLANETARIUM_LOOPS": "4", "PLANETARIUM_LISTEN": "127.0.0.1:80", "PLANETARIUM_TOPIC": "b",
            ])
        #expect(read.settings.loops == 5)
        #expect(read.settings.listen == ListenAddress(host: "127.0.0.1", port: 80))
        #expect(read.settings.stream.roll.age == 500_000_000)
        #expect(read.settings.web.maxBody == 16 << 20)
        let names = ["loops", "listen", "roll-age", "max-body", "config"]
        #expect(
            try names.map { read.origin(of: try row($0)).description } == [
                "flag", "environment PLANETARIUM_LISTEN", "\(file):5", "default", "flag",
            ])
        #expect(
            read.settings.streamOptions.topics.discoveries == "b" && read.settings.webOptions.topics.discoveries == "b")
    }

    @Test func theFileIsNamedByTheEnvironmentToo() throws {
        let folder = try TemporaryFolder()
        let (one, other) = (try folder.file("1", "loops = 1"), try folder.file("2", "loops = 2"))
        #expect(try read([], ["PLANETARIUM_CONFIG": one]).settings.loops == 1)
        #expect(try read(["--config", other], ["PLANETARIUM_CONFIG": one]).settings.loops == 2)
    }

    @Test func eachSettingTakesItsOwnDefault() throws {
        for row in SettingRow.all where !row.isSecret {
            let shown = row.text(Settings())
            guard shown != "none", row.name != "data" else { continue }
            var settings = Settings()
            #expect(row.set(&settings, shown, .flag), "\(row.name) = \(shown)")
            #expect(row.text(settings) == shown)
        }
    }

    @Test(arguments: [
        ("loops", "257", "is not a whole number from 0 to 256"), ("loops", "x", "is not a whole number"),
        ("listen", "nowhere", "is not HOST:PORT"), ("listen", "a:65536", "is not HOST:PORT"),
        ("log", "redis://x", "is not a log address"), ("lake", "s3://x", "is not a lake address"),
        ("roll-age", "0", "is not a number above 0"), ("roll-age", "nan", "is not a number above 0"),
        ("echo", "yes", "is neither 0 nor 1"), ("topic", "a b", "is not a topic"), ("topic", "..", "is not a topic"),
        ("hive", "http://a:1", "is not a list of metastores"), ("hive-database", "a.b", "is not a database"),
        ("hive-timeout", "0", "is not a number above 0"), ("hive-timestamps", "int", "is neither timestamp nor bigint"),
        ("hive-location", "/a", "is not a URI"), ("hdfs-permission", "789", "is not an octal number"),
        ("hdfs-permission", "75", "is not an octal number"), ("hdfs-lease", "4", "from 5 to 3600"),
        ("retention", "-1", "from 0 to 1000000"), ("data", "", "is empty"),
    ])
    func everySourceNamesItselfAndTheRule(_ name: String, _ text: String, _ rule: String) throws {
        let row = try row(name)
        let folder = try TemporaryFolder()
        let file = try folder.file("p.conf", "\n\(name) = \(text)\n")
        let shown = [
            complaint(["--\(name)", text]), complaint([], [row.environmentName: text]),
            complaint(["--config", file]),
        ]
        for (shown, source) in zip(shown, ["--\(name) ", "\(row.environmentName)=", "\(file):2: \(name) = "]) {
            let shown = try #require(shown)
            #expect(shown.hasPrefix(source + text) && shown.contains(rule), "\(shown)")
        }
    }

    @Test func valuesInOtherUnits() throws {
        let settings = try read([
            "--retention", "2", "--hdfs-lease", "5", "--replication", "0", "--aggregates-days", "7", "--lake-compact",
            "0", "--checkpoint-records", "0", "--partitions", "9", "--data", "d",
        ]).settings
        #expect(settings.streamOptions.retentionMilliseconds == 7_200_000 && settings.hdfs.lease == 5_000_000_000)
        #expect(settings.streamOptions.replication == nil && settings.streamOptions.checkpoint == nil)
        #expect(settings.streamOptions.compaction?.keepDays == ["aggregates": 7])
        #expect(settings.streamOptions.compaction?.isMerging == false && settings.streamOptions.partitions == 9)
        #expect(settings.log == .sqlite(path: "d/log.db") && settings.lake == .folder(path: "d/lake"))
        #expect(settings.cache == "d/cache" && !settings.isLakeChosen && settings.webOptions.cache == nil)
    }

    @Test(arguments: [("retention", "2"), ("compact", "1")])
    func anEmbeddedLogDropsNothing(_ name: String, _ value: String) throws {
        let environment = ["PLANETARIUM_\(name.uppercased())": value]
        for read in [try read(["--\(name)", value]), try read([], environment)] {
            let refusal = #expect(throws: UsageError.self) { try read.settings.checkLog() }
            #expect(refusal?.text.hasPrefix("--\(name): an embedded log keeps every record") == true)
        }
        try read(["--\(name)", value, "--log", "kafka://a:1"]).settings.checkLog()
        // As it is anyway.
        try read(["--\(name)", "0"]).settings.checkLog()
    }

    @Test func aClusterHasAGroupAndSixPartitions() throws {
        let shared = try read(["--log", "kafka://a:1"]).settings.streamOptions
        #expect(shared.group == "planetarium" && shared.partitions == 6)
        let sole = try read().settings.streamOptions
        #expect(sole.group == nil && sole.partitions == 1)
    }

    @Test func aLakeInHDFSGetsTheOptionsThatComeLater() throws {
        let lake = try read(["--lake", "hdfs://n/lake", "--hdfs-user", "u"]).settings.lake
        guard case .hdfs(let address) = lake else {
            Issue.record("\(lake)")
            return
        }
        #expect(address.options.user == "u")
    }

    @Test func aFileSaysWhereItIsWrong() throws {
        let folder = try TemporaryFolder()
        for (text, expected) in [
            ("loops = 1\npartitons = 2", ":2: unknown setting: partitons; did you mean partitions?"),
            ("nothing-like-it = 2", ":1: unknown setting: nothing-like-it"), ("loops", ":1: not NAME = VALUE"),
            ("= 1", ":1: not NAME = VALUE"), ("loops = 1\n\nloops = 2", ":3: loops is set twice, first in line 1"),
            ("config = other", ":1: unknown setting: config"),
        ] {
            let file = try folder.file("p.conf", text)
            let shown = try #require(complaint(["--config", file]))
            #expect(shown.hasPrefix(file + expected), "\(shown)")
        }
        #expect(complaint(["--config", "/nonexistent"])?.contains("--config: cannot open /nonexistent: ") == true)
        #expect(complaint(["--config", folder.path])?.contains("cannot read") == true)
        let long = try folder.file("long", String(repeating: "# x\n", count: 300_000))
        #expect(complaint(["--config", long])?.contains("more than 1048576 bytes") == true)
    }

    @Test func settingsOfOtherCommandsAreCheckedInAFileAndDoNoHarm() throws {
        let folder = try TemporaryFolder()
        #expect(complaint(["--config", try folder.file("1", "loops = 3")], for: .topics) == nil)
        #expect(
            complaint(["--config", try folder.file("2", "loops = x")], for: .topics)?.contains("2:1: loops") == true)
        #expect(complaint([], for: .topics, ["PLANETARIUM_LOOPS": "x"]) == nil)
        #expect(complaint(["--loops", "3"], for: .topics) == "unknown argument: --loops")
    }

    @Test func theDocumentationListsTheTable() throws {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("docs/CONFIG.md")
        let document = try String(contentsOf: path, encoding: .utf8)
        let shown = document.split(separator: "\n").filter { $0.hasPrefix("| `--") || $0.hasPrefix("### ") }
        var expected: [String] = []
        for group in SettingGroup.all {
            expected.append("### \(group.title)")
            for row in group.rows {
                let parts = Settings.Part.allCases.filter(row.parts.contains).map(\.rawValue).joined(separator: ", ")
                let placeholder = row.placeholder.split(separator: "|").joined(separator: "\\|")
                expected.append(
                    "| `--\(row.name) \(placeholder)` | `\(row.environmentName)` | \(row.fallback) | \(parts) | \(row.help) |"
                )
            }
        }
        #expect(shown.map(String.init) == expected, "it should be:\n\(expected.joined(separator: "\n"))")
    }
}
