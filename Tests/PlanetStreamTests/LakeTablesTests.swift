// Rows of `discoveries` as they are laid out, against the same rows made value by value from the table of columns.

import Parquet
import PlanetCore
import TestSupport
import Testing

@testable import PlanetStream

struct LakeTablesTests {
    /// About every third column, at the ends of its range too.
    private static func discovery(_ random: inout SplitMix) -> Discovery {
        var draft = DiscoveryDraft()
        for column in NumberColumn.allCases where random.below(3) == 0 {
            let isReal = Columns.of(column).type == .real
            draft[column] = isReal ? Double.random(in: -1e9...1e9, using: &random) : Double(random.below(2))
        }
        for column in TextColumn.allCases where random.below(3) == 0 {
            draft[column] = String(repeating: "é", count: random.below(20))
        }
        return draft.discovery
    }

    private static func record(_ offset: Int, _ random: inout SplitMix) -> StoredRecord {
        let alias = PlanetAlias(name: "KOI-1", canonical: "Kepler-1 b", canonicalKey: "kepler1b", source: nil)
        let record: PlanetRecord =
            switch random.below(6) {
            case 0: .tombstone
            case 1: .alias(alias)
            default: .discovery(discovery(&random))
            }
        return StoredRecord(
            key: "k\(offset)", revision: offset, change: .new, offset: Int64(offset), timestamp: 0, source: nil,
            verdict: .accept, warnings: [], record: record, submission: nil)
    }

    /// The planet's columns, one value after the other.
    private static func expected(_ records: [StoredRecord]) -> [ColumnBuffer] {
        zip(Columns.all, LakeTables.discoveries.schema.columns.dropFirst(12)).map { column, shape in
            var buffer = ColumnBuffer(shape)
            for record in records {
                switch column.id {
                case .text(.pl_name): buffer.append(record.name)
                case .text(let id): buffer.append(record.discovery?[id])
                case .number(let id):
                    let value = record.discovery?[id]
                    switch column.type {
                    case .integer, .flag: buffer.append(value.map { Int64($0) })
                    case .date: buffer.append(value.map { Int32($0) })
                    case .boolean: buffer.append(value.map { $0 != 0 })
                    case .real, .text: buffer.append(value)
                    }
                }
            }
            return buffer
        }
    }

    @Test(arguments: [0, 1, 7, 8, 9, 100])
    func rowsAreThoseOfTheColumns(count: Int) {
        var random = SplitMix(seed: UInt64(count))
        let records = (0..<count).map { LakeTablesTests.record($0, &random) }
        // In two batches: the second begins where the first has ended, in the middle of a byte of nulls.
        var batch = RowBatch(LakeTables.discoveries.schema)
        LakeTables.fill(&batch, Array(records.prefix(3)), partition: 7)
        LakeTables.fill(&batch, Array(records.dropFirst(3)), partition: 7)
        #expect(batch.isEven && batch.rowCount == count)
        #expect(Array(batch.columns.dropFirst(12)) == LakeTablesTests.expected(records))
    }
}
