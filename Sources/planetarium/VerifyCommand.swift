// `planetarium verify LAKE`: recomputes what the lake contains from its own Parquet files, without log or server.
// Changes nothing. PlanetStream/Replay/Verify does the checks, Report/VerifyText.swift words the report.

import Glibc
import Lake
import PlanetCore
import PlanetStream
import Threads

enum VerifyCommand {
    /// 0: no findings, 1: findings, 2: it could not be done.
    static func run(_ arguments: [String]) throws(UsageError) -> Int32 {
        var options = Options(arguments)
        let asOfText = try options.value("--as-of")
        let discoveries = try options.value("--topic")
        let rejected = try options.value("--topic-rejected")
        let isJSON = options.flag("--json")
        let quiet = options.flag("--quiet")
        let hdfs = try ReadSettings(&options, for: .verify).settings.hdfs
        let (place, address) = try options.lake(hdfs, mode: R_OK | X_OK)
        try options.finish()
        let asOf = try asOfText.map { text throws(UsageError) in
            guard let asOf = AsOf(text) else {
                throw UsageError(
                    "--as-of \(text) is none of: an offset of partition 0, TOPIC/PARTITION:OFFSET,..., a time such as 2026-11-24T01:02:03Z"
                )
            }
            return asOf
        }
        var topics: TopicNames?
        if discoveries != nil || rejected != nil {
            topics = TopicNames(
                discoveries: discoveries ?? TopicNames().discoveries, rejected: rejected ?? TopicNames().rejected)
        }

        var bar = ProgressBar(label: "verify", quiet: quiet || isJSON)
        let begun = Clock.monotonic
        do {
            let store = try address.open()
            var verification = try LakeVerification(store, topics: topics) { progress in
                bar.show(
                    progress.total > 0 ? Double(progress.done) / Double(progress.total) : nil, progress.what)
            }
            let report = try verification.run(asOf: asOf)
            bar.finish()
            let text = VerifyText(report, lake: place, asOf: asOfText, seconds: Double(Clock.monotonic - begun) / 1e9)
            print(isJSON ? text.json : text.lines)
            return report.isFine ? 0 : 1
        } catch {
            bar.finish()
            print("planetarium verify: \(place): \(error)", to: &standardError)
            return 2
        }
    }
}

extension Command {
    static let verify = Command(
        name: "verify", summary: "recompute a lake from its files", arguments: "LAKE [options]",
        about: [
            "Recomputes every aggregate and every prediction in the lake from its own Parquet files and compares them bit "
                + "for bit; checks every page, offset and file. LAKE is a folder or an address. Changes nothing.",
            "Exit status 0: all agrees, 1: findings, 2: it could not be done.",
        ],
        example: "planetarium verify /var/lib/planetarium/lake --as-of 2026-11-24T01:02:03Z",
        options: [
            (
                "--as-of POINT",
                "only the records up to there: an offset of partition 0, TOPIC/PARTITION:OFFSET,..., or an RFC 3339 time"
            ),
            ("--json", "the report as JSON"),
            ("--topic NAME", "the topic of discoveries (default: as the files are named)"),
            ("--topic-rejected NAME", "the topic of refused submissions (the same)"),
            quietOption,
        ],
        part: .verify, run: VerifyCommand.run)
}
