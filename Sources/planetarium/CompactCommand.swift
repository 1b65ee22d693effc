// `planetarium compact LAKE`: merges the small files of days that are over, while no stream writes to the lake.

import Glibc
import JSONText
import Lake
import PlanetStream

enum CompactCommand {
    static func run(_ arguments: [String]) throws(UsageError) -> Int32 {
        var options = Options(arguments)
        var compaction = CompactionOptions()
        let days = try options.number("--aggregates-days", 0...100_000, fallback: 0)
        if days > 0 { compaction.keepDays = ["aggregates": days] }
        compaction.grace = UInt64(try options.number("--grace", 0...86_400, fallback: 10)) * 1_000_000_000
        compaction.isMerging = !options.flag("--retention-only")
        let isJSON = options.flag("--json")
        let quiet = options.flag("--quiet") || isJSON
        let hdfs = try ReadSettings(&options, for: .compact).settings.hdfs
        let lake = try options.lake(hdfs, mode: R_OK | W_OK | X_OK).address
        try options.finish()
        do {
            let done = try LakeCompaction.run(lake, compaction) { if !quiet { print($0) } }
            if isJSON {
                let json = JSONWriter.object {
                    $0.member("compactions", done.compactions)
                    $0.member("files_before", done.filesBefore)
                    $0.member("files_after", done.filesAfter)
                    $0.member("files_adopted", done.adopted)
                }
                print(String(decoding: json, as: UTF8.self))
                return 0
            }
            if done.adopted > 0 { print("\(done.adopted) files were missing in the manifest and are now in it") }
            print("\(done.compactions) compactions: \(done.filesBefore) files merged into \(done.filesAfter)")
            return 0
        } catch {
            print("planetarium compact: \(error)", to: &standardError)
            return 1
        }
    }
}

extension Command {
    static let compact = Command(
        name: "compact", summary: "merge the small files of a lake", arguments: "LAKE [options]",
        about: [
            "Merges the small files of days that are over into large ones, while no stream writes to the lake; readers may "
                + "go on. LAKE is a folder, or an address as for --lake. A stream on an embedded log does the same by "
                + "itself (--lake-compact)."
        ],
        example: "planetarium compact /var/lib/planetarium/lake --aggregates-days 30",
        options: [
            ("--aggregates-days N", "also remove the aggregates of days more than N days ago (default 0: none)"),
            ("--retention-only", "remove those aggregates and merge nothing"),
            ("--grace SECONDS", "how long replaced files are kept for their readers (default 10)"),
            jsonOption, ("--quiet", "no messages about the work"),
        ],
        part: .compact, run: CompactCommand.run)
}
