// Brings the metastore up to date with the lake: database, tables, columns, partitions. Every step may be repeated, and
// taken by several processes at once. HiveRegistrar.swift decides when, HiveLayout.swift their form. For one thread.

import Basics
import Telemetry

package final class HiveCatalogue {
    let layout: HiveLayout
    let metastore: Metastore
    let store: any FileStore
    /// Partitions per call; one of the widest table takes some 10 KB.
    static let batch = 100

    /// `timeout`: of each wait for a metastore, in nanoseconds.
    package init(
        _ layout: HiveLayout, _ addresses: [HiveAddress], _ store: any FileStore,
        timeout: UInt64 = Metastore.usualTimeout
    ) {
        self.layout = layout
        self.store = store
        metastore = Metastore(addresses, timeout: timeout)
    }

    /// A table's state.
    enum State: Equatable {
        /// The table's columns, for its partitions.
        case ready([HiveColumn])
        case conflict(String)
    }

    /// True if it was missing and is now made.
    func ensureDatabase() throws(HiveError) -> Bool {
        guard try metastore.database(layout.database) == nil else { return false }
        do throws(HiveError) {
            try metastore.createDatabase(layout.databaseStruct)
            Log.info("hive database made", ["database": layout.database])
            return true
        } catch {
            // Another process was quicker. Hive 4 may report this as a failure of its own database.
            if case .alreadyExists = error { return false }
            guard case .refused = error, try metastore.database(layout.database) != nil else { throw error }
            return false
        }
    }

    /// Makes the table, or adds the columns it lacks. Calls `changed` with each change made.
    func ensureTable(_ table: LakeTable, changed: (String) -> Void = { _ in }) throws(HiveError) -> State {
        if let found = try metastore.table(layout.database, table.name) {
            return try complete(table, found, changed)
        }
        // The folder first: otherwise the metastore makes it, perhaps as a user whose folders we can't write to.
        do throws(LakeError) {
            try store.makeDirectories(table.name)
        } catch {
            throw .lake("\(error)")
        }
        var refusal = HiveError.refused("table \(name(table)) is not there though it was made")
        do throws(HiveError) {
            try metastore.createTable(layout.tableStruct(table))
            Log.info("hive table made", ["table": name(table), "location": layout.location(table.name)])
            changed("table \(name(table)) made")
        } catch {
            switch error {
            case .alreadyExists: break
            // As with the database.
            case .refused: refusal = error
            default: throw error
            }
        }
        guard let made = try metastore.table(layout.database, table.name) else { throw refusal }
        return try complete(table, made, changed)
    }

    private func complete(
        _ table: LakeTable, _ found: ThriftStruct, _ changed: (String) -> Void
    ) throws(HiveError) -> State {
        let comparison = HiveComparison(layout, table, found: found)
        if !comparison.conflicts.isEmpty { return .conflict(conflict(table, comparison)) }
        guard var storage = found[7]?.fields else { return .conflict("table \(name(table)) has no storage") }
        var columns = HiveTableView.columns(storage[1])
        if !comparison.missing.isEmpty {
            columns += comparison.missing
            storage[1] = .structures(
                (storage[1]?.elements ?? []).compactMap(\.fields) + comparison.missing.map(HiveLayout.field))
            var altered = found
            altered[7] = .structure(storage)
            try metastore.alterTableAndPartitions(layout.database, table.name, to: altered)
            let names = comparison.missing.map(\.name).joined(separator: ", ")
            Log.info("hive columns added", ["table": name(table), "columns": names])
            changed("columns added to \(name(table)): \(names)")
        }
        return .ready(columns)
    }

    func name(_ table: LakeTable) -> String { "\(layout.database).\(table.name)" }

    func conflict(_ table: LakeTable, _ comparison: HiveComparison) -> String {
        "table \(name(table)) in the metastore is left alone, because \(comparison.conflicts.joined(separator: " and "))"
            + "; drop or rename it, or choose another --hive-database"
    }

    // MARK: Partitions

    /// The days that have a folder in the lake.
    func daysInLake(_ table: LakeTable) throws(HiveError) -> Set<UTCDay> {
        do throws(LakeError) {
            return Set(
                try store.listIfThere(table.name).filter(\.isFolder).compactMap { LakePath.day(ofFolder: $0.name) })
        } catch {
            throw .lake("\(error)")
        }
    }

    /// The days that have a partition, and partitions not named after a day.
    func daysInMetastore(_ table: LakeTable) throws(HiveError) -> (days: Set<UTCDay>, others: [String]) {
        var days: Set<UTCDay> = []
        var others: [String] = []
        for name in try metastore.partitionNames(layout.database, table.name) {
            if let day = LakePath.day(ofFolder: name) { days.insert(day) } else { others.append(name) }
        }
        return (days, others)
    }

    /// `columns`: the table's.
    func addPartitions(_ table: LakeTable, _ days: [UTCDay], columns: [HiveColumn]) throws(HiveError) {
        try metastore.addPartitions(
            layout.database, table.name, days.map { layout.partitionStruct(table, $0, columns: columns) })
    }
}

extension Array {
    /// In pieces, for one call each.
    var batches: [[Element]] {
        stride(from: 0, to: count, by: HiveCatalogue.batch).map { Array(self[$0...].prefix(HiveCatalogue.batch)) }
    }
}
