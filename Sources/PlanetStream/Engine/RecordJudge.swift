// Turns a log record into its effect on the planet (for the aggregates) and its row (for the lake). Never stops the
// stream, whatever the bytes are.

import EventLog
import PlanetCore
import PlanetFigures
import Provenance

/// The keyed state and the decoder: all that judging a record needs. Used by one thread.
package struct RecordJudge: ~Copyable {
    private(set) var planets: KeyedRows
    private var reader = RecordReader()
    private var rejects = RejectedReader()
    /// The headers last looked at.
    private var headers: (list: [RecordHeader], key: [UInt8]?, copy: [UInt8]) = ([], nil, [])

    /// With an existing keyed state.
    package init(_ planets: KeyedRows = KeyedRows()) { self.planets = planets }

    package enum Stored {
        case record(StoredRecord)
        case reject(StoredReject)
        /// The same, and a copy goes to the partition of this key.
        case misplaced(StoredReject, key: String)
    }

    /// A record of planet-discoveries. `keys`: where each planet's records belong; nil: where they are. `decoded`: what
    /// need not be decoded again.
    package mutating func discovery(
        _ batch: borrowing RecordBatch, _ index: Int, source: String?, among keys: KeyedPartitions? = nil,
        decoded: DecodedRecords? = nil
    ) -> (event: CatalogueEvent, stored: Stored) {
        let entry = batch.entries[index]
        let range = entry.value
        let sent = source.flatMap { SentFrom($0) }
        func raw() -> String { range.map { RecordJudge.text(batch.bytes[$0].prefix(RejectedJSON.maxRaw)) } ?? "" }
        func reject(_ issues: [FieldIssue], _ key: String?) -> (event: CatalogueEvent, reject: StoredReject) {
            refused(entry.position, key: key, issues, source: source, raw: raw())
        }
        let reading = batch.bytes.withUnsafeBytes { bytes in
            reader.read(
                range.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) }, keyText: batch.keyText(index),
                partition: entry.partition, source: source, size: { batch.wholeSize(index) },
                home: { keys?.home(of: $0) }, decoded: decoded)
        }
        switch reading {
        case .valid(let record, let key, let warnings):
            let judged = apply(
                record, submission(batch, index), sent,
                from: RecordBasis(header: batch.header(index, RecordBasis.header)), key: key,
                rules: warnings.isEmpty ? [] : warnings.map(\.rule.rawValue), entry.position, source: source)
            switch judged.outcome {
            case .stored(let stored): return (judged.event, .record(stored))
            case .refused(let issues):
                let refused = reject(issues, key)
                return (refused.event, .reject(refused.reject))
            }
        case .misplaced(let key, let issue):
            let refused = reject([issue], key)
            return (refused.event, .misplaced(refused.reject, key: key))
        case .refused(let issues, let key):
            let refused = reject(issues, key)
            return (refused.event, .reject(refused.reject))
        }
    }

    private func refused(
        _ place: LogPosition, key: String?, _ issues: [FieldIssue], source: String?, raw: String
    ) -> (event: CatalogueEvent, reject: StoredReject) {
        let rules = issues.map(\.rule.rawValue)
        let reject = StoredReject(
            offset: place.offset, timestamp: place.timestamp, source: source, key: key, line: nil, raw: raw,
            errors: FieldIssue.json(issues), rules: rules)
        return (CatalogueEvent(.invalid, place, rules: rules), reject)
    }

    enum Outcome {
        case stored(StoredRecord)
        /// Valid by itself, but not after the earlier records of its key.
        case refused([FieldIssue])
    }

    /// A valid record of this key: what the log's records and the lake's rows share. Changes the keyed state.
    mutating func apply(
        _ record: PlanetRecord, _ submission: SubmissionID?, _ sent: SentFrom?, from basis: RecordBasis, key: String,
        rules: [String], _ place: LogPosition, source: String?
    ) -> (event: CatalogueEvent, outcome: Outcome) {
        let outcome = planets.apply(key: key, record, submission, sent, from: basis)
        switch outcome.effect {
        case .refused(let rule):
            return (
                CatalogueEvent(.invalid, place, rules: [rule.rawValue]),
                .refused(outcome.issue.map { [$0] } ?? [])
            )
        case .change(let change):
            let after = outcome.after.discovery.map { PlanetFacts($0, key: key, forecast: outcome.forecast) }
            let before = outcome.before.discovery.map {
                PlanetFacts($0, key: key, forecast: outcome.forecastBefore)
            }
            return (
                CatalogueEvent(.change(change), place, before: before, after: after, rules: rules),
                .stored(
                    StoredRecord(
                        key: key, revision: outcome.revision, change: change, offset: place.offset,
                        timestamp: place.timestamp, source: source, verdict: RecordVerdict(record, rules),
                        warnings: rules, record: record, submission: submission, facts: after))
            )
        }
    }

    /// Nil for a record without an Idempotency-Key.
    private mutating func submission(_ batch: borrowing RecordBatch, _ index: Int) -> SubmissionID? {
        let list = batch.headers(index)
        // Neighbours mostly come from one request and then share the array.
        if list != headers.list {
            headers = (
                list, batch.header(index, SubmissionID.keyHeader), batch.header(index, SubmissionID.copyHeader) ?? []
            )
        }
        return headers.key.map { SubmissionID(key: $0, copy: headers.copy, value: batch.value(index) ?? []) }
    }

    /// A record of planet-rejected (docs/ARCHITECTURE.md, "Topics and records"). One of another form is kept as it
    /// came, under the rule malformed_json.
    mutating func rejected(
        _ batch: borrowing RecordBatch, _ index: Int, source: String?
    ) -> (event: CatalogueEvent, stored: StoredReject) {
        let entry = batch.entries[index]
        let value = entry.value ?? entry.key.upperBound..<entry.key.upperBound
        let content = batch.bytes.withUnsafeBytes { rejects.content(of: UnsafeRawBufferPointer(rebasing: $0[value])) }
        let reject = StoredReject(
            offset: entry.offset, timestamp: entry.timestamp, source: source,
            key: RecordJudge.nonEmpty(batch.keyText(index)), line: content.line,
            raw: content.raw ?? RecordJudge.text(batch.bytes[value]), errors: content.errors, rules: content.rules)
        return (CatalogueEvent(.rejected, entry.position, rules: content.rules), reject)
    }

    /// A copy with the same planets that changes separately.
    func fork() -> RecordJudge {
        var copy = RecordJudge()
        copy.planets = planets
        return copy
    }

    /// Every planet there is now, without candidates and what was refuted.
    func forEachPlanet(_ body: (PackedRow, Discovery) -> Void) {
        for chunk in planets.chunks {
            for planet in chunk {
                guard let discovery = planet.discovery, discovery.isPlanet else { continue }
                body(planet, discovery)
            }
        }
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
    private static func nonEmpty(_ text: String) -> String? { text.isEmpty ? nil : text }
}

extension CatalogueEvent {
    init(
        _ kind: Kind, _ place: LogPosition, before: PlanetFacts? = nil, after: PlanetFacts? = nil, rules: [String] = []
    ) {
        self.init(
            kind, partition: place.partition, offset: place.offset, timestamp: place.timestamp, before: before,
            after: after, rules: rules)
    }
}
