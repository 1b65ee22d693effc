// A frame of records in, a frame of judged rows out. No state: a row follows from its record alone, so it doesn't
// matter who judges it, or how often.
// Not what a record does to its planet (PlanetCore/PlanetHistory.swift), nor reading and writing.

import Basics
import JSONText
import PlanetCore

package struct FrameJudge: ~Copyable {
    /// Bytes of a frame; more is refused. A log's record has some 1 MiB at most, so a batch of 1,000 has room.
    package static let maxFrameBytes = 2_000_000_000

    private var reader: RecordReader
    private let partitions: Int32?
    private var table = JudgedTable()
    private var frame = FrameWriter()
    /// Neighbours are mostly of one day.
    private var day = (number: Int.min, text: "")

    /// `partitions`: over how many the planets' keys are spread; nil: every place is right. `today`: days since
    /// 1970-01-01 in UTC.
    package init(partitions: Int32?, today: @escaping () -> Int = CivilDate.todayUTC) {
        self.partitions = partitions
        reader = RecordReader(today: today)
    }

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
        let source = try records.header(row, "source").map(FrameJudge.text)
        table.set(row, .source, source)
        if let submission = try submission(records, row, value) { table.set(row, .submission, submission.bits) }
        let sent = source.flatMap { SentFrom($0) }
        let reading = reader.read(
            value, keyText: key.map(FrameJudge.text) ?? "", partition: records.partition(row), source: source,
            size: { records.size(row) },
            home: { [partitions] key in
                partitions.map { Partitioner.partition(of: Array(key.utf8)[...], among: $0) }
            })
        switch reading {
        case .valid(let record, let key, let warnings):
            if let sent {
                table.set(row, .sentOrigin, sent.origin)
                table.set(row, .sentOffset, sent.offset)
            }
            table.set(row, .key, key)
            take(row, record, warnings)
        case .misplaced(let key, let issue): refuse(row, [issue], key: key, value)
        case .refused(let issues, let key): refuse(row, issues, key: key, value)
        }
    }

    private mutating func take(_ row: Int, _ record: PlanetRecord, _ warnings: [FieldIssue]) {
        switch record {
        case .tombstone: table.set(row, .verdict, "withdrawal")
        case .alias(let alias):
            table.set(row, .verdict, "accept")
            table.set(row, .aliasOf, alias.canonical)
            table.set(row, .aliasSource, alias.source)
            table.set(row, .aliasKey, alias.canonicalKey)
            table.set(row, name: alias.name)
        case .discovery(let discovery):
            table.set(row, .verdict, warnings.isEmpty ? "accept" : "warn")
            if !warnings.isEmpty { table.set(row, .rules, FrameJudge.json(warnings.map(\.rule))) }
            table.set(row, .value, discovery.identity)
            let prediction = Predictor.prediction(of: discovery)
            table.set(row, discovery)
            table.set(row, prediction)
            table.setFacts(row, discovery, prediction)
        }
    }

    private mutating func refuse(_ row: Int, _ issues: [FieldIssue], key: String?, _ value: UnsafeRawBufferPointer?) {
        table.set(row, .key, key)
        table.set(row, .verdict, "reject")
        table.set(row, .rules, FrameJudge.json(issues.map(\.rule)))
        table.set(row, .errors, FieldIssue.json(issues))
        table.set(
            row, .raw, value.map { FrameJudge.text($0.prefix(RejectedJSON.maxRaw)) } ?? "")
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

    private static func text(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

    private static func json(_ rules: [Rule]) -> String {
        String(
            decoding: JSONWriter.array(capacity: 64) { for rule in rules { $0.string(rule.rawValue) } }, as: UTF8.self)
    }
}
