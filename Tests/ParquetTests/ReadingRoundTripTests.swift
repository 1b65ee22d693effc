// What the writer wrote the reader gives back, bit for bit: types, nulls, dictionaries, pages, codecs, row groups.
// Foreign files are ReadingForeignTests' business.

import Testing

@testable import Parquet

@Suite struct ReadingRoundTripTests {
    static let options: [WriterOptions] = {
        var cases: [WriterOptions] = []
        for compression in [Compression.uncompressed, .snappy, .zstd(level: 1)] {
            for dictionary in [WriterOptions.DictionaryPolicy.whereItPays, .never] {
                var options = WriterOptions()
                options.compression = compression
                options.dictionary = dictionary
                options.pageRows = compression == .snappy ? 128 : 20_480
                cases.append(options)
            }
        }
        var small = WriterOptions()
        small.pageBytes = 300
        cases.append(small)
        var overflow = WriterOptions()
        overflow.dictionaryBytes = 200
        cases.append(overflow)
        var bare = WriterOptions()
        bare.checksums = false
        cases.append(bare)
        return cases
    }()

    @Test(arguments: options.indices) func randomBatchesComeBack(option: Int) throws {
        let options = Self.options[option]
        for nulls in ReadingSamples.Nulls.allCases {
            for (rows, kinds) in [(1, 1), (7, 3), (64, 20), (1001, 2), (2000, 300), (2000, 1_000_000)] {
                let sample = ReadingSamples(kinds: kinds, nulls: nulls)
                let batches = [sample.batch(rows: rows), sample.batch(rows: 9)]
                let file = try ParquetFile(bytes: try ReadingSamples.file(batches, options))
                #expect(file.schema == ReadingSamples.schema)
                #expect(file.createdBy == FileMetadata.createdBy)
                #expect(file.rowCount == rows + 9)
                #expect(file.rowGroups.map(\.rows) == [rows, 9])
                #expect(file.unsupportedColumns.isEmpty)
                for (index, batch) in batches.enumerated() {
                    #expect(try file.read(rowGroup: index) == batch)
                }
                let verification = try file.verify()
                #expect(verification.rows == rows + 9 && verification.rowGroups == 2)
                #expect(verification.pagesWithoutChecksum == (options.checksums ? 0 : verification.pages))
            }
        }
    }

    @Test func manyPagesAndALargeDictionaryGivenUp() throws {
        let sample = ReadingSamples(kinds: 15_000, nulls: .some)
        let batch = sample.batch(rows: 50_000)
        let file = try ParquetFile(bytes: try ReadingSamples.file([batch], WriterOptions()))
        #expect(try file.read(rowGroup: 0) == batch)
    }

    @Test func emptyFile() throws {
        var options = WriterOptions()
        options.metadata = [.init("planetarium.first", "12"), .init("empty", ""), .init("é", "\"∞\"")]
        let file = try ParquetFile(bytes: try ReadingSamples.file([], options))
        #expect(file.rowCount == 0 && file.rowGroups.isEmpty)
        #expect(file.schema == ReadingSamples.schema)
        #expect(file.metadata == options.metadata)
        #expect(file.metadata("planetarium.first") == "12" && file.metadata("none") == nil)
        #expect(try file.verify() == ParquetFile.Verification())
    }

    @Test func statisticsAreTyped() throws {
        let schema = Schema(
            "s",
            [
                .init("b", .boolean), .init("i", .int32), .init("l", .timestampMicros),
                .init("d", .double, optional: true),
                .init("s", .string), .init("n", .string, optional: true),
            ])
        var batch = RowBatch(schema)
        for row in 0..<3 {
            batch.columns[0].append(row > 0)
            batch.columns[1].append(Int32(row - 1))
            batch.columns[2].append(Int64(row) << 40)
            batch.columns[3].append(row == 0 ? nil : row == 1 ? Double.nan : 2.5)
            batch.columns[4].append(String(repeating: "x", count: 1 + row * 100))
            batch.columns[5].appendNull()
        }
        let file = try ParquetFile(bytes: try ReadingSamples.file([batch], WriterOptions(), schema))
        let columns = file.rowGroups[0].columns
        #expect(columns.map(\.statistics.nullCount) == [0, 0, 0, 1, 0, 3])
        #expect(columns[0].statistics.minimum == .boolean(false) && columns[0].statistics.maximum == .boolean(true))
        #expect(columns[1].statistics.minimum == .int32(-1) && columns[1].statistics.maximum == .int32(1))
        #expect(columns[2].statistics.maximum == .int64(2 << 40))
        #expect(columns[3].statistics.minimum == .double(2.5))
        #expect(columns[4].statistics.minimum == .bytes([0x78]) && columns[4].statistics.minimumIsExact)
        #expect(!columns[4].statistics.maximumIsExact)
        #expect(columns[5].statistics.minimum == nil)
        #expect(columns.allSatisfy { $0.codec == .snappy && $0.values == 3 })
    }

    // MARK: Part of a file, or more than there is

    @Test func columnsInAnyOrder() throws {
        let batch = ReadingSamples().batch(rows: 500)
        let file = try ParquetFile(bytes: try ReadingSamples.file([batch], WriterOptions()))
        let read = try file.read(rowGroup: 0, columns: ["string_null", "boolean", "string_null"])
        let string = try #require(ReadingSamples.schema.index(of: "string_null"))
        #expect(read.columns == [batch.columns[string], batch.columns[0], batch.columns[string]])
        #expect(try file.read(rowGroup: 0, columns: []).columns.isEmpty)
        #expect(throws: ParquetError.mismatch(.init(column: "x", rowGroup: 0), "the file has no such column")) {
            try file.read(rowGroup: 0, columns: ["x"])
        }
        #expect(throws: ParquetError.self) { try file.read(rowGroup: 1) }
        #expect(throws: ParquetError.self) { try file.read(rowGroup: -1) }
    }

    @Test func schemaGrowth() throws {
        let old = Schema("t", [.init("a", .int32), .init("b", .string, optional: true), .init("c", .bytes)])
        let batch = ReadingSamples(nulls: .some).batch(rows: 77, old)
        let file = try ParquetFile(bytes: try ReadingSamples.file([batch], WriterOptions(), old))
        let new = Schema(
            "t",
            [
                .init("new", .double, optional: true), .init("c", .string, optional: true), .init("a", .int64),
                .init("more", .string, optional: true),
            ])
        let read = try file.read(rowGroup: 0, as: new)
        #expect(read.columns.map(\.count) == [77, 77, 77, 77])
        #expect(read.columns.map(\.nullCount) == [77, 0, 0, 77])
        for row in 0..<77 {
            #expect(read.values[1].bytes(at: row) == batch.values[2].bytes(at: row))
            #expect(read.values[2].int64(at: row) == batch.values[0].int32(at: row).map(Int64.init))
            #expect(read.values[3].isNull(at: row))
        }
        // What was read is a batch like any other.
        let again = try ParquetFile(bytes: try ReadingSamples.file([read, read], WriterOptions(), new))
        #expect(try again.read(rowGroup: 1) == read)
        for (column, reason) in [
            (Schema.Column("new", .double), "the file has no such column"),
            (Schema.Column("a", .double), "the column is int32, not double"),
            (Schema.Column("b", .string), "\(batch.columns[1].nullCount) nulls in a column that may have none"),
        ] {
            #expect(throws: ParquetError.mismatch(.init(column: column.name, rowGroup: 0), reason)) {
                try file.read(rowGroup: 0, as: Schema("t", [column]))
            }
        }
    }

    @Test func rowsArePicked() throws {
        let batch = ReadingSamples(nulls: .runs).batch(rows: 1000)
        let values = batch.values
        var picked = RowBatch(ReadingSamples.schema)
        for row in 0..<1000 {
            for column in values.indices { picked.columns[column].append(values[column], row: row) }
        }
        #expect(picked == batch)
        let strings = values[9]
        var read: [String?] = []
        for row in 0..<1000 { read.append(strings.string(at: row)) }
        #expect(read.count { $0 == nil } == strings.buffer.nullCount)
        #expect(read.indices.allSatisfy { (read[$0] == nil) == strings.isNull(at: $0) })
    }

    // MARK: Sources

    @Test func aSourceThatGivesLittleAtATime() throws {
        let batches = [ReadingSamples().batch(rows: 300), ReadingSamples().batch(rows: 20)]
        let bytes = try ReadingSamples.file(batches, WriterOptions())
        let memory = BytesInMemory(bytes)
        let file = try ParquetFile(
            BytesElsewhere(length: memory.length) { memory.read(offset: $0, count: min($1, 100)) })
        #expect(try file.read(rowGroup: 0) == batches[0])
        #expect(try file.read(rowGroup: 1) == batches[1])
    }

    @Test func aFileCutWhileItIsRead() throws {
        let bytes = try ReadingSamples.file([ReadingSamples().batch(rows: 20_000)], WriterOptions())
        let memory = BytesInMemory(bytes)
        let file = try ParquetFile(
            BytesElsewhere(length: memory.length) { offset, count in
                offset > 0 && offset < 1000 ? [] : memory.read(offset: offset, count: count)
            })
        #expect {
            try file.read(rowGroup: 0)
        } throws: {
            if case .unreadable = $0 as? ParquetError { true } else { false }
        }
    }

    @Test func theSourcesErrorIsTold() throws {
        struct Gone: Error {}
        #expect(throws: ParquetError.unreadable(.init(offset: 0), "Gone()")) {
            try ParquetFile(BytesElsewhere(length: 1000) { _, _ in throw Gone() })
        }
    }
}
