// Compares the stored predictions of one partition with those recomputed from its records, bit for bit.

import Basics
import Lake
import Parquet
import PlanetCore

final class PredictionCheck {
    private static let recordsAtOnce = 512
    private static let schema = PredictionTable.table.schema
    private static let version = schema.index(of: "predictor_version") ?? 0

    private var cursor: TableCursor
    private let partition: Int32
    private var waiting: [StoredRecord] = []
    private var expected = RowBatch(PredictionCheck.schema)
    private let find: (VerifyFinding) -> Void
    private(set) var compared = 0
    /// Rows of another predictor.
    private(set) var otherVersions = 0
    /// Consecutive records without a row.
    private var missing: (first: Int64, last: Int64, count: Int)?
    private var lastFile = ""

    init(
        _ store: any FileStore, _ files: [LakeFile], _ place: TopicPartition, _ listener: any FaultListener,
        find: @escaping (VerifyFinding) -> Void
    ) {
        cursor = TableCursor(store, PredictionCheck.schema, place, files, from: 0, listener)
        partition = place.partition
        self.find = find
    }

    func saw(_ record: StoredRecord) throws(ReplayError) {
        guard record.discovery != nil else { return }
        waiting.append(record)
        if waiting.count == PredictionCheck.recordsAtOnce { try compareWaiting() }
    }

    /// No more records come below `next`.
    func finish(below next: Int64) throws(ReplayError) {
        try compareWaiting()
        endGap()
        while try cursor.hasRow(), cursor.offset < next {
            report("offset \(cursor.offset) has no such record")
            try cursor.advance()
        }
    }

    private func compareWaiting() throws(ReplayError) {
        expected.removeAll()
        PredictionTable.fill(&expected, waiting, partition: partition)
        let columns = expected.values
        for (index, record) in waiting.enumerated() {
            while try cursor.hasRow(), cursor.offset < record.offset {
                report("offset \(cursor.offset) has no such record")
                try cursor.advance()
            }
            guard try cursor.hasRow(), cursor.offset == record.offset else {
                missing = (missing?.first ?? record.offset, record.offset, (missing?.count ?? 0) + 1)
                continue
            }
            endGap()
            lastFile = cursor.file.path.path
            compare(columns, index)
            try cursor.advance()
        }
        waiting.removeAll(keepingCapacity: true)
    }

    private func compare(_ columns: [ColumnValues], _ index: Int) {
        let version = cursor.columns[PredictionCheck.version]
        guard version.withBytes(at: cursor.row, { $0.elementsEqual(Predictor.version.utf8) }) ?? false else {
            otherVersions += 1
            return
        }
        compared += 1
        for column in columns.indices
        where !columns[column].isSame(at: index, as: cursor.columns[column], at: cursor.row) {
            let name = PredictionCheck.schema.columns[column].name
            report(
                "\(name) is \(cursor.columns[column].shown(at: cursor.row)), recomputed \(columns[column].shown(at: index))"
            )
        }
    }

    private func report(_ text: String) {
        find(VerifyFinding(.prediction, file: cursor.file.path.path, row: cursor.rowInFile, text))
    }

    private func endGap() {
        guard let gap = missing else { return }
        missing = nil
        find(
            VerifyFinding(
                .prediction, file: lastFile.isEmpty ? PredictionTable.table.name : lastFile,
                "no row for \(gap.count) records at offsets \(gap.first) to \(gap.last)"
                    + (lastFile.isEmpty ? "" : " after this file's")))
    }
}

extension ColumnValues {
    /// Whether two rows of columns of one type hold the same bits.
    func isSame(at row: Int, as other: ColumnValues, at otherRow: Int) -> Bool {
        switch buffer.type {
        case .boolean: return boolean(at: row) == other.boolean(at: otherRow)
        case .int32, .date: return int32(at: row) == other.int32(at: otherRow)
        case .int64, .timestampMicros: return int64(at: row) == other.int64(at: otherRow)
        case .double: return double(at: row)?.bitPattern == other.double(at: otherRow)?.bitPattern
        case .string, .bytes:
            let isSame = withBytes(at: row) { mine in
                other.withBytes(at: otherRow) { $0.elementsEqual(mine) } ?? false
            }
            return isSame ?? other.isNull(at: otherRow)
        }
    }

    /// For messages.
    func shown(at row: Int) -> String {
        switch buffer.type {
        case .boolean: boolean(at: row).map { "\($0)" } ?? "null"
        case .int32, .date: int32(at: row).map { "\($0)" } ?? "null"
        case .int64, .timestampMicros: int64(at: row).map { "\($0)" } ?? "null"
        case .double: double(at: row).map { "\($0)" } ?? "null"
        case .string, .bytes: string(at: row) ?? "null"
        }
    }
}
