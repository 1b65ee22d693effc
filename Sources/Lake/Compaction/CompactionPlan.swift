// Which files are worth merging: small files of contiguous rolls of one partition, of a day that is over. Decides only;
// touches nothing.

import Basics

package struct CompactionOptions: Sendable {
    /// A merged file ends before it would pass one of these; a file larger than a quarter of them stays as it is.
    package var rows = 1_000_000
    package var bytes: Int64 = 128 << 20
    /// The most rolls merged into one.
    package var rolls = 4096
    /// Nanoseconds for which replaced files stay available to readers that know their names.
    package var grace: UInt64 = 60_000_000_000
    /// Nanoseconds between two checks for work.
    package var interval: UInt64 = 600_000_000_000
    package var isMerging = true
    /// By table: files of days longer ago than this are removed. None: they stay for ever.
    package var keepDays: [String: Int] = [:]

    package init() {}
}

struct CompactionPlan: Sendable, Equatable {
    var topic: String
    var partition: Int32
    var day: UTCDay
    var first: Int64
    var last: Int64
    /// Of rolls that also have a later day.
    var isPart: Bool
    /// By table, in offset order.
    var inputs: [String: [ManifestFile]]

    var files: Int { inputs.values.reduce(0) { $0 + $1.count } }
    var bytes: Int64 { inputs.values.joined().reduce(0) { $0 + $1.bytes } }

    /// The folder in which it is made; unique among the plans of a lake.
    var job: String { "\(LakePath.stem(topic, partition))-dt=\(day)-\(first)-\(last)" }

    /// `today`: in UTC. A day is over only once the partition's log has passed it, too. Parts are merged with parts,
    /// because what commits them has to follow roll by roll.
    static func plans(
        _ files: [ManifestFile], primary: String, today: UTCDay, _ options: CompactionOptions
    ) -> [CompactionPlan] {
        struct Series: Hashable {
            var day: UTCDay
            var isPart: Bool
            init(_ path: LakePath) { (day, isPart) = (path.day, path.isPart) }
        }
        /// What identifies the roll that a side file belongs to.
        struct Place: Hashable {
            var series: Series
            var first: Int64
            var last: Int64
            init(_ path: LakePath) { (series, first, last) = (Series(path), path.first, path.last) }
        }
        let rolls = files.filter { $0.table == primary }.sorted { $0.path.first < $1.path.first }
        guard let newest = rolls.last(where: { !$0.path.isPart }) else { return [] }
        var parts: [Place: [ManifestFile]] = [:]
        for file in files { parts[Place(file.path), default: []].append(file) }

        var plans: [CompactionPlan] = []
        var run: [ManifestFile] = []
        var sums: [String: (rows: Int, bytes: Int64)] = [:]
        func endRun() {
            if run.count > 1, let first = run.first?.path, let last = run.last?.path {
                plans.append(
                    CompactionPlan(
                        topic: first.topic, partition: first.partition, day: first.day, first: first.first,
                        last: last.last, isPart: first.isPart,
                        inputs: Dictionary(grouping: run.flatMap { parts[Place($0.path)] ?? [] }, by: \.table)))
            }
            run = []
            sums = [:]
        }
        func consider(_ roll: ManifestFile) {
            let day = roll.path.day
            let own = parts[Place(roll.path)] ?? []
            let isClosed = day < today && day < newest.path.day
            let isSmall = own.allSatisfy {
                $0.bytes < options.bytes / 4 && ($0.rows ?? .max) < max(2, options.rows / 4)
            }
            guard isClosed, isSmall else {
                return endRun()
            }
            let isFull = own.contains { file in
                let sum = sums[file.table] ?? (0, 0)
                return sum.rows + (file.rows ?? 0) > options.rows || sum.bytes + file.bytes > options.bytes
            }
            if let before = run.last?.path,
                before.last + 1 != roll.path.first || isFull || run.count == options.rolls
            {
                endRun()
            }
            run.append(roll)
            for file in own {
                let sum = sums[file.table] ?? (0, 0)
                sums[file.table] = (sum.rows + (file.rows ?? 0), sum.bytes + file.bytes)
            }
        }
        for series in Dictionary(grouping: rolls, by: { Series($0.path) }).values {
            for roll in series { consider(roll) }
            endRun()
        }
        return plans
    }
}
