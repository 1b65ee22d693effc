// The lake's table `predictions`: one row for each valid record of `discoveries`, in the same rolls. Which values there are follows from
// PredictionColumns.swift.
// Not what is predicted (PlanetCore/Science).

import Lake
import Parquet
import PlanetCore

enum PredictionTable {
    static let table = LakeTable(
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

    /// Tombstones have no row.
    static func fill(_ batch: inout RowBatch, _ records: [StoredRecord], partition: Int32) {
        for record in records {
            guard let discovery = record.discovery else { continue }
            batch.columns[0].append(record.key)
            batch.columns[1].append(discovery[.pl_name])
            batch.columns[2].append(Predictor.version)
            batch.columns[3].append(partition)
            batch.columns[4].append(record.offset)
            if let facts = record.facts {
                fill(&batch, facts.prediction)
            } else {
                fill(&batch, Predictor.prediction(of: discovery))
            }
        }
    }

    private static func fill(_ batch: inout RowBatch, _ prediction: Prediction) {
        var place = 5
        for column in PredictionColumn.all {
            switch column.reading {
            case .real(let read): batch.columns[place].append(read(prediction))
            case .integer(let read): batch.columns[place].append(read(prediction).map { Int32(clamping: $0) })
            case .text(let read): batch.columns[place].append(read(prediction))
            case .boolean(let read): batch.columns[place].append(read(prediction))
            }
            place += 1
        }
    }
}
