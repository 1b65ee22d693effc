// Merges small files of days that are over, and removes files by age: a little at a time, on the thread that writes the
// lake, while it is idle. Only for a process that holds the whole lake's lock.

import Basics
import Telemetry
import Threads

package final class LakeCompactor {
    package enum Progress: Sendable, Equatable {
        /// Nothing to do now.
        case idle
        /// More to do: call again.
        case working
        /// A partition's merged day is in place.
        case merged(job: String, files: Int, into: Int, bytes: Int64)
        /// Replaced files are kept until this monotonic time.
        case waiting(until: UInt64)
    }

    private struct Job {
        var plan: CompactionPlan
        var files: [MergedFile]
        var isBegun = false
        /// Set once everything is staged.
        var change: CompactionSwitch?
        var isCommitted = false
    }

    private let store: any FileStore
    private let primaries: [String]
    private let options: CompactionOptions
    private let metrics: LakeMetrics
    private var plans: [CompactionPlan] = []
    private var job: Job?
    /// Completed; their replaced files are removed when their time comes.
    private var replaced: [(change: CompactionSwitch, until: UInt64)] = []
    /// Monotonic.
    private var nextLook: UInt64 = 0
    /// Plans that can't be carried out, so that they are not retried again and again.
    private var refused: Set<String> = []
    /// Tables whose folders lie elsewhere, as already logged.
    private var apart: Set<String> = []

    /// `primaries`: tables whose files are rolls; a partition's is the first that has files in it.
    package init(
        _ store: any FileStore, primaries: [String], options: CompactionOptions, metrics: LakeMetrics = LakeMetrics()
    ) {
        self.store = store
        self.primaries = primaries
        self.options = options
        self.metrics = metrics
    }

    /// Works for about `budget` nanoseconds. `openDays`: of rolls being written. `manifest`: the one used by the
    /// partition's writer, or nil. After a retriable error the same call may be repeated later.
    package func step(
        budget: UInt64, today: UTCDay = UTCDay(micros: Clock.wallMicros), openDays: Set<UTCDay> = [],
        manifest: (_ topic: String, _ partition: Int32) -> Manifest? = { _, _ in nil }
    ) throws(LakeError) -> Progress {
        let end = Clock.monotonic + budget
        do throws(LakeError) {
            try removeReplaced()
            if job == nil, plans.isEmpty {
                guard Clock.monotonic >= nextLook else { return rest }
                try look(today, manifest)
                nextLook = Clock.monotonic + options.interval
            }
            while job != nil || begin(openDays) {
                if let progress = try work(openDays, manifest) { return progress }
                if Clock.monotonic >= end { return .working }
            }
            return rest
        } catch {
            metrics.failures.add()
            throw error
        }
    }

    private var rest: Progress { replaced.map(\.until).min().map { .waiting(until: $0) } ?? .idle }

    /// Removes replaced files whose time has come, or all of them if `isLast`.
    package func removeReplaced(isLast: Bool = false) throws(LakeError) {
        while let first = replaced.first, isLast || first.until <= Clock.monotonic {
            try first.change.removeReplaced()
            replaced.removeFirst()
        }
    }

    // MARK: What to do

    private func look(_ today: UTCDay, _ manifest: (String, Int32) -> Manifest?) throws(LakeError) {
        for known in try ManifestHistory.partitions(store) {
            let history = try ManifestHistory(store, topic: known.topic, partition: known.partition)
            let files = Array(history.state.files.values)
            guard let primary = primaries.first(where: { table in files.contains { $0.table == table } }) else {
                continue
            }
            try LakeRetention.apply(
                options.keepDays, files, primary: primary, today: today, store, metrics,
                manifest(known.topic, known.partition)
                    ?? Manifest(store, topic: known.topic, partition: known.partition))
            guard options.isMerging else { continue }
            plans += CompactionPlan.plans(files, primary: primary, today: today, options)
        }
        plans.removeAll { refused.contains($0.job) }
        plans.sort { ($0.day, $0.topic, $0.partition, $0.first) < ($1.day, $1.topic, $1.partition, $1.first) }
        // Retention may have removed what a plan needs; the next look makes a new plan.
        if !options.keepDays.isEmpty, !plans.isEmpty { plans = plans.filter { isWhole($0, today) } }
    }

    private func isWhole(_ plan: CompactionPlan, _ today: UTCDay) -> Bool {
        plan.inputs.keys.allSatisfy { table in
            options.keepDays[table].map { !LakeRetention.isOver(plan.day, keepDays: $0, today: today) } ?? true
        }
    }

    /// Starts the next plan whose day nobody is writing. False if there is none.
    private func begin(_ openDays: Set<UTCDay>) -> Bool {
        while !plans.isEmpty {
            let plan = plans.removeFirst()
            // The next look plans it again.
            if openDays.contains(plan.day) { continue }
            let files = plan.inputs.keys.sorted().map { table in
                let path = LakePath(
                    table: table, day: plan.day, topic: plan.topic, partition: plan.partition, first: plan.first,
                    last: plan.last, isPart: plan.isPart)
                return MergedFile(
                    path, plan.inputs[table] ?? [], staged: "\(folder(plan))/\(path.path)", in: store)
            }
            job = Job(plan: plan, files: files)
            return true
        }
        return false
    }

    private func folder(_ plan: CompactionPlan) -> String { "\(CompactionSwitch.folder)/\(plan.job)" }

    // MARK: Doing it

    /// One step of the job. Nil: continue.
    private func work(
        _ openDays: Set<UTCDay>, _ manifest: (String, Int32) -> Manifest?
    ) throws(LakeError) -> Progress? {
        guard var job else { return nil }
        do throws(LakeError) {
            if !job.isBegun {
                try store.removeTree(folder(job.plan))
                for table in job.plan.inputs.keys.sorted() {
                    let visible = LakePath.folder(table: table, day: job.plan.day)
                    let staged = "\(folder(job.plan))/\(visible)"
                    try store.makeDirectories(staged)
                    guard try store.canExchange(staged, visible) else {
                        leave(job.plan, table)
                        try drop(job)
                        return nil
                    }
                }
                job.isBegun = true
                self.job = job
            }
            if job.change == nil {
                if let file = job.files.first(where: { $0.result == nil }) {
                    _ = try file.step()
                    return nil
                }
                job.change = change(job)
                self.job = job
            }
            guard let change = job.change else { return nil }
            // This day is being written again: its folder must not be exchanged under a roll.
            if openDays.contains(job.plan.day) {
                if !job.isCommitted { try drop(job) }
                return rest
            }
            if !job.isCommitted {
                try change.commit()
                job.isCommitted = true
                self.job = job
            }
            try change.complete(
                manifest(job.plan.topic, job.plan.partition)
                    ?? Manifest(store, topic: job.plan.topic, partition: job.plan.partition))
        } catch {
            if !error.isRetriable, !job.isCommitted {
                Log.warning("not compacted", ["job": job.plan.job, "error": error])
                if case .inconsistent = error { refused.insert(job.plan.job) }
                metrics.notCompacted.add()
                try drop(job)
                return nil
            }
            throw error
        }
        self.job = nil
        replaced.append((change(job), Clock.monotonic + options.grace))
        return done(job)
    }

    /// The day can't be exchanged for a merged one. Logged once a table; the days are counted.
    private func leave(_ plan: CompactionPlan, _ table: String) {
        refused.insert(plan.job)
        metrics.notCompacted.add()
        guard apart.insert(table).inserted else { return }
        Log.warning(
            "days of a table are not compacted: its folder is on another file system than the lake, or a symbolic link",
            ["table": table, "first": LakePath.folder(table: table, day: plan.day)])
    }

    private func change(_ job: Job) -> CompactionSwitch {
        let entry = ManifestEntry(
            kind: .compaction, sequence: 0, writtenAt: RFC3339.milliseconds(nanoseconds: Clock.wall), day: job.plan.day,
            first: job.plan.first,
            last: job.plan.last,
            removed: job.plan.inputs.sorted { $0.key < $1.key }.flatMap(\.value),
            files: job.files.compactMap { $0.result }.map { file in
                var file = file
                file.chain = ManifestFile.noChain
                return file
            })
        return CompactionSwitch(store: store, job: folder(job.plan), entry: entry)
    }

    private func drop(_ job: Job) throws(LakeError) {
        for file in job.files { file.abandon() }
        self.job = nil
        try store.removeTree(folder(job.plan))
    }

    private func done(_ job: Job) -> Progress {
        let bytes = job.files.reduce(0) { $0 + ($1.result?.bytes ?? 0) }
        metrics.compacted(files: job.plan.files, into: job.files.count, bytes: bytes)
        Log.info(
            "lake compacted",
            [
                "topic": job.plan.topic, "partition": job.plan.partition, "day": job.plan.day,
                "first": job.plan.first, "last": job.plan.last, "files": job.plan.files, "into": job.files.count,
                "bytes_before": job.plan.bytes, "bytes": bytes,
            ])
        return .merged(job: job.plan.job, files: job.plan.files, into: job.files.count, bytes: bytes)
    }

    /// Gives up what is not committed. The next start completes the rest.
    package func abandon() {
        guard let job, !job.isCommitted else { return }
        try? drop(job)
    }
}
