// Puts a finished compaction in place of its inputs, and completes one that a crash interrupted (docs/LAKE-FILES.md,
// "Compaction").
// LAKE/_compaction/JOB/TABLE/dt=DAY is the day's new folder; exchanging it with the visible one is one step.
// JOB/intent.jsonl commits.
// Only for the holder of the whole lake's lock. Does not merge.

import Basics
import Telemetry

package struct CompactionSwitch {
    static let folder = "_compaction"
    /// Exists from the commit until every table is exchanged and the manifest updated.
    static let intentName = "intent.jsonl"
    /// The name it then gets: all that is left to do is remove the rest.
    static let doneName = "done.jsonl"

    let store: any FileStore
    /// "_compaction/JOB".
    let job: String
    /// The files removed and added.
    let entry: ManifestEntry

    private var intent: String { "\(job)/\(Self.intentName)" }
    private var done: String { "\(job)/\(Self.doneName)" }
    private var tables: [String] { entry.files.map(\.table).sorted() }
    private func visible(_ table: String) -> String { LakePath.folder(table: table, day: entry.day) }
    private func staged(_ table: String) -> String { "\(job)/\(visible(table))" }

    /// The commit. The merged files are staged and synced by now. May be called again.
    func commit() throws(LakeError) {
        for table in tables {
            try carry(visible(table), to: staged(table), without: replaced(table))
            try store.syncFolder(staged(table))
        }
        try store.replace(intent, with: ManifestLine.text(entry))
    }

    /// After the commit, as often as needed: exchanges what is not yet exchanged, and writes the manifest's line.
    func complete(_ manifest: Manifest) throws(LakeError) {
        for table in tables {
            if try !isExchanged(table) {
                if try store.canExchange(staged(table), visible(table)) {
                    // What other partitions added meanwhile stays visible.
                    if try store.exists(visible(table)) {
                        try carry(visible(table), to: staged(table), without: replaced(table))
                    }
                    try store.exchange(staged(table), visible(table))
                } else {
                    try copyIntoPlace(table)
                }
            }
            try carryWhatCame(table)
            // Even if it was exchanged earlier and only a sync failed.
            try store.syncFolder(visible(table))
            try store.syncFolder(table)
            try store.syncFolder("\(job)/\(table)")
        }
        try manifest.appendOnce(entry)
        // Done earlier; only its folder's sync failed.
        if try store.exists(intent) { try store.rename(intent, to: done, replacing: true) }
        try store.syncFolder(job)
    }

    /// Names of a table's files that are replaced.
    private func replaced(_ table: String) -> Set<String> {
        Set(entry.removed.filter { $0.table == table }.map(\.path.name))
    }

    /// Links every file of one folder into another under its own name, except those in `without`. Returns the names
    /// that were new.
    @discardableResult
    private func carry(
        _ source: String, to target: String, without: Set<String>
    ) throws(LakeError) -> [String] {
        var carried: [String] = []
        let there = Set(try store.list(target).map(\.name))
        for file in try store.list(source) where !without.contains(file.name) && !there.contains(file.name) {
            // A folder inside a day's folder is not ours.
            if file.isFolder {
                throw .inconsistent("\(source)/\(file.name) is a folder: the day is not compacted")
            }
            // Left by a crash: no roll of this day is open.
            if file.name.hasPrefix("."), file.name.hasSuffix(LakePath.asideExtension) { continue }
            try store.link("\(source)/\(file.name)", to: "\(target)/\(file.name)")
            carried.append(file.name)
        }
        return carried
    }

    /// Somebody else's file that came after the names were listed and before the exchange. Must be checked at once:
    /// later the replaced folder also holds files that another compaction, retention or a person has removed since, and
    /// those must not come back.
    private func carryWhatCame(_ table: String) throws(LakeError) {
        for folder in try store.list("\(job)/\(table)") where folder.isFolder {
            let old = "\(job)/\(table)/\(folder.name)"
            for name in try carry(old, to: visible(table), without: replaced(table)) {
                Log.warning(
                    "somebody wrote a file while its folder was compacted; it stays visible",
                    ["file": "\(visible(table))/\(name)"])
            }
        }
    }

    /// If the folders ended up on two file systems after the commit (a table moved to another disk), copies the merged
    /// file and then removes its inputs. For a moment readers of the folder see neither, but never both.
    private func copyIntoPlace(_ table: String) throws(LakeError) {
        Log.warning(
            "a compaction is ended by copying: the table's folder is on another file system, or a symbolic link",
            ["folder": visible(table)])
        for file in entry.files where file.table == table {
            let place = file.path
            let aside = LakePath.aside(
                table: table, day: place.day, topic: place.topic, partition: place.partition, first: place.first)
            do { try store.delete(aside) } catch .notFound {}
            try store.copy("\(job)/\(place.path)", to: aside)
            guard try SHA256.hex(aside, bytes: file.bytes, in: store) == file.sha256 else {
                throw .inconsistent("\(job)/\(place.path) is not as it was written: \(visible(table)) stays as it is")
            }
            for old in entry.removed where old.table == table {
                do { try store.delete(old.path.path) } catch .notFound {}
            }
            try store.rename(aside, to: place.path, replacing: false)
            try store.syncFolder(visible(table))
        }
    }

    private func isExchanged(_ table: String) throws(LakeError) -> Bool {
        for file in entry.files where file.table == table {
            return try store.exists(file.path.path)
        }
        return true
    }

    /// Removes the replaced folders with all they hold: what remains is in the visible ones.
    func removeReplaced() throws(LakeError) {
        try store.removeTree(job)
    }

    // MARK: After a crash

    /// Undoes what can't be completed, where possible: it must not keep a lake from being opened. False when undone.
    private func completeOrPutBack(_ manifest: Manifest) throws(LakeError) -> Bool {
        do throws(LakeError) {
            try complete(manifest)
            return true
        } catch {
            guard !error.isRetriable, try exchangeBack() else { throw error }
            Log.warning("a compaction cannot be completed; the files stay as they were", ["job": job, "error": error])
            try store.delete(intent)
            try store.syncFolder(job)
            try store.removeTree(job)
            return false
        }
    }

    /// False if replaced files are gone already.
    private func exchangeBack() throws(LakeError) -> Bool {
        func areThere(in folder: String, _ table: String) throws(LakeError) -> Bool {
            let there = Set(try store.listIfThere(folder).map(\.name))
            return entry.removed.allSatisfy { $0.table != table || there.contains($0.path.name) }
        }
        var exchanged: [String] = []
        for table in tables {
            if try isExchanged(table) { exchanged.append(table) }
            let old = exchanged.last == table ? staged(table) : visible(table)
            guard try areThere(in: old, table) else { return false }
        }
        for table in exchanged {
            // What was added since stays visible.
            let merged = Set(entry.files.filter { $0.table == table }.map(\.path.name))
            try carry(visible(table), to: staged(table), without: merged)
            try store.exchange(staged(table), visible(table))
            try store.syncFolder(table)
        }
        return true
    }

    /// At a start, before anything else is done to the lake: completes what was committed and removes what was not.
    /// Returns the jobs it found.
    @discardableResult
    package static func mend(_ store: any FileStore) throws(LakeError) -> Int {
        var jobs = 0
        for job in try store.listIfThere(folder) where job.isFolder {
            jobs += 1
            let path = "\(folder)/\(job.name)"
            if let entry = try committed(path, store) {
                guard let place = (entry.files + entry.removed).first?.path else { continue }
                let change = CompactionSwitch(store: store, job: path, entry: entry)
                if try change.completeOrPutBack(Manifest(store, topic: place.topic, partition: place.partition)) {
                    try change.removeReplaced()
                    Log.info("compaction completed after a crash", ["job": job.name])
                }
            } else {
                let isDone = try store.exists("\(path)/\(doneName)")
                try store.removeTree(path)
                if !isDone { Log.info("unfinished compaction removed", ["job": job.name]) }
            }
        }
        return jobs
    }

    /// Whether something is committed but not completed.
    static func isUnfinished(_ store: any FileStore) throws(LakeError) -> Bool {
        for job in try store.listIfThere(folder) where job.isFolder {
            if try store.exists("\(folder)/\(job.name)/\(intentName)") { return true }
        }
        return false
    }

    private static func committed(_ job: String, _ store: any FileStore) throws(LakeError) -> ManifestEntry? {
        let bytes: [UInt8]
        let path = "\(job)/\(intentName)"
        do { bytes = try store.read(path, offset: 0, count: 64 << 20) } catch .notFound { return nil }
        var reader = ManifestLineReader()
        do throws(ManifestLineError) { return try reader.entry(bytes.prefix { $0 != 0x0A }) } catch {
            throw .inconsistent("\(path) cannot be read: \(error.text)")
        }
    }
}
