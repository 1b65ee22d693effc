// Compares the whole lake with the metastore: what is missing or different; and fixes what may be fixed. For
// `planetarium hive check` and `repair`; the running service adds new partitions by itself (HiveRegistrar.swift).

import Basics

package struct HiveDrift: Sendable, Equatable {
    /// Sentences; `repair` fixes these.
    package var mendable: [String] = []
    /// Sentences; these need a person.
    package var conflicts: [String] = []
    /// Worth knowing, but not a fault.
    package var notes: [String] = []

    package var isNone: Bool { mendable.isEmpty && conflicts.isEmpty }
}

extension HiveCatalogue {
    /// Compares everything; changes nothing.
    package func check() throws(HiveError) -> HiveDrift {
        var drift = HiveDrift()
        if try metastore.database(layout.database) == nil {
            drift.mendable.append("database \(layout.database) is missing")
        }
        for table in layout.tables { try check(table, &drift) }
        return drift
    }

    private func check(_ table: LakeTable, _ drift: inout HiveDrift) throws(HiveError) {
        let inLake = try daysInLake(table)
        guard let found = try metastore.table(layout.database, table.name) else {
            let days = inLake.isEmpty ? "" : ", with partitions for \(listed(inLake))"
            drift.mendable.append("table \(name(table)) is missing\(days)")
            return
        }
        let comparison = HiveComparison(layout, table, found: found)
        if !comparison.conflicts.isEmpty {
            drift.conflicts.append(conflict(table, comparison))
            return
        }
        if !comparison.missing.isEmpty {
            drift.mendable.append("table \(name(table)) lacks columns: \(listed(comparison.missing))")
        }
        if !comparison.unknown.isEmpty {
            drift.notes.append(
                "table \(name(table)) has columns that this version does not write: \(listed(comparison.unknown))")
        }
        let partitions = try self.partitions(table, inLake)
        if !partitions.missing.isEmpty {
            drift.mendable.append("table \(name(table)) lacks partitions: \(listed(partitions.missing))")
        }
        if !partitions.gone.isEmpty {
            let text = "table \(name(table)) has partitions without a folder: \(listed(partitions.gone))"
            if partitions.mayForget {
                drift.mendable.append(text)
            } else {
                drift.conflicts.append(
                    text
                        + "; the lake has no folder of this table at all, so none is forgotten. Is \(store.description) the right one?"
                )
            }
        }
        if !partitions.outdated.isEmpty {
            drift.mendable.append(
                "partitions of table \(name(table)) lack columns: \(listed(Set(partitions.outdated.map(\.day))))")
        }
        drift.conflicts += partitions.conflicts
    }

    private struct Partitions {
        var missing: Set<UTCDay> = []
        var gone: Set<UTCDay> = []
        /// With the columns that each lacks already added.
        var outdated: [(day: UTCDay, partition: ThriftStruct)] = []
        var conflicts: [String] = []
        /// Partitions without a folder may be dropped: the lake looks like the right one.
        var mayForget = false
    }

    private func partitions(_ table: LakeTable, _ inLake: Set<UTCDay>) throws(HiveError) -> Partitions {
        var result = Partitions()
        let registered = try daysInMetastore(table)
        result.missing = inLake.subtracting(registered.days)
        result.gone = registered.days.subtracting(inLake)
        result.mayForget = !inLake.isEmpty
        for name in registered.others {
            result.conflicts.append(
                "table \(self.name(table)) has a partition that is not a day: \(name); it is left alone")
        }
        for batch in registered.days.intersection(inLake).sorted().batches {
            for partition in try metastore.partitions(layout.database, table.name, named: batch.map { "dt=\($0)" }) {
                guard let text = partition[1]?.elements?.first?.text, let day = UTCDay(text) else { continue }
                let comparison = HiveComparison(layout, table, day, found: partition)
                if !comparison.conflicts.isEmpty {
                    result.conflicts.append(
                        "partition dt=\(day) of table \(self.name(table)) is left alone, because \(comparison.conflicts.joined(separator: " and "))"
                    )
                } else if !comparison.missing.isEmpty {
                    result.outdated.append((day, completed(partition, comparison.missing)))
                }
            }
        }
        return result
    }

    private func completed(_ partition: ThriftStruct, _ missing: [HiveColumn]) -> ThriftStruct {
        guard var storage = partition[6]?.fields else { return partition }
        storage[1] = .structures((storage[1]?.elements ?? []).compactMap(\.fields) + missing.map(HiveLayout.field))
        var partition = partition
        partition[6] = .structure(storage)
        return partition
    }

    /// Fixes what may be fixed, and reports what it did. `check` then finds what is left.
    package func repair(did: (String) -> Void) throws(HiveError) {
        if try ensureDatabase() { did("database \(layout.database) made") }
        for table in layout.tables {
            guard case .ready(let columns) = try ensureTable(table, changed: did) else { continue }
            let found = try partitions(table, try daysInLake(table))
            for batch in found.missing.sorted().batches {
                try addPartitions(table, batch, columns: columns)
                did("partitions of \(name(table)) added: \(listed(Set(batch)))")
            }
            if found.mayForget {
                for day in found.gone.sorted() {
                    try metastore.dropPartition(layout.database, table.name, values: ["\(day)"])
                    did("partition dt=\(day) of \(name(table)) forgotten: it has no folder")
                }
            }
            for batch in found.outdated.batches {
                try metastore.alterPartitions(layout.database, table.name, batch.map(\.partition))
                did("columns added to partitions of \(name(table)): \(listed(Set(batch.map(\.day))))")
            }
        }
    }

    private func listed(_ columns: [HiveColumn]) -> String { columns.map(\.name).joined(separator: ", ") }

    /// The first few: a report is for reading.
    private func listed(_ days: Set<UTCDay>) -> String {
        let days = days.sorted().map { "dt=\($0)" }
        let shown = days.prefix(8).joined(separator: ", ")
        return days.count > 8 ? "\(shown) and \(days.count - 8) more" : shown
    }
}
