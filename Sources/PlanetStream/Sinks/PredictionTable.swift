// The lake's table `predictions`: one row for each valid record of `discoveries`, in the same rolls.
// PredictionColumns.swift defines its values, PlanetCore/Science computes them.

import Lake
import Parquet
import PlanetCore

package enum PredictionTable {
    package static let table = LakeTable(
        "predictions",
        Schema(
            "predictions",
            [
                .init("key", .string),
                .init("pl_name", .string, optional: true),
                .init("predictor_version", .string),
                .init("log_partition", .int32),
                .init("log_offset", .int64),
            ] + PredictionColumn.all.map { .init($0.name, type(of: $0.reading), optional: true) }))

    private static func type(of reading: PredictionColumn.Reading) -> Schema.ValueType {
        switch reading {
        case .real: .double
        case .integer: .int32
        case .text: .string
        case .boolean: .boolean
        }
    }

    /// Column by column: a row's neighbours in memory are the same column of other rows. Tombstones have no row.
    package static func fill(_ batch: inout RowBatch, _ records: [StoredRecord], partition: Int32) {
        var predictions: [Prediction] = []
        predictions.reserveCapacity(records.count)
        // By index: a record or a prediction taken out would be copied with all that is in it.
        for index in records.indices {
            guard let discovery = records[index].discovery else { continue }
            var prediction = records[index].facts?.prediction ?? Predictor.classes(of: discovery)
            Predictor.forecast(discovery, &prediction)
            predictions.append(prediction)
            batch.columns[0].append(records[index].key)
            batch.columns[1].append(discovery[.pl_name])
            batch.columns[2].append(Predictor.version)
            batch.columns[3].append(partition)
            batch.columns[4].append(records[index].offset)
        }
        predictions.withUnsafeBufferPointer { predictions in
            guard let first = predictions.baseAddress else { return }
            for (index, column) in PredictionColumn.all.enumerated() {
                fill(&batch.columns[5 + index], column.reading, first, predictions.count)
            }
        }
    }

    private static func fill(
        _ column: inout ColumnBuffer, _ reading: PredictionColumn.Reading, _ first: UnsafePointer<Prediction>,
        _ count: Int
    ) {
        switch reading {
        case .real(let read): for row in 0..<count { column.append(read(first + row)) }
        case .integer(let read):
            for row in 0..<count { column.append(read(first + row).map { Int32(clamping: $0) }) }
        case .text(let read): for row in 0..<count { column.append(read(first + row)) }
        case .boolean(let read): for row in 0..<count { column.append(read(first + row)) }
        }
    }
}
