// Writes one topic partition into the lake, a roll at a time: a primary table whose rename commits the roll, and side
// tables, in each of the roll's days (docs/LAKE-FILES.md). Used by one thread. Reads nothing: LakeRecovery says where
// to continue.

import Basics
import Parquet
import Telemetry
import Threads

/// What a commit stored.
package struct LakeRoll: Sendable, Equatable {
    package var first: Int64
    package var last: Int64
    /// The latest of the roll's days.
    package var day: UTCDay
    package var rows: Int
    package var bytes: Int64
    /// Side tables first, as committed.
    package var files: [LakePath]
}

package final class LakeWriter {
    /// Rows of one day, one batch a table.
    package typealias DayRows = (day: UTCDay, batches: [RowBatch])

    private struct Open {
        var first: Int64
        var last: Int64
        /// Monotonic nanoseconds.
        var since: UInt64
        /// In order of arrival.
        var days: [UTCDay] = []
        /// By day, then by table; nil until it has rows.
        var tables: [[OpenTable?]] = []

        /// The day whose primary file commits the roll.
        var main: UTCDay {
            guard let main = days.max() else { preconditionFailure("BUG: a roll without a day") }
            return main
        }

        /// The index of a day, which is added if it is new.
        mutating func place(of day: UTCDay, tables count: Int) -> Int {
            if let place = days.firstIndex(of: day) { return place }
            days.append(day)
            tables.append(Array(repeating: nil, count: count))
            return days.count - 1
        }
    }

    package let topic: String
    package let partition: Int32
    /// The primary table, then the sides, in the order of the batches.
    package let tables: [LakeTable]
    package let policy: RollPolicy
    package let manifest: Manifest
    private let store: any FileStore
    private let metrics: LakeMetrics
    private let lock: (any LakeLock)?
    private var open: Open?
    /// Set once the open roll can no longer be finished.
    private var damage: LakeError?
    /// The last offset in the lake; nil before the first roll of an empty lake.
    package private(set) var committed: Int64?

    /// `committed`: as LakeRecovery found it under `lock`, which is checked before each rename (see LakeLock.check).
    package init(
        _ store: any FileStore, topic: String, partition: Int32, primary: LakeTable, sides: [LakeTable] = [],
        policy: RollPolicy = RollPolicy(), committed: Int64?, lock: (any LakeLock)? = nil,
        metrics: LakeMetrics = LakeMetrics()
    ) {
        self.store = store
        self.topic = topic
        self.partition = partition
        tables = [primary] + sides
        self.policy = policy
        self.committed = committed
        self.lock = lock
        self.metrics = metrics
        manifest = Manifest(store, topic: topic, partition: partition)
    }

    /// Empty batches for `append`, the primary table's first.
    package func makeBatches() -> [RowBatch] { tables.map { RowBatch($0.schema) } }

    package var isOpen: Bool { open != nil }
    package var openDays: [UTCDay] { open?.days ?? [] }
    /// The offset `append` expects next; nil: any.
    package var nextOffset: Int64? { (open?.last ?? committed).map { $0 + 1 } }
    package var openRows: Int { open?.tables.joined().reduce(0) { $0 + ($1?.rowCount ?? 0) } ?? 0 }
    package var openBytes: Int64 { open?.tables.joined().reduce(0) { $0 + ($1?.bytes ?? 0) } ?? 0 }

    package func shouldRoll(now: UInt64 = Clock.monotonic) -> Bool {
        guard let open else { return false }
        return policy.isDue(rows: openRows, bytes: openBytes, age: now > open.since ? now - open.since : 0)
    }

    /// Takes the rows of the records at `offsets`, all of one day, one batch per table (empty for tables without rows).
    /// If it throws, nothing was taken: the same call may be repeated if the error is retriable.
    package func append(
        _ batches: [RowBatch], offsets: ClosedRange<Int64>, day: UTCDay, now: UInt64 = Clock.monotonic
    ) throws(LakeError) {
        try append([(day, batches)], offsets: offsets, now: now)
    }

    /// The same for records of several days, given in order of arrival.
    package func append(
        _ days: [DayRows], offsets: ClosedRange<Int64>, now: UInt64 = Clock.monotonic
    ) throws(LakeError) {
        if let damage { throw damage }
        if let next = nextOffset, offsets.lowerBound != next {
            throw .inconsistent(
                "\(topic) partition \(partition): expected offset \(next), got \(offsets.lowerBound)")
        }
        var roll = open ?? Open(first: offsets.lowerBound, last: offsets.lowerBound - 1, since: now)
        do {
            // Make room first: drain what waits since the last failure, and open the files.
            for (day, batches) in days {
                precondition(batches.count == tables.count, "BUG: \(batches.count) batches for \(tables.count) tables")
                precondition(
                    !policy.mustEnd(roll.days, before: day), "BUG: records of \(day) in a roll of \(roll.days)")
                let place = roll.place(of: day, tables: tables.count)
                for index in tables.indices {
                    if let table = roll.tables[place][index] {
                        try table.drain()
                    } else if index == 0 || !batches[index].isEmpty {
                        roll.tables[place][index] = try openTable(index, day, roll.first)
                    }
                }
            }
        } catch {
            metrics.failures.add()
            // Keep files opened just now for the next try only if the roll existed before.
            if open == nil { discard(roll) } else { open = roll }
            throw error
        }
        roll.last = offsets.upperBound
        open = roll
        for (day, batches) in days {
            for (table, batch) in zip(roll.tables[roll.place(of: day, tables: tables.count)], batches) {
                take(batch, table)
            }
        }
    }

    /// Adds rows that belong to the open roll as a whole (a table of aggregates as of its last offset), after its last
    /// `append`, to its latest day.
    package func add(_ batch: RowBatch, to name: String) throws(LakeError) {
        guard var roll = open, let index = tables.firstIndex(where: { $0.name == name }) else {
            preconditionFailure("BUG: rows for \(name) without an open roll or such a table")
        }
        if let damage { throw damage }
        if batch.isEmpty { return }
        let place = roll.place(of: roll.main, tables: tables.count)
        do {
            if let table = roll.tables[place][index] {
                try table.drain()
            } else {
                roll.tables[place][index] = try openTable(index, roll.main, roll.first)
            }
        } catch {
            metrics.failures.add()
            throw error
        }
        open = roll
        take(batch, roll.tables[place][index])
    }

    private func openTable(_ index: Int, _ day: UTCDay, _ first: Int64) throws(LakeError) -> OpenTable {
        let table = tables[index]
        try store.makeDirectories(LakePath.folder(table: table.name, day: day))
        let path = LakePath.aside(
            table: table.name, day: day, topic: topic, partition: partition, first: first, token: lock?.token)
        return try OpenTable(table, asidePath: path, in: store)
    }

    /// Takes the rows whatever happens; the next call reports a failure to write.
    private func take(_ batch: RowBatch, _ table: OpenTable?) {
        guard let table, damage == nil else { return }
        do {
            try table.add(batch)
        } catch {
            damage = .inconsistent("cannot encode rows of \(table.table.name): \(error)")
            return
        }
        do {
            try table.drain()
        } catch {
            metrics.failures.add()
            Log.warning("lake write failed", ["table": table.table.name, "error": error])
        }
    }

    /// Commits the open roll: side tables, then the primary one, with the latest day's last. Nil if there is none.
    /// `record`, `gone`: its last record, and what the log no longer had, for the manifest. After a retriable error
    /// call it again: it continues where it stopped. After any other error call `abandon`.
    package func roll(
        record: ManifestRecord? = nil, gone: [ClosedRange<Int64>] = []
    ) throws(LakeError) -> LakeRoll? {
        guard let roll = open else { return nil }
        if let damage { throw damage }
        let start = Clock.monotonic
        do {
            let done = try commit(roll, record, gone)
            open = nil
            committed = roll.last
            metrics.commitSeconds.record(seconds: Double(Clock.monotonic - start) / 1e9)
            return done
        } catch {
            metrics.failures.add()
            if !error.isRetriable { damage = error }
            throw error
        }
    }

    private func commit(
        _ roll: Open, _ record: ManifestRecord?, _ gone: [ClosedRange<Int64>]
    ) throws(LakeError) -> LakeRoll {
        let order = filled(roll)
        for file in order {
            do {
                try file.table.finish()
            } catch {
                throw .inconsistent("cannot encode rows of \(file.path.table): \(error)")
            }
        }
        for file in order { try file.table.sync() }
        var done = LakeRoll(
            first: roll.first, last: max(roll.first, roll.last), day: roll.main, rows: 0, bytes: 0, files: [])
        for file in order {
            // A roll that never committed left a file of this name; the committing one would be another writer's.
            if !file.table.isNameDurable {
                try lock?.check()
                try file.table.rename(to: file.path, replacing: !isCommit(file.path))
            }
            done.rows += file.table.rowCount
            done.bytes += file.table.bytes
            done.files.append(file.path)
        }
        // Committed. Its line in the manifest follows; if a crash comes between, the next start adds it.
        try manifest.append(
            .roll, day: done.day, offsets: done.first...done.last,
            added: order.map { file in
                ManifestFile(
                    file.path, rows: file.table.rowCount, bytes: file.table.bytes, sha256: file.table.sha256)
            }, record: record, gone: gone)
        for file in order {
            metrics.committed(table: file.path.table, rows: file.table.rowCount, bytes: file.table.bytes)
        }
        return done
    }

    private func isCommit(_ path: LakePath) -> Bool { path.table == tables[0].name && !path.isPart }

    /// The roll's files in the order of their renames: sides first, then the primary table's, day by day; the last one
    /// commits.
    private func filled(_ roll: Open) -> [(path: LakePath, table: OpenTable)] {
        var order: [(path: LakePath, table: OpenTable)] = []
        let days = zip(roll.days, roll.tables).sorted { $0.0 < $1.0 }
        for index in Array(tables.indices.dropFirst()) + [0] {
            for (day, open) in days {
                guard let table = open[index] else { continue }
                // A day has its primary file even without a row; a side file needs rows.
                if index == 0 || table.rowCount > 0 {
                    order.append((path(table, day, roll), table))
                } else {
                    discard(table, day, roll)
                }
            }
        }
        return order
    }

    private func path(_ table: OpenTable, _ day: UTCDay, _ roll: Open) -> LakePath {
        LakePath(
            table: table.table.name, day: day, topic: topic, partition: partition, first: roll.first,
            last: max(roll.first, roll.last), isPart: day != roll.main)
    }

    /// Drops the open roll and what was written of it. Its records must be read from the log again, from `nextOffset`
    /// on.
    package func abandon() {
        guard let roll = open else { return }
        open = nil
        damage = nil
        // Already renamed (only its folder's sync failed): committed.
        if roll.tables[roll.days.firstIndex(of: roll.main) ?? 0][0]?.isVisible == true {
            committed = roll.last
            return
        }
        discard(roll)
    }

    private func discard(_ roll: Open) {
        for (day, tables) in zip(roll.days, roll.tables) {
            for table in tables { if let table { discard(table, day, roll) } }
        }
    }

    private func discard(_ table: OpenTable, _ day: UTCDay, _ roll: Open) {
        do {
            try table.discard(path(table, day, roll))
        } catch {
            // Recovery removes it at the next start.
            Log.warning("lake file left behind", ["table": table.table.name, "error": error])
        }
    }
}
