// A CSV body: its header names the fields, every further record is a submission.
// Not here: quotes and line ends (CSVRecords.swift).

extension DiscoveryDecoder {
    /// A column of the header.
    private struct HeaderField {
        let name: [UInt8]
        /// nil: not a column.
        let target: FieldTarget?
    }

    mutating func decodeCSV(
        _ body: UnsafeRawBufferPointer, from start: Int, _ maxRecords: Int, _ each: EachRecord
    ) throws(BodyError) {
        var records = CSVRecords(body, from: start)
        let header = try readHeader(&records)
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
                verdict = decodeRecord(records, header)
            }
            each(records.line, records.raw, verdict)
        }
    }

    private mutating func readHeader(_ records: inout CSVRecords) throws(BodyError) -> [HeaderField] {
        switch records.next() {
        case .record: break
        case .malformed(let fault): throw BodyError(.no_csv_header, "The CSV header cannot be read: \(fault).")
        case .end: throw BodyError(.no_csv_header, "The CSV has no header.")
        }
        let most = Self.recordLimits.fields
        guard records.fieldCount <= most else {
            throw BodyError(
                .too_many_fields,
                "The CSV header has \(records.fieldCount) columns; a record has at most \(most) fields.")
        }
        var header: [HeaderField] = []
        records.forEachField { _, name in
            let name = name.trimmed
            header.append(HeaderField(name: Array(name), target: reading == .discoveries ? lookup.find(name) : nil))
        }
        switch reading {
        case .discoveries:
            guard header.contains(where: { $0.target?.id == .text(.pl_name) }) else {
                throw BodyError(.no_name_column, "The CSV header has no column pl_name.")
            }
        case .aliases:
            let members = header.map { field in field.name.withUnsafeBytes { AliasDraft.member($0, in: .aliases) } }
            guard members.contains(.name), members.contains(.canonical) else {
                throw BodyError(.no_name_column, "The CSV header has no columns alias and name.")
            }
        }
        var names: Set<[UInt8]> = []
        for field in header where !field.name.isEmpty {
            if !names.insert(field.name).inserted {
                let name = String(decoding: field.name, as: UTF8.self)
                throw BodyError(.duplicate_column, "The CSV header has the column \(name) twice.")
            }
        }
        return header
    }

    private mutating func decodeRecord(_ records: CSVRecords, _ header: [HeaderField]) -> Verdict {
        guard records.fieldCount == header.count else {
            let issue = FieldIssue(
                field: "", value: "\(records.fieldCount)", rule: .wrong_field_count,
                note: "\(records.fieldCount) instead of \(header.count)")
            return .reject([issue], key: nil)
        }
        guard records.raw.count <= Self.maxRecordBytes else {
            return .reject([FieldIssue(field: "", rule: .too_large)], key: nil)
        }
        begin()
        var isText = true
        records.forEachField { index, text in
            guard !text.isEmpty else { return }
            let field = header[index]
            field.name.withUnsafeBytes { name in
                if let target = field.target {
                    if case .text = target.id, !text.isValidUTF8 { isText = false }
                    take(name, Given(string: text), target)
                } else {
                    if !text.isValidUTF8 { isText = false }
                    takeUnknown(name, Given(string: text))
                }
            }
        }
        guard isText else {
            return .reject([FieldIssue(field: "", rule: .malformed_csv, note: "it is not valid UTF-8")], key: nil)
        }
        return finish()
    }
}

extension UnsafeRawBufferPointer {
    /// simdjson checks JSON; CSV's bytes come as they are.
    var isValidUTF8: Bool {
        if allSatisfy({ $0 < 0x80 }) { return true }
        return String(validating: self, as: UTF8.self) != nil
    }
}
