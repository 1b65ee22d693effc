// Judges the records of one partition against the planets left by its earlier records, frame by frame. The caller keeps
// the planets (Spark's executors: in files of the lake) and sends them first; nothing is kept beyond the partition's
// end. PlanetCore defines what a record does to its planet and what its row is. JudgeCommand reads and writes;
// FoldedPlanet.swift defines a planet's row.

import Basics
import JSONText
import PlanetCore
import PlanetFigures

/// The kind of a frame, from its first word.
enum JudgeRequest: Int {
    /// Planets left by the partition's earlier records: rows of `PlanetFrame`. The answer is empty.
    case planets
    /// Records, in order. The answer is their rows.
    case records
    /// No more records. The answer: how many parts of the state have changed; for each its number, its planets, and a
    /// buffer with their figures; finally a buffer of JSON with the counts. The partition is dropped.
    case end
    /// The same, with every part in the answer.
    case endWithAll
}

package struct PartitionFold: ~Copyable {
    /// Bytes per frame; more is refused. A log's record has some 1 MiB at most, so a batch of 1,000 fits.
    package static let maxFrameBytes = 2_000_000_000
    /// The planets of a partition are spread over this many parts, by key; a batch rewrites those it touches.
    package static let parts = 4

    private var reader: RecordReader
    private let partitions: Int32?
    private var partition: Int32 = 0
    private var planets: [String: FoldedPlanet] = [:]
    private var touched: Set<Int> = []
    private var counts = RecordCounts()
    private var events: [CatalogueEvent] = []

    private var rows = JudgedTable<RowColumn>()
    private var states = JudgedTable<StateColumn>()
    private var answer = FrameWriter()
    /// Neighbours mostly share a day.
    private var day = (number: Int.min, text: "")

    /// `partitions`: how many the planets' keys are spread over; nil: every place is right. `today`: days since
    /// 1970-01-01 in UTC.
    package init(partitions: Int32?, today: @escaping () -> Int = CivilDate.todayUTC) {
        self.partitions = partitions
        reader = RecordReader(today: today)
    }

    /// `bytes`: a frame without its size. The answer is a frame with its size, valid until the next call.
    package mutating func answer(_ bytes: UnsafeRawBufferPointer) throws(FrameError) -> UnsafeRawBufferPointer {
        var frame = FrameReader(bytes)
        guard let request = JudgeRequest(rawValue: try frame.word()) else { throw FrameError("no frame begins so") }
        answer.begin()
        switch request {
        case .planets: try remember(&frame)
        case .records: try judge(&frame)
        case .end: try end(touched.sorted())
        case .endWithAll: try end(Array(0..<PartitionFold.parts))
        }
        answer.end()
        return answer.bytes
    }

    static func part(_ key: String) -> Int {
        var digest = FNV1a()
        digest.add(key.utf8)
        return Int(digest.hash % UInt64(parts))
    }

    private mutating func remember(_ frame: inout FrameReader) throws(FrameError) {
        var given = try PlanetFrame(&frame)
        for row in 0..<given.rows {
            let planet = try given.planet(row)
            partition = given.partition(row)
            planets[planet.planet.key] = planet
        }
    }

    private mutating func judge(_ frame: inout FrameReader) throws(FrameError) {
        let records = try RecordFrame(&frame)
        rows.clear()
        for row in 0..<records.rows { try judge(records, row) }
        counts.apply(events[...])
        events.removeAll(keepingCapacity: true)
        try rows.write(rows: records.rows, to: &answer)
    }

    private mutating func end(_ changed: [Int]) throws(FrameError) {
        var keys = [[String]](repeating: [], count: PartitionFold.parts)
        for key in planets.keys { keys[PartitionFold.part(key)].append(key) }
        let written = changed.filter { !keys[$0].isEmpty }
        answer.word(written.count)
        for part in written {
            states.clear()
            let own = keys[part].sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            for (row, key) in own.enumerated() { planets[key]?.write(row, partition: partition, to: &states) }
            answer.word(part)
            try states.write(rows: own.count, to: &answer)
            let figures = PartFigures.saved { each in
                for key in own { if let row = planets[key] { each(row.planet) } }
            }
            figures.withUnsafeBytes { answer.buffer($0) }
        }
        summary().withUnsafeBytes { answer.buffer($0) }
        planets.removeAll()
        touched.removeAll()
        counts = RecordCounts()
    }

    /// {"counts":{"totals/records":n,...},"newest":[[timestamp,partition,offset,key,JSON as text],...]}
    private func summary() -> [UInt8] {
        JSONWriter.object(capacity: 1 << 14) {
            $0.object("counts") { writer in for (name, count) in counts.groups { writer.member(name, count) } }
            $0.array("newest") { writer in
                for entry in counts.newest {
                    writer.array {
                        $0.integer(Int(entry.timestamp))
                        $0.integer(Int(entry.partition))
                        $0.integer(Int(entry.offset))
                        $0.string(entry.key)
                        $0.string(String(decoding: entry.json, as: UTF8.self))
                    }
                }
            }
        }
    }
}

// MARK: A record

extension PartitionFold {
    private mutating func judge(_ records: RecordFrame, _ row: Int) throws(FrameError) {
        let time = RecordTime.micros(clamping: records.time(row))
        let key = try records.key(row)
        let value = try records.value(row)
        partition = records.partition(row)
        rows.set(row, .log_partition, partition)
        rows.set(row, .log_offset, records.offset(row))
        rows.set(row, .log_timestamp, time)
        rows.set(row, .dt, dayText(time))
        let source = try records.header(row, "source").map(PartitionFold.text)
        rows.set(row, .source, source)
        let submission = try submission(records, row, value)
        if let submission { rows.set(row, .submission, submission.bits) }
        let sent = source.flatMap { SentFrom($0) }
        let reading = reader.read(
            value, keyText: key.map(PartitionFold.text) ?? "", partition: partition, source: source,
            size: { records.size(row) },
            home: { [partitions] in PartitionFold.home(of: $0, among: partitions) })
        let place = (offset: records.offset(row), time: time)
        switch reading {
        case .valid(let record, let key, let warnings):
            let basis = RecordBasis(header: try records.header(row, RecordBasis.header))
            if let issue = take(row, record, warnings, key, place, submission, sent, basis) {
                refuse(row, [issue], key: key, value, place)
            }
        case .misplaced(let key, let issue):
            refuse(row, [issue], key: key, value, place)
            if let home = PartitionFold.home(of: key, among: partitions) { rows.set(row, .home, home) }
        case .refused(let issues, let key): refuse(row, issues, key: key, value, place)
        }
    }

    /// Nil: every place is right.
    private static func home(of key: String, among partitions: Int32?) -> Int32? {
        partitions.map { Partitioner.partition(of: Array(key.utf8)[...], among: $0) }
    }

    /// Why earlier records rule it out; else nil, and the row is complete.
    private mutating func take(
        _ row: Int, _ record: PlanetRecord, _ warnings: [FieldIssue], _ key: String,
        _ place: (offset: Int64, time: Int64), _ submission: SubmissionID?, _ sent: SentFrom?, _ basis: RecordBasis
    ) -> FieldIssue? {
        let outcome = apply(record, key, submission, sent, basis)
        guard case .change(let change) = outcome.effect else { return outcome.issue }
        let changesValue = change != .duplicate && change != .late
        if outcome.revision > 0, changesValue || submission != nil || sent != nil {
            touched.insert(PartitionFold.part(key))
        }
        if changesValue { planets[key]?.last = (change, place.offset, place.time) }
        let after = outcome.after.discovery.map { PlanetFacts($0, key: key, forecast: outcome.forecast) }
        let before =
            after == nil
            ? outcome.before.discovery.map { PlanetFacts($0, key: key, forecast: outcome.forecastBefore) } : nil
        events.append(
            CatalogueEvent(
                .change(change), partition: partition, offset: place.offset, timestamp: place.time, before: before,
                after: after, rules: warnings.map(\.rule.rawValue)))
        rows.set(row, .key, key)
        rows.set(row, .change, change.rawValue)
        rows.set(row, .revision, Int32(clamping: outcome.revision))
        switch record {
        case .tombstone: rows.set(row, .verdict, "withdrawal")
        case .alias(let alias):
            rows.set(row, .verdict, "accept")
            rows.set(row, .alias_of, alias.canonical)
            rows.set(row, .alias_source, alias.source)
            rows.set(row, name: alias.name)
        case .discovery(let discovery):
            rows.set(row, .verdict, warnings.isEmpty ? "accept" : "warn")
            if !warnings.isEmpty { rows.set(row, .rules, PartitionFold.json(warnings.map(\.rule))) }
            rows.set(row, discovery)
            rows.set(row, Predictor.prediction(of: discovery))
        }
        return nil
    }

    private mutating func apply(
        _ record: PlanetRecord, _ key: String, _ submission: SubmissionID?, _ sent: SentFrom?, _ basis: RecordBasis
    ) -> RowOutcome {
        if case .tombstone = record, planets[key] == nil { return .nothingToWithdraw }
        return KeyedRows.apply(
            record, submission, sent, from: basis, key: key, to: &planets[key, default: FoldedPlanet(key)].planet)
    }

    private mutating func refuse(
        _ row: Int, _ issues: [FieldIssue], key: String?, _ value: UnsafeRawBufferPointer?,
        _ place: (offset: Int64, time: Int64)
    ) {
        events.append(
            CatalogueEvent(
                .invalid, partition: partition, offset: place.offset, timestamp: place.time,
                rules: issues.map(\.rule.rawValue)))
        rows.set(row, .key, key)
        rows.set(row, .verdict, "reject")
        rows.set(row, .rules, PartitionFold.json(issues.map(\.rule)))
        rows.set(row, .errors, FieldIssue.json(issues))
        rows.set(row, .raw, value.map { PartitionFold.text($0.prefix(RejectedJSON.maxRaw)) } ?? "")
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
