// Writes one topic partition into the lake, a roll at a time: a primary table whose rename commits the roll, and side
// tables (docs/LAKE-FILES.md). Used by one thread. Reads nothing: where to go on is LakeRecovery's to say.

import Basics
import Parquet
import Telemetry
import Threads

/// What a commit stored.
package struct LakeRoll: Sendable, Equatable {
    package var first: Int64
    package var last: Int64
    package var day: UTCDay
    package var rows: Int
    package var bytes: Int64
    /// Side tables first, as committed.
    package var files: [LakePath]
}

package final class LakeWriter {
    private struct Open {
        var day: UTCDay
        var first: Int64
        var last: Int64
        /// Monotonic nanoseconds.
        var since: UInt64
        /// By table; nil until it has rows.
        var tables: [OpenTable?]
    }

    package let topic: String
    package let partition: Int32
    /// The primary table, then the sides; the order of the batches.
    package let tables: [LakeTable]
    package let policy: RollPolicy
    package let manifest: Manifest
    private let store: any FileStore
    private let metrics: LakeMetrics
    private let lock: (any LakeLock)?
    private var open: Open?
    /// Set when the open roll can't be finished any more.
    private var damage: LakeError?
    /// The last offset in the lake; nil before the first roll of an empty lake.
    package private(set) var committed: Int64?

    /// `committed` as LakeRecovery found it under `lock`, which is asked before each rename (LakeLock.check says why).
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
    package var openDay: UTCDay? { open?.day }
    /// The offset `append` expects next; nil: any.
    package var nextOffset: Int64? { (open?.last ?? committed).map { $0 + 1 } }
    package var openRows: Int { open?.tables.reduce(0) { $0 + ($1?.rowCount ?? 0) } ?? 0 }
    package var openBytes: Int64 { open?.tables.reduce(0) { $0 + ($1?.bytes ?? 0) } ?? 0 }

    package func shouldRoll(now: UInt64 = Clock.monotonic) -> Bool {
        guard let open else { return false }
        return policy.isDue(rows: openRows, bytes: openBytes, age: now > open.since ? now - open.since : 0)
    }

    /// Whether the open roll must be committed before records of `day` are appended.
    package func mustRoll(before day: UTCDay) -> Bool { open.map { $0.day != day } ?? false }

    /// Takes the rows of the records at `offsets`, all of one day, one batch a table (empty ones for tables without
    /// rows).
    /// When it throws, nothing was taken: the same call may be made again if the error is retriable.
    package func append(
        _ batches: [RowBatch], offsets: ClosedRange<Int64>, day: UTCDay, now: UInt64 = Clock.monotonic
    ) throws(LakeError) {
        precondition(batches.count == tables.count, "BUG: \(batches.count) batches for \(tables.count) tables")
        precondition(!mustRoll(before: day), "BUG: records of \(day) in a roll of another day")
        if let damage { throw damage }
        if let next = nextOffset, offsets.lowerBound != next {
            throw .inconsistent(
                "\(topic) partition \(partition): expected offset \(next), got \(offsets.lowerBound)")
        }
        var roll =
            open
            ?? Open(
                day: day, first: offsets.lowerBound, last: offsets.lowerBound - 1, since: now,
                tables: tables.map { _ in nil })
        do {
            // Room first: what waited since the last failure, and the files.
            for index in tables.indices {
                if let table = roll.tables[index] {
                    try table.drain()
                } else if index == 0 || !batches[index].isEmpty {
                    roll.tables[index] = try openTable(index, roll.day, roll.first)
                }
            }
        } catch {
            metrics.failures.add()
            // Files opened just now are kept for the next try only where the roll exists already.
            if open == nil { for table in roll.tables { discard(table, roll) } } else { open = roll }
            throw error
        }
        roll.last = offsets.upperBound
        open = roll
        for (table, batch) in zip(roll.tables, batches) { take(batch, table) }
    }

    /// Adds rows that belong to the open roll as a whole (a table of aggregates as of its last offset), after its last
    /// `append`.
    package func add(_ batch: RowBatch, to name: String) throws(LakeError) {
        guard var roll = open, let index = tables.firstIndex(where: { $0.name == name }) else {
            preconditionFailure("BUG: rows for \(name) without an open roll or such a table")
        }
        if let damage { throw damage }
        if batch.isEmpty { return }
        do {
            if let table = roll.tables[index] {
                try table.drain()
            } else {
                roll.tables[index] = try openTable(index, roll.day, roll.first)
            }
        } catch {
            metrics.failures.add()
            throw error
        }
        open = roll
        take(batch, roll.tables[index])
    }

    private func openTable(_ index: Int, _ day: UTCDay, _ first: Int64) throws(LakeError) -> OpenTable {
        let table = tables[index]
        try store.makeDirectories(LakePath.folder(table: table.name, day: day))
        let path = LakePath.aside(
            table: table.name, day: day, topic: topic, partition: partition, first: first, token: lock?.token)
        return try OpenTable(table, asidePath: path, in: store)
    }

    /// The rows are taken whatever happens; a failure to write shows at the next call.
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

    /// Commits the open roll: side tables, then the primary one. Nil when there is none. When it throws a retriable
    /// error, call it again: it goes on where it stopped. After any other error call `abandon`.
    package func roll() throws(LakeError) -> LakeRoll? {
        guard let roll = open else { return nil }
        if let damage { throw damage }
        let start = Clock.monotonic
        do {
            let done = try commit(roll)
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

    private func commit(_ roll: Open) throws(LakeError) -> LakeRoll {
        // Sides first, the primary table last: its rename is the commit.
        var order: [(index: Int, table: OpenTable)] = []
        for index in Array(tables.indices.dropFirst()) + [0] {
            guard let table = roll.tables[index] else { continue }
            // The primary file is the commit, even without a row; a side file without one is nothing.
            if index == 0 || table.rowCount > 0 { order.append((index, table)) } else { discard(table, roll) }
        }
        for (_, table) in order {
            do {
                try table.finish()
            } catch {
                throw .inconsistent("cannot encode rows of \(table.table.name): \(error)")
            }
        }
        for (_, table) in order { try table.sync() }
        var done = LakeRoll(first: roll.first, last: roll.last, day: roll.day, rows: 0, bytes: 0, files: [])
        for (index, table) in order {
            let path = path(table, roll)
            // A side file of this name was left by a roll that never committed; a primary one would be another
            // writer's.
            if !table.isNameDurable {
                try lock?.check()
                try table.rename(to: path, replacing: index != 0)
            }
            done.rows += table.rowCount
            done.bytes += table.bytes
            done.files.append(path)
        }
        // Committed. Its line in the manifest follows; a crash before that is mended at the next start.
        try manifest.append(
            .roll, day: roll.day, offsets: roll.first...max(roll.first, roll.last),
            added: zip(order, done.files).map { entry, path in
                ManifestFile(path, rows: entry.table.rowCount, bytes: entry.table.bytes, sha256: entry.table.sha256)
            })
        for (_, table) in order { metrics.committed(table: table.table.name, rows: table.rowCount, bytes: table.bytes) }
        return done
    }

    private func path(_ table: OpenTable, _ roll: Open) -> LakePath {
        LakePath(
            table: table.table.name, day: roll.day, topic: topic, partition: partition, first: roll.first,
            last: max(roll.first, roll.last))
    }

    /// Drops the open roll and what was written of it. Its records must be read from the log again, from `nextOffset`
    /// on.
    package func abandon() {
        guard let roll = open else { return }
        open = nil
        damage = nil
        // Renamed already (only its folder's sync failed): committed.
        if roll.tables[0]?.isVisible == true {
            committed = roll.last
            return
        }
        for table in roll.tables { discard(table, roll) }
    }

    private func discard(_ table: OpenTable?, _ roll: Open) {
        guard let table else { return }
        do {
            try table.discard(path(table, roll))
        } catch {
            // Recovery removes it at the next start.
            Log.warning("lake file left behind", ["table": table.table.name, "error": error])
        }
    }
}
