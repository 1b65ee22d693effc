// `planetarium compact LAKE`: merges the small files of days that are over, while no stream writes to the lake.

import Glibc
import Lake
import PlanetStream

enum CompactCommand {
    static func run(_ arguments: [String]) throws(UsageError) -> Int32 {
        var options = Options(arguments)
        var compaction = CompactionOptions()
        let days = try Command.number(&options, "--aggregates-days", 0...100_000, fallback: 0)
        if days > 0 { compaction.keepDays = ["aggregates": days] }
        compaction.grace =
            UInt64(try Command.number(&options, "--grace", 0...86_400, fallback: 10)) * 1_000_000_000
        compaction.isMerging = !options.flag("--retention-only")
        let quiet = options.flag("--quiet")
        let hdfs = try Settings.read(&options, for: .compact).hdfs
        let text = try options.positional("LAKE, a folder or an address as for --lake")
        try options.finish()
        guard let lake = text.contains(":") ? LakeAddress(text, hdfs) : .folder(path: text) else {
            throw UsageError("\(text) is no lake address (a folder, file:DIR, hdfs://NAMENODE:9870/FOLDER)")
        }
        // Opening it would make it.
        if case .folder(let path) = lake, access(path, R_OK | W_OK | X_OK) != 0 {
            throw UsageError("\(path): \(String(cString: strerror(errno)))")
        }
        do {
            let done = try LakeCompaction.run(lake, compaction) { if !quiet { print($0) } }
            if done.adopted > 0 { print("\(done.adopted) files without a line in the manifest got one") }
            print(
                "\(done.compactions) compactions: \(done.filesBefore) files made \(done.filesAfter)")
            return 0
        } catch {
            print("planetarium compact: \(error)", to: &standardError)
            return 1
        }
    }
}
