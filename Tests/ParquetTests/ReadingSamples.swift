// Batches of random values for the reader's tests: every type, required and optional, with the values that are easily
// lost.
// Compared as ColumnBuffers, that is by their bits.

import TestSupport

@testable import Parquet

struct ReadingSamples {
    static let types: [Schema.ValueType] = [
        .boolean, .int32, .int64, .double, .string, .bytes, .date, .timestampMicros,
    ]

    static let schema = Schema(
        "sample",
        types.flatMap { type -> [Schema.Column] in
            [.init("\(type)", type), .init("\(type)_null", type, optional: true)]
        })

    enum Nulls: CaseIterable { case none, some, all, runs }

    /// Few kinds of values, so that a dictionary pays, or hardly any twice.
    var kinds = 20
    var nulls = Nulls.some

    func batch(rows: Int, _ schema: Schema = ReadingSamples.schema) -> RowBatch {
        var random = SplitMix(seed: UInt64(rows))
        var batch = RowBatch(schema)
        for (index, column) in schema.columns.enumerated() {
            for row in 0..<rows {
                if column.isOptional && isNull(row, &random) {
                    batch.columns[index].appendNull()
                } else {
                    append(Int.random(in: 0..<kinds, using: &random), to: &batch.columns[index])
                }
            }
        }
        return batch
    }

    private func isNull(_ row: Int, _ random: inout SplitMix) -> Bool {
        switch nulls {
        case .none: false
        case .some: Int.random(in: 0..<3, using: &random) == 0
        case .all: true
        case .runs: row / 41 % 2 == 0 || Int.random(in: 0..<50, using: &random) == 0
        }
    }

    private func append(_ kind: Int, to column: inout ColumnBuffer) {
        switch column.type {
        case .boolean: column.append(kind % 2 == 0)
        case .int32, .date:
            column.append(kind < 5 ? Fixture.odd32[kind] : Int32(truncatingIfNeeded: kind &* 0x9E37_79B9))
        case .int64, .timestampMicros: column.append(kind < 6 ? Fixture.odd64[kind] : Int64(kind) &* 0x9E37_79B9_7F4A)
        case .double: column.append(kind < 12 ? Fixture.oddDoubles[kind] : Double(kind) / 7)
        case .string: column.append(kind < 12 ? Fixture.oddStrings[kind] : "Planet \(kind) b")
        case .bytes: column.append(bytes: (0..<kind % 40).map { UInt8(truncatingIfNeeded: 0xFD &+ $0 &+ kind) })
        }
    }

    static func file(
        _ batches: [RowBatch], _ options: WriterOptions, _ schema: Schema = ReadingSamples.schema
    ) throws -> [UInt8] {
        var writer = ParquetWriter(schema, options)
        for batch in batches { try writer.write(batch) }
        writer.finish()
        return writer.take()
    }
}
