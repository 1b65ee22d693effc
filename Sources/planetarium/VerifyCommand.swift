// `planetarium verify LAKE`: recomputes what the lake says from its own Parquet files. Needs neither log nor server; changes nothing.
// Not the checks (PlanetStream/Replay/Verify), nor the report's words (Report/VerifyText.swift).

import Glibc
import Lake
import PlanetStream

enum VerifyCommand {
    /// 0: nothing found, 1: findings, 2: it could not be done.
    static func run(_ arguments: [String]) throws(UsageError) -> Int32 {
        var options = Options(arguments)
        let asOfText = try options.value("--as-of")
        let discoveries = try options.value("--topic")
        let rejected = try options.value("--topic-rejected")
        let isJSON = options.flag("--json")
        let quiet = options.flag("--quiet")
        let hdfs = try Settings.read(&options, for: .verify).hdfs
        let place = try options.positional("LAKE: a folder, or an address as for --lake")
        try options.finish()
        let asOf = try asOfText.map { text throws(UsageError) in
            guard let asOf = AsOf(text) else {
                throw UsageError(
                    "--as-of \(text) is none of: an offset of partition 0, TOPIC/PARTITION:OFFSET,..., a time such as 2026-11-24T01:02:03Z"
                )
            }
            return asOf
        }
        var topics: LakeTopics?
        if discoveries != nil || rejected != nil {
            topics = LakeTopics(
                discoveries: discoveries ?? LakeTopics().discoveries, rejected: rejected ?? LakeTopics().rejected)
        }
        guard let address = place.contains(":") ? LakeAddress(place, hdfs) : .folder(path: place) else {
            throw UsageError("\(place) is no lake address (a folder, file:DIR, hdfs://NAMENODE:9870/FOLDER)")
        }
        // Opening a lake makes its folder; a name mistyped must not.
        if case .folder(let path) = address, access(path, R_OK | X_OK) != 0 {
            throw UsageError("\(path): \(String(cString: strerror(errno)))")
        }

        var bar = ProgressBar(label: "verify", quiet: quiet || isJSON)
        let begun = seconds()
        do {
            let store = try address.open()
            var verification = try LakeVerification(store, topics: topics) { progress in
                bar.show(
                    progress.total > 0 ? Double(progress.done) / Double(progress.total) : nil, progress.what)
            }
            let report = try verification.run(asOf: asOf)
            bar.finish()
            let text = VerifyText(report, lake: place, asOf: asOfText, seconds: seconds() - begun)
            print(isJSON ? text.json : text.lines)
            return report.isFine ? 0 : 1
        } catch {
            bar.finish()
            print("planetarium verify: \(place): \(error)", to: &standardError)
            return 2
        }
    }

    private static func seconds() -> Double {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
    }
}
