// Rows of the lake: laid out by column, and written as Parquet.

import EventLog
import Parquet
import PlanetStream

private func stored(_ count: Int) -> [StoredRecord] {
    var judge = RecordJudge()
    let batch = Inputs.batch(count)
    return batch.entries.indices.map { index in
        guard case .record(let record) = judge.discovery(batch, index, source: "api").stored else {
            fatalError("an input was refused")
        }
        return record
    }
}

/// As many rows as one batch of the stream has.
private let atOnce = 256

private func written(_ name: String, _ compression: Compression) -> HotPath {
    HotPath(name: name, records: 4096) {
        let records = stored(HotPath.inputs(4096))
        func rows(_ range: Range<Int>) -> RowBatch {
            var rows = RowBatch(LakeTables.discoveries.schema)
            LakeTables.fill(&rows, Array(records[range]), partition: 0)
            return rows
        }
        let groups = [rows(0..<HotPath.warmUp), rows(HotPath.warmUp..<records.count)]
        var options = WriterOptions()
        options.compression = compression
        return { range in
            var writer = ParquetWriter(LakeTables.discoveries.schema, options)
            guard (try? writer.write(groups[range.lowerBound == 0 ? 0 : 1])) != nil else {
                fatalError("the rows were refused")
            }
            writer.finish()
            return writer.take().count
        }
    }
}

/// The rows of a table, filled as the lake's thread does.
private func filled(
    _ name: String, records count: Int, _ schema: Schema,
    _ fill: @escaping @Sendable (inout RowBatch, [StoredRecord], Int32) -> Void
) -> HotPath {
    HotPath(name: name, records: count) {
        let records = stored(HotPath.inputs(count))
        let batches = stride(from: 0, to: records.count, by: atOnce).map { Array(records[$0..<$0 + atOnce]) }
        return { range in
            var rows = RowBatch(schema)
            var sum = 0
            for batch in batches[range.lowerBound / atOnce..<range.upperBound / atOnce] {
                fill(&rows, batch, 0)
                sum += rows.rowCount
                rows.removeAll()
            }
            return sum
        }
    }
}

let lakePaths = [
    filled("lake_rows", records: 2048, LakeTables.discoveries.schema) {
        LakeTables.fill(&$0, $1, partition: $2)
    },
    filled("prediction_rows", records: 1024, PredictionTable.table.schema) {
        PredictionTable.fill(&$0, $1, partition: $2)
    },
    written("parquet_snappy", .snappy), written("parquet_zstd", .zstd(level: 3)),
]
