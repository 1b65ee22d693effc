// The parts of an import: records of a file, slices, what the server answered, what is kept.

import Testing

@testable import planetarium

@Suite struct ImportTests {
    private func records(_ path: String, _ format: RecordFormat? = nil) throws -> [SourceRecord] {
        var file = try RecordFile(path: path, format: format)
        var records: [SourceRecord] = []
        while let record = file.next() { records.append(record) }
        return records
    }

    private func text(_ record: SourceRecord?) -> String? { record.map { String(decoding: $0.bytes, as: UTF8.self) } }

    private static let csv = "# by hand\npl_name,comment\n\nA b,\"two\nlines\"\n# not a record\nB b,\nC b,last"

    @Test func recordsOfACSVFileWithTheirPlaces() throws {
        let folder = try TemporaryFolder()
        let file = try RecordFile(path: try folder.file("x.csv", Self.csv), format: nil)
        #expect(String(decoding: file.header, as: UTF8.self) == "pl_name,comment\n" && file.size == Self.csv.utf8.count)
        let found = try records(try folder.file("y.csv", Self.csv))
        #expect(found.map(text) == ["A b,\"two\nlines\"\n", "B b,\n", "C b,last"])
        #expect(found.map(\.line) == [4, 7, 8])
        let bytes = Array(Self.csv.utf8)
        for record in found { #expect(bytes[record.offset...].starts(with: record.bytes)) }
    }

    @Test func theFormatIsTakenFromNameOrContent() throws {
        let folder = try TemporaryFolder()
        for (name, content, expected) in [
            ("a.CSV", "{x}", RecordFormat.ndjson), ("c.CSV", "x", .csv), ("a.jsonl", "x", .ndjson),
            ("a", " \n{\"x\":1}", .ndjson),
            ("b", "x\n", .csv),
        ] {
            #expect(try RecordFile(path: try folder.file(name, content), format: nil).format == expected)
        }
        #expect(throws: UnreadableFile.self) { _ = try RecordFile(path: "/nonexistent", format: nil) }
        #expect(throws: UnreadableFile.self) { _ = try RecordFile(path: folder.path, format: nil) }
    }

    @Test func aRecordThatDoesNotEndIsCutAndTheNextIsFound() throws {
        let folder = try TemporaryFolder()
        let long = "\"" + String(repeating: "x", count: RecordFile.longestRecord + 1_000_000)
        let found = try records(try folder.file("x.csv", "n\n\(long)\nB b\n"))
        #expect(found.count == 2 && found[0].bytes.count < long.utf8.count && text(found[1]) == "B b\n")
        #expect(found[1].line == 3 && found[1].offset == 3 + long.utf8.count)
    }

    @Test func slicesHoldEveryRecordOnceAndKnowTheLast() throws {
        let folder = try TemporaryFolder()
        let lines = (1...7).map { "P\($0) b\n" }
        var file = try RecordFile(path: try folder.file("x.csv", "pl_name\n" + lines.joined()), format: nil)
        var slices: [ImportSlice] = []
        while let slice = ImportSlice(of: &file, from: 0, most: 3) { slices.append(slice) }
        #expect(slices.map(\.records.count) == [3, 3, 1] && slices.map(\.isLast) == [false, false, true])
        #expect(slices.map(\.firstLine) == [2, 5, 8] && slices.map(\.endLine) == [5, 8, 9])
        #expect(slices.flatMap(\.bytes) == Array(lines.joined().utf8))
        #expect(slices.last?.endOffset == file.size)
    }

    @Test func anInterruptedImportMakesTheSameSlicesAgain() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("x.ndjson", (1...5).map { "{\"pl_name\":\"P\($0) b\"}\n" }.joined())
        func slices(from offset: Int) throws -> [ImportSlice] {
            var file = try RecordFile(path: path, format: nil)
            var slices: [ImportSlice] = []
            while let slice = ImportSlice(of: &file, from: offset, most: 2) { slices.append(slice) }
            return slices
        }
        let whole = try slices(from: 0)
        let again = try slices(from: whole[0].endOffset)
        func keys(_ slices: some Sequence<ImportSlice>) -> [String] { slices.map { $0.key(.ndjson, header: []) } }
        #expect(keys(again) == keys(whole.dropFirst()))
        #expect(Set(keys(whole)).count == whole.count)
        #expect(whole[0].key(.csv, header: []) != whole[0].key(.ndjson, header: []))
        #expect(whole[0].key(.csv, header: [1]) != whole[0].key(.csv, header: [2]))
    }

    @Test func aLineOfTheRequestIsARecordOfTheFile() throws {
        let folder = try TemporaryFolder()
        for (header, first) in [("pl_name,comment\n", 2), ("pl_name,\"of\nus\"\n", 3)] {
            var file = try RecordFile(
                path: try folder.file("x.csv", header + "A b,\"two\nlines\"\nB b,\n"), format: nil)
            let slice = try #require(ImportSlice(of: &file, from: 0, most: 10))
            #expect(slice.record(atBodyLine: first, header: file.header)?.line == first)
            #expect(slice.record(atBodyLine: first + 1, header: file.header) == nil)
            #expect(text(slice.record(atBodyLine: first + 2, header: file.header)) == "B b,\n")
        }
    }

    @Test func filesOfOtherKindsBecomeRecords() throws {
        let folder = try TemporaryFolder()
        func lines(_ name: String, _ content: String) throws -> [String?] {
            try records(try folder.file(name, content)).map(text)
        }
        #expect(
            try lines("a.json", "[{\"pl_name\":\"A b\"},\n {\"pl_name\":\n\"B b\"}]")
                == ["{\"pl_name\":\"A b\"}\n", "{\"pl_name\": \"B b\"}\n"])
        #expect(try lines("b.json", "{\n\"pl_name\": \"A b\"\n}\n").count == 1)
        #expect(try lines("c.csv", "pl_name,x\rA b,1\rB b,2\r") == ["A b,1\n", "B b,2\n"])
        #expect(try lines("d.csv", "# name,mass\nA b,1\nB b,2\n") == ["A b,1\n", "B b,2\n"])
        #expect(try lines("e.tbl", "|pl_name|x|\n A b     1 \n") == ["A b,1\n"])
        let file = try RecordFile(path: try folder.file("f.csv", "# of\n# name,mass\nA b,1\n"), format: nil)
        #expect(String(decoding: file.header, as: UTF8.self) == " name,mass\n")
        for (name, content) in [("g.csv", "%PDF-1.4\n"), ("h.json", "[1,"), ("i.xlsx", "PK\u{3}\u{4}xl/")] {
            let path = try folder.file(name, content)
            #expect(throws: UnreadableFile.self) { _ = try RecordFile(path: path, format: nil) }
        }
    }

    @Test(arguments: [
        (0, ImportCommand.Status.serverAway), (400, .requestRefused), (401, .requestRefused), (404, .requestRefused),
        (413, .requestRefused), (415, .requestRefused), (503, .serverAway), (500, .serverAway), (200, .requestRefused),
        (429, .serverAway),
    ]) func whyAnImportEnded(status: Int, expected: ImportCommand.Status) {
        let body = #"{"title":"t","detail":"The CSV header has no column pl_name."}"#
        let refusal = ImportRefusal(
            HTTPAnswer(status: status, body: Array(body.utf8), retryAfter: nil, error: "refused"), url: "http://x")
        #expect(refusal.status == expected && !refusal.text.isEmpty)
        if status == 400 { #expect(refusal.text == "The CSV header has no column pl_name.") }
    }

    @Test func theColumnsOfAllSlicesAreSaidOnce() {
        var columns = ImportedColumns()
        let json =
            #"{"used":[{"name":"rayon","column":"pl_rade","unit":"Earth radius","unit_assumed":true,"values":2}],"#
            + #""kept_aside":[{"name":"foo","values":3}]}"#
        for _ in 0..<2 { columns.add(Array(json.utf8)) }
        #expect(
            columns.lines == [
                "columns used: rayon as pl_rade (unit assumed: Earth radius)", "kept aside, under extra: foo: 6 values",
            ])
    }

    @Test func theHeadersOfARequest() throws {
        let folder = try TemporaryFolder()
        var file = try RecordFile(path: try folder.file("x.csv", "n\nA b\n"), format: nil)
        let slice = try #require(ImportSlice(of: &file, from: 0, most: 1))
        let key = slice.key(.csv, header: file.header)
        let plain = try ImportCommand(["x.csv", "--source", "me"]).headers(slice, .csv, header: file.header)
        #expect(
            plain == ["Content-Type: text/csv", "Idempotency-Key: \(key)", "X-Planetarium-Source: me"])
        let aliases = try ImportCommand(["x.csv", "--aliases"]).headers(slice, .csv, header: file.header)
        #expect(aliases[1] == "Idempotency-Key: aliases-\(key)")
        #expect(throws: UsageError.self) { try ImportCommand(["x.csv", "--batch", "0"]) }
        #expect(throws: UsageError.self) { try ImportCommand(["x.csv", "--to", "ftp://x"]) }
    }

    private func result(_ status: Int, _ body: String) -> SliceResult? {
        SliceResult(HTTPAnswer(status: status, body: Array(body.utf8), retryAfter: nil, error: ""))
    }

    @Test func answersOfTheServer() throws {
        let body = #"{"accepted":3,"results":[{"line":4,"errors":[{"field":"x"}]},{"line":5}]}"#
        let taken = try #require(result(207, body))
        #expect(taken.accepted == 3 && taken.rejected.map(\.line) == [4])
        #expect(taken.rejected.first.map { String(decoding: $0.errors, as: UTF8.self) } == #"[{"field":"x"}]"#)
        #expect(result(201, #"{"accepted":1,"results":[]}"#)?.rejected.isEmpty == true)
        for (status, body) in [
            (503, body), (0, ""), (200, "<html>"), (200, "{}"), (200, #"{"accepted":1,"results":7}"#),
        ] {
            #expect(result(status, body) == nil, "\(status) \(body)")
        }
    }

    @Test func progressIsKeptUntilTheFileIsAnother() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/progress"
        #expect(ImportProgress(file: path, size: 10) == nil)
        var progress = ImportProgress()
        (progress.size, progress.bytes, progress.line) = (10, 5, 3)
        (progress.accepted, progress.rejected) = (2, 1)
        progress.save(path)
        let kept = try #require(ImportProgress(file: path, size: 10))
        #expect((kept.bytes, kept.line, kept.accepted, kept.rejected) == (5, 3, 2, 1))
        #expect(ImportProgress(file: path, size: 11) == nil && ImportProgress(file: path, size: nil) == nil)
        for broken in ["", "1 2 3\n", "x", "10 5 3 2 1 9\n"] {
            #expect(ImportProgress(file: try folder.file("broken", broken), size: 10) == nil)
        }
    }

    @Test func refusedRecordsAndProgressAreKeptBesideTheFile() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("x.csv", "n\nA b\nB b\n")
        let command = try ImportCommand([path, "--quiet", "--batch", "1"])
        var file = try RecordFile(path: path, format: nil)
        let first = try #require(ImportSlice(of: &file, from: 0, most: 1))
        let refused = try #require(result(422, #"{"accepted":0,"results":[{"line":2,"errors":[1]}]}"#))
        var report = ImportReport(command, size: file.size)
        report.take(refused, of: first, header: file.header)
        #expect(try folder.text("x.csv.rejects.ndjson") == "{\"line\":2,\"raw\":\"A b\\n\",\"errors\":[1]}\n")
        #expect(folder.has("x.csv.import-progress"))
        // A new run goes on behind the first slice and adds to the refused records.
        var later = ImportReport(command, size: file.size)
        #expect(later.done.bytes == first.endOffset && later.done.rejected == 1)
        let second = try #require(ImportSlice(of: &file, from: later.done.bytes, most: 1))
        later.take(refused, of: second, header: file.header)
        #expect(try folder.text("x.csv.rejects.ndjson").split(separator: "\n").count == 2)
        #expect(later.finish(path) == .someRefused && !folder.has("x.csv.import-progress"))
        var restarted = ImportReport(try ImportCommand([path, "--quiet", "--restart"]), size: file.size)
        #expect(restarted.done.bytes == 0 && restarted.finish(path) == .unreadable)
    }
}
