// A CSV body: its header names the fields, every further record is a submission.
// Not here: quotes and line ends (CSVRecords.swift), what a header's names mean (Tables/TableHeader.swift).

extension DiscoveryDecoder {
    mutating func decodeCSV(
        _ body: UnsafeRawBufferPointer, from start: Int, line: Int, _ maxRecords: Int, _ each: EachRecord
    ) throws(BodyError) {
        var records = CSVRecords(body, from: start, line: line)
        var header = try readHeader(&records)
        decimalComma = records.decimalComma
        defer {
            decimalComma = .no
            columns = header.columns
        }
        var count = 0
        while true {
            let next = records.next()
            if case .end = next { return }
            count += 1
            guard count <= maxRecords else { throw Self.tooMany(maxRecords) }
            let verdict: Verdict
            switch next {
            case .malformed(let fault):
                verdict = .reject([FieldIssue(field: "", rule: .malformed_csv, note: fault)], key: nil)
            case .record, .end:
                verdict = decodeRecord(records, &header)
            }
            each(records.line, records.raw, verdict)
        }
    }

    private mutating func readHeader(_ records: inout CSVRecords) throws(BodyError) -> TableHeader {
        switch records.next() {
        case .record: break
        case .malformed(let fault): throw BodyError(.no_csv_header, "The CSV header cannot be read: \(fault).")
        case .end: throw BodyError(.no_csv_header, "The CSV has no header.")
        }
        var header = try header(records)
        // Some catalogues write their header as a comment: `# name,mass,...`.
        if !header.hasName, let comment = records.lastComment {
            var again = records
            again.readAgain(comment)
            if case .record = again.next(), let commented = try? self.header(again), commented.hasName,
                commented.fields.count > 1
            {
                records = again
                header = commented
            }
        }
        guard header.hasName else { throw header.noName }
        var names: Set<[UInt8]> = []
        for field in header.fields where !field.name.isEmpty {
            if !names.insert(field.name).inserted {
                let name = String(decoding: field.name.prefix(FieldIssue.maxValueLength), as: UTF8.self)
                throw BodyError(.duplicate_column, "The CSV header has the column \(name) twice.")
            }
        }
        return header
    }

    /// The record as a header; throws if it has more names or is longer than a record may be.
    private func header(_ records: CSVRecords) throws(BodyError) -> TableHeader {
        let most = Self.recordLimits.fields
        guard records.fieldCount <= most else {
            throw BodyError(
                .too_many_fields,
                "The CSV header has \(records.fieldCount) columns; a record has at most \(most) fields.")
        }
        guard records.raw.count <= Self.maxRecordBytes else {
            throw BodyError(.no_csv_header, "The CSV header is longer than \(Self.maxRecordBytes) bytes.")
        }
        return TableHeader(records.withFields { $0.map { Array($0.trimmed) } }, of: reading, lookup)
    }

    private mutating func decodeRecord(_ records: CSVRecords, _ header: inout TableHeader) -> Verdict {
        guard records.fieldCount == header.fields.count else {
            let issue = FieldIssue(
                field: "", value: "\(records.fieldCount)", rule: .wrong_field_count,
                note: "\(records.fieldCount) instead of \(header.fields.count)")
            return .reject([issue], key: nil)
        }
        guard records.raw.count <= Self.maxRecordBytes else {
            return .reject([FieldIssue(field: "", rule: .too_large)], key: nil)
        }
        begin()
        if header.dialect != nil {
            let isText = records.withFields { takeRow($0, &header) }
            return isText ? finish() : .reject([Self.notUTF8], key: nil)
        }
        var isText = true
        records.forEachField { index, text in
            guard !text.isEmpty, !MissingWords.contains(text) else { return }
            header.fields[index].values += 1
            let field = header.fields[index]
            switch field.use {
            case .column(let target):
                if case .text = target.id, !text.isValidUTF8 { isText = false }
                field.name.withUnsafeBytes { take($0, Given(string: text), target) }
            case .aside, .dialect:
                if !text.isValidUTF8 { isText = false }
                field.name.withUnsafeBytes { takeUnknown($0, Given(string: text)) }
            case .leftOut: break
            }
        }
        return isText ? finish() : .reject([Self.notUTF8], key: nil)
    }

    private static var notUTF8: FieldIssue {
        FieldIssue(field: "", rule: .malformed_csv, note: "it is not valid UTF-8")
    }

    /// A record of another catalogue's table; false if it is not UTF-8.
    private mutating func takeRow(_ fields: [UnsafeRawBufferPointer], _ header: inout TableHeader) -> Bool {
        guard fields.allSatisfy(\.isValidUTF8) else { return false }
        var texts: [UnsafeRawBufferPointer?] = fields
        for (index, text) in fields.enumerated() {
            if text.isEmpty || MissingWords.contains(text) {
                texts[index] = nil
            } else {
                header.fields[index].values += 1
            }
        }
        takeByDialect(texts, header)
        return true
    }
}

extension UnsafeRawBufferPointer {
    /// simdjson checks JSON; CSV's bytes are unchecked.
    var isValidUTF8: Bool {
        if allSatisfy({ $0 < 0x80 }) { return true }
        return String(validating: self, as: UTF8.self) != nil
    }
}
