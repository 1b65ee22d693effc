// The rolls with rows in the table `aggregates`, and those rows as stored.

import Lake
import Parquet

/// The aggregates of one roll in a file.
struct StoredRoll {
    let file: LakeFile
    let lastOffset: Int64
    /// What its tally had seen; nil in files older than the column.
    let positions: Positions?
}

struct StoredRolls {
    private let store: any FileStore
    private static let schema = LakeTables.aggregates.schema
    private static let lastOffset = place("roll_last_offset")
    static let partition = place("log_partition")
    static let timestamp = place("log_timestamp")
    static let aggregate = place("aggregate")
    static let group = place("group")
    static let json = place("value_json")
    static let value = place("value")
    static let count = place("n")
    static let measured = place("measured")
    static let positions = place("positions")

    init(_ store: any FileStore) { self.store = store }

    /// Every roll in a file; one, unless files were merged.
    func list(in file: LakeFile) throws(ParquetError) -> [StoredRoll] {
        var rolls: [StoredRoll] = []
        try forEachGroup(of: file, StoredRolls.schema(of: ["roll_last_offset", "positions"])) { columns, _ in
            for row in 0..<(columns.first?.count ?? 0) {
                guard let last = columns[0].int64(at: row), last != rolls.last?.lastOffset,
                    !rolls.contains(where: { $0.lastOffset == last })
                else { continue }
                rolls.append(
                    StoredRoll(
                        file: file, lastOffset: last,
                        positions: columns[1].string(at: row).flatMap { Positions(json: $0) }))
            }
        }
        return rolls
    }

    /// Every row of the roll, with its number in the file.
    func forEachRow(
        of roll: StoredRoll, _ body: (_ columns: [ColumnValues], _ row: Int, _ rowInFile: Int) -> Void
    ) throws(ParquetError) {
        try forEachGroup(of: roll.file, StoredRolls.schema) { columns, before in
            for row in 0..<(columns.first?.count ?? 0)
            where columns[StoredRolls.lastOffset].int64(at: row) == roll.lastOffset {
                body(columns, row, before + row)
            }
        }
    }

    private func forEachGroup(
        of file: LakeFile, _ schema: Schema, _ body: ([ColumnValues], Int) -> Void
    ) throws(ParquetError) {
        let parquet = try file.open(in: store)
        var before = 0
        for group in parquet.rowGroups.indices {
            body(try parquet.read(rowGroup: group, as: schema).values, before)
            before += parquet.rowGroups[group].rows
        }
    }

    private static func schema(of columns: [String]) -> Schema {
        Schema(schema.name, columns.map { schema.columns[place($0)] })
    }

    private static func place(_ column: String) -> Int {
        guard let place = schema.index(of: column) else { preconditionFailure("BUG: no column \(column)") }
        return place
    }
}
