// Compares the stored aggregates of a roll with those of a tally replayed to the same positions, bit for bit.

import Parquet

struct AggregateCheck {
    let rolls: StoredRolls

    /// `newest`: the newest time stamp of the roll's partition so far. Returns the number of rows compared.
    func compare(
        _ roll: StoredRoll, _ tally: Tally, newest: Int64?, into report: inout VerifyReport
    ) throws(ParquetError) -> Int {
        var expected: [String: AggregateRow] = [:]
        for row in tally.rows() { expected[AggregateCheck.name(row.aggregate, row.group)] = row }
        let file = roll.file.path.path
        var rows = 0
        var seen: Set<String> = []
        var findings: [VerifyFinding] = []
        var wrongPlaces = 0
        try rolls.forEachRow(of: roll) { columns, row, rowInFile in
            rows += 1
            let aggregate = columns[StoredRolls.aggregate].string(at: row) ?? ""
            let group = columns[StoredRolls.group].string(at: row) ?? ""
            func find(_ text: String) {
                findings.append(
                    VerifyFinding(.aggregate, file: file, row: rowInFile, aggregate: aggregate, group: group, text))
            }
            let name = AggregateCheck.name(aggregate, group)
            guard seen.insert(name).inserted else { return find("a second row of this group") }
            guard let known = expected[name] else { return find("the rows of the log give no such group") }
            if let wrong = AggregateCheck.difference(known, columns, row) { find(wrong) }
            let isInPlace =
                columns[StoredRolls.partition].int32(at: row) == roll.file.path.partition
                && columns[StoredRolls.timestamp].int64(at: row) == newest
                && columns[StoredRolls.positions].string(at: row) == roll.positions?.json
            if !isInPlace { wrongPlaces += 1 }
        }
        for (name, row) in expected where !seen.contains(name) {
            findings.append(
                VerifyFinding(
                    .aggregate, file: file, aggregate: row.aggregate, group: row.group,
                    "missing; it should be \(AggregateCheck.shown(row.json))"))
        }
        if wrongPlaces > 0 {
            findings.append(
                VerifyFinding(
                    .row, file: file,
                    "\(wrongPlaces) rows have a partition, time or positions that are not those of the roll"))
        }
        findings.sort { ($0.aggregate ?? "", $0.group ?? "") < ($1.aggregate ?? "", $1.group ?? "") }
        for finding in findings { report.add(finding) }
        return rows
    }

    private static func name(_ aggregate: String, _ group: String) -> String { "\(aggregate)\u{0}\(group)" }

    /// Nil if they are equal.
    private static func difference(_ row: AggregateRow, _ columns: [ColumnValues], _ at: Int) -> String? {
        let isSame = columns[StoredRolls.json].withBytes(at: at) { $0.elementsEqual(row.json) } ?? false
        if !isSame {
            let stored = columns[StoredRolls.json].bytes(at: at) ?? []
            return "stored \(shown(stored)), recomputed \(shown(row.json))"
        }
        let value = columns[StoredRolls.value].double(at: at)
        if value?.bitPattern != row.value?.bitPattern {
            return "column value: stored \(shown(value)), recomputed \(shown(row.value))"
        }
        let count = columns[StoredRolls.count].int64(at: at)
        if count != row.count.map({ Int64($0) }) {
            return "column n: stored \(shown(count)), recomputed \(shown(row.count))"
        }
        let measured = columns[StoredRolls.measured].boolean(at: at)
        if measured != row.isMeasured {
            return "column measured: stored \(shown(measured)), recomputed \(shown(row.isMeasured))"
        }
        return nil
    }

    private static func shown<Value>(_ value: Value?) -> String { value.map { "\($0)" } ?? "null" }

    private static func shown(_ json: [UInt8]) -> String {
        let text = String(decoding: json.prefix(300), as: UTF8.self)
        return json.count > 300 ? text + "…" : text
    }
}
