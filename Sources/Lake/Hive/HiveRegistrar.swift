// The thread that adds partitions to the metastore as files land in them. Apart from the data path: `note` only takes
// notes, and an absent metastore delays nobody. The next comparison with the lake's folders finds what the bounded
// memory dropped.

import Basics
import Telemetry
import Threads

package final class HiveRegistrar: Sendable {
    package struct Status: Sendable, Equatable {
        /// Nil while all is well.
        package var trouble: String? = "not asked yet"
        /// Partitions not yet added to the metastore.
        package var waiting = 0
        /// Partitions added since the start.
        package var registered = 0
    }

    package struct Options: Sendable {
        /// Partitions that may wait; any more are left to a comparison.
        package var capacity = 10_000
        /// Nanoseconds between two comparisons with the lake's folders while idle.
        package var comparison: UInt64 = 600_000_000_000
        package var firstPause: UInt64 = 100_000_000
        package var longestPause: UInt64 = 30_000_000_000
        /// The limit of each wait for a metastore.
        package var timeout = Metastore.usualTimeout
        /// How long `stop` may take to add what waits.
        package var patienceAtStop: UInt64 = 3_000_000_000
        package init() {}
    }

    private static let mostKnown = 1_000_000

    private struct Pair: Hashable, Sendable {
        var table: String
        var day: UTCDay
    }

    private struct State: Sendable {
        var waiting: Set<Pair> = []
        /// Added, or found there.
        var known: Set<Pair> = []
        var mustCompare = true
        /// Monotonic; when `stop` was called.
        var stopAt: UInt64?
        var thread: SystemThread?
        var hasEnded = false
        var status = Status()
    }

    private let layout: HiveLayout
    private let addresses: [HiveAddress]
    private let store: any FileStore
    private let options: Options
    private let metrics: HiveMetrics
    private let state = Guarded(State())

    /// `store`: the lake's, to list folders in.
    package init(
        _ layout: HiveLayout, _ addresses: [HiveAddress], store: any FileStore, options: Options = Options(),
        metrics: HiveMetrics = HiveMetrics()
    ) {
        self.layout = layout
        self.addresses = addresses
        self.store = store
        self.options = options
        self.metrics = metrics
    }

    package func start() {
        metrics.trouble.set(1)
        let thread = SystemThread.start("hive") { [self] in
            run()
            state.withLock { $0.hasEnded = true }
            state.wakeAll()
        }
        state.withLock { $0.thread = thread }
    }

    /// Files have landed in these partitions. Takes a lock and never waits otherwise.
    package func note(_ roll: LakeRoll) {
        let capacity = options.capacity
        let isNew = state.withLock { state in
            var isNew = false
            for file in roll.files {
                let pair = Pair(table: file.table, day: file.day)
                guard !state.known.contains(pair) else { continue }
                if state.waiting.count < capacity { state.waiting.insert(pair) } else { state.mustCompare = true }
                isNew = true
            }
            return isNew
        }
        guard isNew else { return }
        metrics.waiting.set(Double(status.waiting))
        state.wakeAll()
    }

    package var status: Status {
        state.withLock { state in
            var status = state.status
            status.waiting = state.waiting.count
            return status
        }
    }

    /// Adds what waits if that is quick; otherwise the next start finds it.
    package func stop() {
        let thread = state.withLock { state in
            state.stopAt = Clock.monotonic
            let thread = state.thread
            state.thread = nil
            return thread
        }
        state.wakeAll()
        // A call may hang for longer than a stop may take: then the thread ends with the process.
        let ended: Bool? = state.wait(timeout: options.patienceAtStop + 500_000_000) { $0.hasEnded ? true : nil }
        if ended == true { thread?.join() }
    }

    // MARK: The thread

    private enum Task: Sendable {
        case compare, add, stop
    }

    private func run() {
        let catalogue = HiveCatalogue(layout, addresses, store, timeout: options.timeout)
        /// By table, once looked at.
        var states: [String: HiveCatalogue.State] = [:]
        var pause = options.firstPause
        while true {
            let task = nextTask()
            do throws(HiveError) {
                switch task {
                case .stop: return
                case .compare:
                    states = try prepare(catalogue)
                    try compare(catalogue, states)
                case .add: try add(catalogue, states)
                }
                note(trouble: conflicts(states))
                pause = options.firstPause
            } catch {
                metrics.failures.add()
                catalogue.metastore.disconnect()
                note(trouble: "\(error)")
                // After an outage the tables may have changed or be gone.
                let isStopping = state.withLock { state in
                    state.mustCompare = true
                    state.known = []
                    return state.stopAt != nil
                }
                if isStopping { return }
                _ = state.wait(timeout: pause) { $0.stopAt == nil ? nil : true }
                pause = min(pause * 2, options.longestPause)
            }
        }
    }

    /// Waits for work.
    private func nextTask() -> Task {
        let patience = options.patienceAtStop
        let task: Task? = state.wait(timeout: options.comparison) { state in
            if let stop = state.stopAt, state.waiting.isEmpty || Clock.monotonic > stop + patience { return .stop }
            if state.mustCompare { return .compare }
            return state.waiting.isEmpty ? nil : .add
        }
        return task ?? .compare
    }

    private func prepare(_ catalogue: HiveCatalogue) throws(HiveError) -> [String: HiveCatalogue.State] {
        var states: [String: HiveCatalogue.State] = [:]
        _ = try catalogue.ensureDatabase()
        for table in layout.tables { states[table.name] = try catalogue.ensureTable(table) }
        return states
    }

    /// Notes every folder that has no partition.
    private func compare(_ catalogue: HiveCatalogue, _ states: [String: HiveCatalogue.State]) throws(HiveError) {
        state.withLock { $0.mustCompare = false }
        var there: Set<Pair> = []
        var missing: Set<Pair> = []
        for table in layout.tables {
            guard case .ready = states[table.name] else { continue }
            let registered = try catalogue.daysInMetastore(table).days
            for day in registered { there.insert(Pair(table: table.name, day: day)) }
            for day in try catalogue.daysInLake(table).subtracting(registered) {
                missing.insert(Pair(table: table.name, day: day))
            }
        }
        let capacity = options.capacity
        state.withLock { [there, missing] state in
            state.known = there
            state.waiting.subtract(there)
            for pair in missing {
                // The rest follows once these are added.
                guard state.waiting.count < capacity else {
                    state.mustCompare = true
                    break
                }
                state.waiting.insert(pair)
            }
        }
        // A full memory must be emptied before it is filled again.
        try add(catalogue, states)
    }

    /// Everything that waits, in batches.
    private func add(_ catalogue: HiveCatalogue, _ states: [String: HiveCatalogue.State]) throws(HiveError) {
        let waiting = state.withLock { $0.waiting }
        for table in layout.tables {
            let days = waiting.filter { $0.table == table.name }.map(\.day).sorted()
            guard case .ready(let columns) = states[table.name] else {
                // Not ours: a comparison finds them again once it is.
                settle(table, days)
                continue
            }
            for batch in days.batches {
                try catalogue.addPartitions(table, batch, columns: columns)
                metrics.added.add(batch.count)
                settle(table, batch)
                state.withLock { $0.status.registered += batch.count }
                Log.info(
                    "hive partitions added",
                    [
                        "table": catalogue.name(table), "first": batch[0], "last": batch[batch.count - 1],
                        "count": batch.count,
                    ])
            }
        }
    }

    private func settle(_ table: LakeTable, _ days: [UTCDay]) {
        guard !days.isEmpty else { return }
        state.withLock { state in
            for day in days {
                let pair = Pair(table: table.name, day: day)
                state.waiting.remove(pair)
                // It only saves calls: adding a partition again changes nothing.
                if state.known.count >= Self.mostKnown { state.known = [] }
                state.known.insert(pair)
            }
        }
        metrics.waiting.set(Double(status.waiting))
    }

    private func conflicts(_ states: [String: HiveCatalogue.State]) -> String? {
        let texts = layout.tables.compactMap { table in
            if case .conflict(let text) = states[table.name] { text } else { nil }
        }
        return texts.isEmpty ? nil : texts.joined(separator: "; ")
    }

    /// Logs changes, not every attempt.
    private func note(trouble: String?) {
        let before = state.withLock { state in
            let before = state.status.trouble
            state.status.trouble = trouble
            return before
        }
        metrics.trouble.set(trouble == nil ? 0 : 1)
        metrics.waiting.set(Double(status.waiting))
        if let trouble, before != trouble { Log.warning("hive metastore not up to date", ["error": trouble]) }
        if before != nil, trouble == nil { Log.info("hive metastore up to date") }
    }
}
