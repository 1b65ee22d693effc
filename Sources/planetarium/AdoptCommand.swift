// `planetarium topics adopt`: the way out if the log is no longer the one that the lake was made from. Says what would
// change, asks, and carries it out (PlanetStream/Adoption).

import EventLog
import Glibc
import Lake
import PlanetStream

enum AdoptCommand {
    static func run(_ arguments: [String]) throws(UsageError) -> Int32 {
        var options = Options(arguments)
        let isDry = options.flag("--dry-run")
        let isSure = options.flag("--yes")
        let settings = try ReadSettings(&options, for: .topics).settings
        try options.finish()
        guard settings.log != .memory else { throw UsageError("a log in memory is new at every start") }
        do {
            return try run(settings, isDry: isDry, isSure: isSure)
        } catch let error as LogError {
            return fail("log \(settings.log): \(error)")
        } catch let error as LakeError {
            return fail("lake \(settings.lake): \(error)")
        } catch {
            return fail("\(error)")
        }
    }

    private static func run(_ settings: Settings, isDry: Bool, isSure: Bool) throws -> Int32 {
        // Opening a lake would create it.
        if case .folder(let path) = settings.lake, access(path, F_OK) != 0 {
            print("There is no lake in \(path): nothing to adopt.")
            return 0
        }
        var logOptions = settings.logOptions
        if isDry { logOptions.access = .readOnly }
        let log = try openLog(settings.log, logOptions)
        defer { log.close() }
        // An embedded log that was lost begins as the service would make it.
        if !settings.log.isShared, !isDry {
            for topic in settings.streamOptions.wantedTopics { try log.ensureTopic(topic.name, topic.options) }
        }
        let adoption = try LogAdoption(settings.lake, log, settings.streamOptions)
        guard let plan = try adoption.plan(isMending: !isDry) else {
            print("The lake \(settings.lake) is empty: nothing to adopt.")
            return 0
        }
        if plan.isNothing {
            print("The lake \(settings.lake) and the log \(settings.log) belong together: nothing to adopt.")
            return 0
        }
        let cache = try CacheSetAside(settings.cache)
        print("The log \(settings.log) is not the one that the lake \(settings.lake) was made from:")
        if plan.isAnotherLog { print("  it is \(plan.log), that was \(plan.before ?? "unknown")") }
        for change in plan.changes {
            print(
                "  \(change.place): \(change.reason). Its records from offset \(change.start.log) on will be in the lake at "
                    + "\(change.start.lake) and after")
        }
        print("The lake keeps all its records. Chapter \(plan.chapter) of it begins.")
        if let cache { print("The web's cache \(cache.folder) is set aside.") }
        if isDry {
            print("Nothing was changed (--dry-run).")
            return 0
        }
        guard isSure || isatty(0) == 0 || isAgreed() else {
            print("Nothing was changed.")
            return 1
        }
        try cache?.carryOut()
        try adoption.carryOut(plan)
        print("Done. Start the stream and the web processes again.")
        return 0
    }

    private static func isAgreed() -> Bool {
        print("Adopt this log? (yes, no) ", terminator: "")
        fflush(nil)
        return ["yes", "y"].contains(readLine()?.lowercased() ?? "")
    }

    private static func fail(_ text: String) -> Int32 {
        print("planetarium topics adopt: \(text)", to: &standardError)
        return 1
    }
}

/// The web's saved catalogue of the old log: without it the web reads everything again; it is kept for inspection.
private struct CacheSetAside {
    let folder: String
    private let lock: FolderLock

    /// Nil if there is none. Throws while a process writes to it.
    init?(_ cache: String) throws(LakeError) {
        guard cache != "none", access(cache + "/catalogue", F_OK) == 0 else { return nil }
        folder = cache + "/catalogue"
        lock = try FolderLock(folder: cache)
    }

    func carryOut() throws(LakeError) {
        var number = 1
        while access("\(folder).old-\(number)", F_OK) == 0 { number += 1 }
        guard rename(folder, "\(folder).old-\(number)") == 0 else {
            throw .unavailable("cannot rename \(folder): \(String(cString: strerror(errno)))")
        }
    }
}
