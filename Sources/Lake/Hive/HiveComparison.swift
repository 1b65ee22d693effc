// A table or partition in the metastore compared with what it should be: missing columns, which can be added, and
// differences that show it to be somebody else's, to be left alone. Reads the metastore's structs; makes no calls.

import Basics

/// A Table or Partition as the metastore returned it.
struct HiveTableView {
    let location: String
    let columns: [HiveColumn]
    let inputFormat: String
    let outputFormat: String
    let serde: String

    /// From a StorageDescriptor.
    init(_ storage: ThriftStruct?) {
        location = storage?[2]?.text ?? ""
        columns = HiveTableView.columns(storage?[1])
        inputFormat = storage?[3]?.text ?? ""
        outputFormat = storage?[4]?.text ?? ""
        serde = storage?[7]?.fields?[2]?.text ?? ""
    }

    static func columns(_ list: ThriftValue?) -> [HiveColumn] {
        (list?.elements ?? []).compactMap { element in
            guard let field = element.fields, let name = field[1]?.text else { return nil }
            return HiveColumn(name, field[2]?.text ?? "")
        }
    }
}

struct HiveComparison: Equatable {
    /// Sentences, each naming a difference that is not ours to fix.
    var conflicts: [String] = []
    /// To be added at the end: Parquet's columns are found by name.
    var missing: [HiveColumn] = []
    /// In the metastore, but not written by this version: null in new files.
    var unknown: [HiveColumn] = []

    var isEqual: Bool { conflicts.isEmpty && missing.isEmpty }

    /// `found`: the metastore's Table.
    init(_ layout: HiveLayout, _ table: LakeTable, found: ThriftStruct) {
        let view = HiveTableView(found[7]?.fields)
        let type = found[12]?.text ?? ""
        if type.hasSuffix("_VIEW") {
            // VIRTUAL_VIEW, MATERIALIZED_VIEW. Nothing else about it can match.
            conflicts.append("it is a view (\(type))")
            return
        }
        let isExternal =
            found[9]?.texts?.contains { $0.key == "EXTERNAL" && $0.value.uppercased() == "TRUE" } ?? false
        if type != HiveLayout.externalTable || !isExternal {
            conflicts.append("it is not external (\(type.isEmpty ? "no type" : type))")
        }
        let location = layout.location(table.name)
        if HiveLayout.plain(view.location) != location {
            conflicts.append("its location is \(view.location), not \(location)")
        }
        let keys = HiveTableView.columns(found[8])
        if keys != [HiveLayout.partitionKey] {
            let shown = keys.isEmpty ? "nothing" : keys.map { "\($0.name) \($0.type)" }.joined(separator: ", ")
            conflicts.append("it is partitioned by \(shown), not by dt string")
        }
        compareFormat(view)
        compareColumns(layout.columns(table), view.columns)
    }

    /// `found`: the metastore's Partition of that day.
    init(_ layout: HiveLayout, _ table: LakeTable, _ day: UTCDay, found: ThriftStruct) {
        let view = HiveTableView(found[6]?.fields)
        let location = layout.location(table.name, day)
        if HiveLayout.plain(view.location) != location {
            conflicts.append("its location is \(view.location), not \(location)")
        }
        compareFormat(view)
        compareColumns(layout.columns(table), view.columns)
    }

    private mutating func compareFormat(_ view: HiveTableView) {
        let isParquet =
            view.inputFormat == HiveLayout.inputFormat && view.outputFormat == HiveLayout.outputFormat
            && view.serde == HiveLayout.serde
        if !isParquet { conflicts.append("it is not Parquet (input format \(view.inputFormat), SerDe \(view.serde))") }
    }

    private mutating func compareColumns(_ expected: [HiveColumn], _ found: [HiveColumn]) {
        for column in expected {
            guard let there = found.first(where: { $0.name == column.name }) else {
                missing.append(column)
                continue
            }
            if there.type != column.type {
                conflicts.append("its column \(column.name) is \(there.type), not \(column.type)")
            }
        }
        unknown = found.filter { column in !expected.contains { $0.name == column.name } }
    }
}
