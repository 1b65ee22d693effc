// A frame of records in, a frame of judged rows out. No state: a row follows from its record alone, so it doesn't
// matter who judges it, or how often.
// Not what a record does to its planet (PlanetCore/PlanetHistory.swift), nor reading and writing.

import Basics
import JSONText
import PlanetCore

package struct FrameJudge: ~Copyable {
    /// Bytes of a frame; more is refused. A log's record has some 1 MiB at most, so a batch of 1,000 has room.
    package static let maxFrameBytes = 2_000_000_000

    private var decoder: DiscoveryDecoder
    private var table = JudgedTable()
    private var frame = FrameWriter()
    /// Neighbours are mostly of one day.
    private var day = (number: Int.min, text: "")

    /// `today`: days since 1970-01-01 in UTC.
    package init(today: @escaping () -> Int = CivilDate.todayUTC) { decoder = DiscoveryDecoder(today: today) }

    /// `bytes`: a frame without its size. The answer is a frame with it, valid until the next call.
    package mutating func judge(_ bytes: UnsafeRawBufferPointer) throws(FrameError) -> UnsafeRawBufferPointer {
        let records = try RecordFrame(bytes)
        table.clear()
        for row in 0..<records.rows { try judge(records, row) }
        try table.write(rows: records.rows, to: &frame)
        return frame.bytes
    }

    private mutating func judge(_ records: RecordFrame, _ row: Int) throws(FrameError) {
        let time = RecordTime.micros(clamping: records.time(row))
        let key = try records.key(row)
        let value = try records.value(row)
        table.set(row, .partition, records.partition(row))
        table.set(row, .offset, records.offset(row))
        table.set(row, .timestamp, time)
        table.set(row, .day, dayText(time))
        table.set(row, .source, try records.header(row, "source").map(FrameJudge.text))
        if let submission = try submission(records, row, value) { table.set(row, .submission, submission.bits) }
        guard let value else {
            switch RecordReader.withdrawn(key.map(FrameJudge.text) ?? "") {
            case .success(let planet):
                table.set(row, .key, planet)
                table.set(row, .verdict, "withdrawal")
            case .failure(let issue): refuse(row, [issue], key: nil, raw: "")
            }
            return
        }
        switch decoder.decode(value) {
        case .accept(let valid): accept(row, valid)
        case .alias(let alias, let key):
            table.set(row, .key, key)
            table.set(row, .verdict, "accept")
            table.set(row, .aliasOf, alias.canonical)
            table.set(row, .aliasSource, alias.source)
            table.set(row, .aliasKey, alias.canonicalKey)
            table.set(row, name: alias.name)
        case .reject(let issues, let planet):
            let given = key.map(FrameJudge.text) ?? ""
            let raw = FrameJudge.text(UnsafeRawBufferPointer(rebasing: value.prefix(RejectedJSON.maxRaw)))
            refuse(row, issues, key: planet ?? (given.isEmpty ? nil : given), raw: raw)
        }
    }

    private mutating func refuse(_ row: Int, _ issues: [FieldIssue], key: String?, raw: String) {
        table.set(row, .key, key)
        table.set(row, .verdict, "reject")
        table.set(row, .rules, FrameJudge.json(issues.map(\.rule)))
        table.set(row, .errors, FieldIssue.json(issues))
        table.set(row, .raw, raw)
    }

    private mutating func accept(_ row: Int, _ valid: Validated) {
        table.set(row, .key, valid.key)
        table.set(row, .verdict, valid.warnings.isEmpty ? "accept" : "warn")
        if !valid.warnings.isEmpty { table.set(row, .rules, FrameJudge.json(valid.warnings.map(\.rule))) }
        table.set(row, .value, valid.discovery.identity)
        let prediction = Predictor.prediction(of: valid.discovery)
        table.set(row, valid.discovery)
        table.set(row, prediction)
        table.setFacts(row, valid.discovery, prediction)
    }

    /// Nil for a record without an Idempotency-Key.
    private func submission(
        _ records: RecordFrame, _ row: Int, _ value: UnsafeRawBufferPointer?
    ) throws(FrameError) -> SubmissionID? {
        guard let key = try records.header(row, SubmissionID.keyHeader) else { return nil }
        let none = UnsafeRawBufferPointer(start: nil, count: 0)
        let copy = try records.header(row, SubmissionID.copyHeader) ?? none
        return SubmissionID(key: key, copy: copy, value: value ?? none)
    }

    private mutating func dayText(_ time: Int64) -> String {
        let number = UTCDay(micros: time).days
        if number != day.number { day = (number, UTCDay(days: number).description) }
        return day.text
    }

    private static func text(_ bytes: UnsafeRawBufferPointer) -> String { String(decoding: bytes, as: UTF8.self) }

    private static func json(_ rules: [Rule]) -> String {
        String(
            decoding: JSONWriter.array(capacity: 64) { for rule in rules { $0.string(rule.rawValue) } }, as: UTF8.self)
    }
}
