// Puts a finished compaction in the place of what it was made from, and ends one that a crash cut short
// (docs/LAKE-FILES.md, "Compaction").
// LAKE/_compaction/JOB/TABLE/dt=DAY is the day's folder to be; its exchange with the visible one is one step.
// JOB/intent.jsonl commits.
// Only for who holds the whole lake's lock. Not the merging.

import Basics
import Telemetry

package struct CompactionSwitch {
    static let folder = "_compaction"
    /// There from the commit until every table is exchanged and the manifest knows.
    static let intentName = "intent.jsonl"
    /// Then under this name: what is left is only to be removed.
    static let doneName = "done.jsonl"

    let store: any FileStore
    /// "_compaction/JOB".
    let job: String
    /// Files that go and that come.
    let entry: ManifestEntry

    private var intent: String { "\(job)/\(Self.intentName)" }
    private var done: String { "\(job)/\(Self.doneName)" }
    private var tables: [String] { entry.files.map(\.table).sorted() }
    private func visible(_ table: String) -> String { LakePath.folder(table: table, day: entry.day) }
    private func staged(_ table: String) -> String { "\(job)/\(visible(table))" }

    /// The commit. The merged files are staged and synced already. May be called again.
    func commit() throws(LakeError) {
        for table in tables {
            try carry(visible(table), to: staged(table), without: replaced(table))
            try store.syncFolder(staged(table))
        }
        try store.replace(intent, with: ManifestLine.text(entry))
    }

    /// After the commit, as often as needed: exchanges what is not exchanged yet, and writes the manifest's line.
    func complete(_ manifest: Manifest) throws(LakeError) {
        for table in tables {
            if try !isExchanged(table) {
                if try store.canExchange(staged(table), visible(table)) {
                    // What came since, of other partitions, stays visible.
                    if try store.exists(visible(table)) {
                        try carry(visible(table), to: staged(table), without: replaced(table))
                    }
                    try store.exchange(staged(table), visible(table))
                } else {
                    try copyIntoPlace(table)
                }
            }
            try carryWhatCame(table)
            // Also where it was exchanged before, and a sync failed.
            try store.syncFolder(visible(table))
            try store.syncFolder(table)
            try store.syncFolder("\(job)/\(table)")
        }
        try manifest.appendOnce(entry)
        // Done before, and only its folder's sync failed.
        if try store.exists(intent) { try store.rename(intent, to: done, replacing: true) }
        try store.syncFolder(job)
    }

    /// Names of a table's files that go.
    private func replaced(_ table: String) -> Set<String> {
        Set(entry.removed.filter { $0.table == table }.map(\.path.name))
    }

    /// A folder gets every file of another one under its own name, save those in `without`. Returns the names it had
    /// not.
    @discardableResult
    private func carry(
        _ source: String, to target: String, without: Set<String>
    ) throws(LakeError) -> [String] {
        var carried: [String] = []
        let there = Set(try store.list(target).map(\.name))
        for file in try store.list(source) where !without.contains(file.name) && !there.contains(file.name) {
            // A folder in a day's folder is none of ours.
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

    /// Somebody else's file that came after the names were taken, and before the exchange. Looked for at once: later
    /// the replaced folder also has what went since, by another compaction of the day, by its age, or by hand, and that
    /// must not come back.
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

    /// Where the folders came to lie on two file systems after the commit (a table that was moved to another disk): the
    /// merged file is copied, and takes the place of what it was made from. For a moment readers of the folder find
    /// neither; never both.
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

    /// Removes the replaced folders, with all that is in them: what stays is in the visible ones.
    func removeReplaced() throws(LakeError) {
        try store.removeTree(job)
    }

    // MARK: After a crash

    /// What can't be completed is undone, where that can be: it must not keep a lake from being opened. False when it
    /// was.
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

    /// False where files that were replaced are gone.
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
            // What came since stays visible.
            let merged = Set(entry.files.filter { $0.table == table }.map(\.path.name))
            try carry(visible(table), to: staged(table), without: merged)
            try store.exchange(staged(table), visible(table))
            try store.syncFolder(table)
        }
        return true
    }

    /// Ends what was committed, and removes what was not. For a start, before anything else is done to the lake.
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

    /// Whether something is committed and not completed.
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
