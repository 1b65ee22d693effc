// What the names in a table's header stand for. JSON's fields are looked up one by one elsewhere.

struct TableHeader: Sendable {
    enum Use: Sendable {
        case column(FieldTarget)
        /// A rule of the dialect handles it, perhaps together with other columns.
        case dialect
        /// Not a column: stored under `extra`.
        case aside
        /// The dialect leaves it out.
        case leftOut
    }

    struct Field: Sendable {
        let name: [UInt8]
        let use: Use
        /// How many records have a value.
        var values = 0
    }

    /// A rule of the dialect whose columns the header has, with their indices.
    struct PlacedRule: Sendable {
        let rule: DialectRule
        let from: [Int]
        let upper: Int?
        let lower: Int?
        let limit: Int?
        let when: Int?
    }

    var fields: [Field]
    let dialect: Dialect?
    let rules: [PlacedRule]
    private let reading: RecordKind

    init(_ names: [[UInt8]], of reading: RecordKind, _ lookup: ColumnLookup) {
        self.reading = reading
        guard reading == .discoveries else {
            fields = names.map { Field(name: $0, use: .aside) }
            (dialect, rules) = (nil, [])
            return
        }
        let folded = names.map { name in
            String(decoding: name.withUnsafeBytes { FoldedText.fieldName($0) }, as: UTF8.self)
        }
        var places: [String: Int] = [:]
        for (index, name) in folded.enumerated() where places[name] == nil { places[name] = index }
        let dialect = Dialects.find(Set(folded))
        let rules = TableHeader.placed(dialect?.rules ?? [], places)
        let ruled = Set(rules.flatMap { $0.from + [$0.upper, $0.lower, $0.limit, $0.when].compactMap { $0 } })
        fields = names.enumerated().map { index, name in
            if ruled.contains(index) { return Field(name: name, use: .dialect) }
            let target = name.withUnsafeBytes { HeaderName($0, lookup).target }
            if let target { return Field(name: name, use: .column(target)) }
            return Field(name: name, use: dialect?.leavesOut(folded[index]) == true ? .leftOut : .aside)
        }
        self.dialect = dialect
        self.rules = rules
    }

    private static func placed(_ rules: [DialectRule], _ places: [String: Int]) -> [PlacedRule] {
        rules.compactMap { rule in
            let from = rule.from.compactMap { places[$0] }
            let when = rule.when.flatMap { places[$0.column] }
            guard from.count == rule.from.count, rule.when == nil || when != nil else { return nil }
            return PlacedRule(
                rule: rule, from: from, upper: rule.upper.flatMap { places[$0] },
                lower: rule.lower.flatMap { places[$0] }, limit: rule.limit.flatMap { places[$0] }, when: when)
        }
    }

    /// Whether the records have names.
    var hasName: Bool {
        switch reading {
        case .discoveries:
            return rules.contains { $0.rule.to == .text(.pl_name) }
                || fields.contains { field in
                    if case .column(let target) = field.use { return target.id == .text(.pl_name) }
                    return false
                }
        case .aliases:
            let members = fields.map { field in field.name.withUnsafeBytes { AliasDraft.member($0, in: .aliases) } }
            return members.contains(.name) && members.contains(.canonical)
        }
    }

    /// The error if they have none.
    var noName: BodyError {
        if reading == .aliases {
            return BodyError(.no_name_column, "The CSV header has no columns alias and name.")
        }
        let names = fields.map { String(decoding: $0.name, as: UTF8.self) }
        if names.count == 1, names[0].contains(" ") {
            return BodyError(
                .no_name_column,
                "The CSV header has no column pl_name, but one called \(names[0].prefix(80)). Separate its fields "
                    + "by commas, semicolons, tabs or bars.")
        }
        let likely = names.first { $0.lowercased().contains("name") || $0.lowercased().contains("nom") }
        let hint = likely.map { " \($0.prefix(80)) looks like names: call it pl_name." } ?? ""
        let given = names.prefix(6).map { String($0.prefix(40)) }.joined(separator: ", ")
        return BodyError(
            .no_name_column,
            "The CSV header has no column pl_name. It has \(given)\(names.count > 6 ? ", …" : "").\(hint)")
    }

    var columns: BodyColumns {
        var columns = BodyColumns(dialect: dialect?.name)
        for (index, field) in fields.enumerated() where !field.name.isEmpty {
            let name = String(decoding: field.name.prefix(FieldIssue.maxValueLength), as: UTF8.self)
            switch field.use {
            case .column(let target): columns.used.append(BodyColumns.Used(name: name, target, values: field.values))
            case .dialect:
                columns.used.append(BodyColumns.Used(name: name, target(of: index), values: field.values))
            case .aside: columns.keptAside.append(BodyColumns.Other(name: name, values: field.values))
            case .leftOut: columns.ignored.append(BodyColumns.Other(name: name, values: field.values))
            }
        }
        return columns
    }

    /// What the first rule for a column makes of it.
    private func target(of place: Int) -> FieldTarget {
        for placed in rules {
            if placed.from.contains(place) { return placed.target }
            if case .number(let column) = placed.rule.to {
                for (step, part) in [(1, placed.upper), (2, placed.lower), (3, placed.limit)] where part == place {
                    return FieldTarget(id: .number(column.following(UInt8(step))))
                }
            }
            if placed.when == place { return FieldTarget(id: placed.rule.to) }
        }
        preconditionFailure("BUG: no rule for a column that has one")
    }
}

/// Where a table's header is, for callers that cut a file without decoding it.
package enum HeaderLine {
    /// Whether the first line of a file is a note about the separator rather than a header.
    package static func isNote(_ line: [UInt8]) -> Bool {
        CSVRecords.isSeparatorNote(line.starts(with: [0xEF, 0xBB, 0xBF]) ? line.dropFirst(3) : line[...])
    }

    /// Whether a line of CSV, read as a header, contains the column with the records' names.
    package static func hasName(_ line: [UInt8], of kind: RecordKind) -> Bool {
        line.withUnsafeBytes { bytes in
            var records = CSVRecords(bytes, from: 0)
            guard case .record = records.next(), records.fieldCount > 1 || !line.contains(UInt8(ascii: " ")) else {
                return false
            }
            let names = records.withFields { $0.map { Array($0.trimmed) } }
            return TableHeader(names, of: kind, ColumnLookup.table).hasName
        }
    }
}

extension TableHeader.PlacedRule {
    var target: FieldTarget { FieldTarget(id: rule.to, conversion: rule.unit) }
}
