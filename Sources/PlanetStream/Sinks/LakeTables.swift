// The lake's four tables: their columns, and the layout of records in them. The planet's columns come from
// ColumnRows.swift. Lake makes the files and folders; Sinks/LakeSink.swift decides when.

import JSONText
import Lake
import Parquet
import PlanetCore

package enum LakeTables {
    /// Every table of the lake.
    package static var all: [LakeTable] { [discoveries, PredictionTable.table, aggregates, rejected] }

    package static let discoveries = LakeTable(
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

    /// Where the planet's columns lie in a row, by their numbers in the enums.
    private static let places: (numbers: [(place: Int, type: ColumnType)], texts: [Int]) = {
        var numbers = NumberColumn.allCases.map { _ in (place: 0, type: ColumnType.real) }
        var texts = [Int](repeating: 0, count: TextColumn.allCases.count)
        for (index, column) in Columns.all.enumerated() {
            switch column.id {
            case .number(let id): numbers[Int(id.rawValue)] = (leading + index, column.type)
            case .text(let id): texts[Int(id.rawValue)] = leading + index
            }
        }
        return (numbers, texts)
    }()

    /// Most of a planet's columns are null in most records: only the given values are looked at, and nulls come in one
    /// go before the next value. By index and in place: a record or a column that is taken out is copied with all it
    /// refers to.
    package static func fill(_ batch: inout RowBatch, _ records: [StoredRecord], partition: Int32) {
        let first = batch.rowCount
        records.withUnsafeBufferPointer { records in
            batch.columns.withUnsafeMutableBufferPointer { columns in
                for index in records.indices {
                    fillLeading(columns, records, index, partition)
                    switch records[index].record {
                    case .discovery(let discovery): fill(columns, discovery, row: first + index)
                    // Its name stands where a planet's would.
                    case .alias(let alias): append(alias.name, to: .pl_name, columns, row: first + index)
                    case .tombstone: break
                    }
                }
                for place in columns.indices.dropFirst(leading) {
                    columns[place].appendNulls(upTo: first + records.count)
                }
            }
        }
    }

    private static func fillLeading(
        _ columns: UnsafeMutableBufferPointer<ColumnBuffer>, _ records: UnsafeBufferPointer<StoredRecord>, _ index: Int,
        _ partition: Int32
    ) {
        columns[0].append(records[index].key)
        columns[1].append(Int32(clamping: records[index].revision))
        columns[2].append(records[index].change.rawValue)
        columns[3].append(records[index].verdict.rawValue)
        columns[4].append(records[index].warnings.isEmpty ? nil : json(records[index].warnings))
        columns[5].append(partition)
        columns[6].append(records[index].offset)
        columns[7].append(records[index].timestamp)
        columns[8].append(records[index].source)
        columns[9].append(records[index].submission?.bits)
        if case .alias(let alias) = records[index].record {
            columns[10].append(alias.canonical)
            columns[11].append(alias.source)
        } else {
            columns[10].appendNull()
            columns[11].appendNull()
        }
    }

    private static func fill(
        _ columns: UnsafeMutableBufferPointer<ColumnBuffer>, _ discovery: Discovery, row: Int
    ) {
        discovery.forEachNumber { column, value in
            let (place, type) = places.numbers[Int(column.rawValue)]
            columns[place].appendNulls(upTo: row)
            append(value, as: type, to: &columns[place])
        }
        discovery.forEachText { column, value in append(value, to: column, columns, row: row) }
    }

    private static func append(
        _ value: String, to column: TextColumn, _ columns: UnsafeMutableBufferPointer<ColumnBuffer>, row: Int
    ) {
        let place = places.texts[Int(column.rawValue)]
        columns[place].appendNulls(upTo: row)
        columns[place].append(value)
    }

    private static func append(_ value: Double, as type: ColumnType, to column: inout ColumnBuffer) {
        switch type {
        case .integer, .flag: column.append(Int64(exactly: value.rounded()))
        case .date: column.append(Int32(exactly: value.rounded()))
        case .boolean: column.append(value != 0)
        case .real, .text: column.append(value)
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
