// The lake's four tables: their columns, and the layout of records in them. The planet's columns come from
// ColumnRows.swift. Lake makes the files and folders; Sinks/LakeSink.swift decides when.

import JSONText
import Lake
import Parquet
import PlanetCore

package enum LakeTables {
    /// Every table of the lake.
    package static var all: [LakeTable] { [discoveries, PredictionTable.table, aggregates, rejected] }

    static let discoveries = LakeTable(
        "discoveries",
        Schema(
            "discoveries",
            [
                .init("key", .string),
                .init("revision", .int32),
                .init("change", .string),
                .init("verdict", .string),
                .init("warnings", .string, optional: true),
                .init("log_partition", .int32),
                .init("log_offset", .int64),
                .init("log_timestamp", .timestampMicros),
                .init("source", .string, optional: true),
                .init("submission", .int64, optional: true),
                .init("alias_of", .string, optional: true),
                .init("alias_source", .string, optional: true),
            ] + Columns.all.map { .init($0.name, type(of: $0), optional: true) }))

    static let rejected = LakeTable(
        "rejected",
        Schema(
            "rejected",
            [
                .init("log_topic", .string),
                .init("log_partition", .int32),
                .init("log_offset", .int64),
                .init("log_timestamp", .timestampMicros),
                .init("source", .string, optional: true),
                .init("key", .string, optional: true),
                .init("line", .int64, optional: true),
                .init("raw", .string),
                .init("errors", .string),
                .init("rules", .string),
            ]))

    static let aggregates = LakeTable(
        "aggregates",
        Schema(
            "aggregates",
            [
                .init("roll_last_offset", .int64),
                .init("log_partition", .int32),
                .init("log_timestamp", .timestampMicros),
                .init("aggregate", .string),
                .init("group", .string),
                .init("value_json", .string),
                .init("value", .double, optional: true),
                .init("n", .int64, optional: true),
                .init("measured", .boolean, optional: true),
                // Missing in files older than the column.
                .init("positions", .string, optional: true),
            ]))

    private static func type(of column: Column) -> Schema.ValueType {
        switch column.type {
        case .text: .string
        case .real: .double
        case .integer, .flag: .int64
        case .date: .date
        case .boolean: .boolean
        }
    }

    /// Columns of `discoveries` before the planet's.
    private static let leading = 12

    /// Column by column: a row's neighbours in memory are the same column of other rows.
    static func fill(_ batch: inout RowBatch, _ records: [StoredRecord], partition: Int32) {
        for record in records {
            batch.columns[0].append(record.key)
            batch.columns[1].append(Int32(clamping: record.revision))
            batch.columns[2].append(record.change.rawValue)
            batch.columns[3].append(record.verdict.rawValue)
            batch.columns[4].append(record.warnings.isEmpty ? nil : json(record.warnings))
            batch.columns[5].append(partition)
            batch.columns[6].append(record.offset)
            batch.columns[7].append(record.timestamp)
            batch.columns[8].append(record.source)
            var alias: PlanetAlias?
            if case .alias(let given) = record.record { alias = given }
            batch.columns[9].append(record.submission?.bits)
            batch.columns[10].append(alias?.canonical)
            batch.columns[11].append(alias?.source)
        }
        // A record has a dozen references, all counted if it were copied for each column.
        let discoveries = records.map(\.discovery)
        for (index, column) in Columns.all.enumerated() {
            let place = leading + index
            switch column.id {
            case .text(let id):
                if id == .pl_name {
                    // An alias record's name stands where a planet's would.
                    for row in records.indices { batch.columns[place].append(records[row].name) }
                    continue
                }
                for row in discoveries.indices { batch.columns[place].append(discoveries[row]?[id]) }
            case .number(let id):
                for row in discoveries.indices {
                    guard let value = discoveries[row]?[id] else {
                        batch.columns[place].appendNull()
                        continue
                    }
                    switch column.type {
                    case .integer, .flag: batch.columns[place].append(Int64(exactly: value.rounded()))
                    case .date: batch.columns[place].append(Int32(exactly: value.rounded()))
                    case .boolean: batch.columns[place].append(value != 0)
                    case .real, .text: batch.columns[place].append(value)
                    }
                }
            }
        }
    }

    static func fill(_ batch: inout RowBatch, _ rejects: [StoredReject], topic: String, partition: Int32) {
        for reject in rejects {
            batch.columns[0].append(topic)
            batch.columns[1].append(partition)
            batch.columns[2].append(reject.offset)
            batch.columns[3].append(reject.timestamp)
            batch.columns[4].append(reject.source)
            batch.columns[5].append(reject.key)
            batch.columns[6].append(reject.line.map { Int64($0) })
            batch.columns[7].append(reject.raw)
            batch.columns[8].append(reject.errors)
            batch.columns[9].append(json(reject.rules))
        }
    }

    static func fill(
        _ batch: inout RowBatch, _ rows: [AggregateRow], lastOffset: Int64, partition: Int32, _ moment: RollMoment
    ) {
        let positions = moment.positions.json
        for row in rows {
            batch.columns[0].append(lastOffset)
            batch.columns[1].append(partition)
            batch.columns[2].append(moment.newest)
            batch.columns[3].append(row.aggregate)
            batch.columns[4].append(row.group)
            batch.columns[5].append(bytes: row.json)
            batch.columns[6].append(row.value)
            batch.columns[7].append(row.count.map { Int64($0) })
            batch.columns[8].append(row.isMeasured)
            batch.columns[9].append(positions)
        }
    }

    /// A JSON array of texts.
    private static func json(_ texts: [String]) -> String {
        var writer = JSONWriter(capacity: 64)
        writer.beginArray()
        for text in texts { writer.string(text) }
        writer.endArray()
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
