// Takes a log record apart: what it did to its planet (for the aggregates), and what is stored of it (for the lake).
// Not the loop around it (Engine.swift); never stops the stream, whatever the bytes are.

import EventLog
import JSONText
import PlanetCore

/// The keyed state, the decoder and the names: what judging a record needs. Used by one thread.
struct RecordJudge: ~Copyable {
    private(set) var catalogue: Catalogue
    private(set) var facts = FactReader()
    private var decoder = DiscoveryDecoder()
    private var reader = JSONReader()
    private var elements = JSONReader()
    private var fields = JSONReader()

    /// With a keyed state from elsewhere. The names get their numbers anew: the aggregates know them by name.
    init(_ catalogue: Catalogue = Catalogue()) { self.catalogue = catalogue }

    enum Stored {
        case record(StoredRecord)
        case reject(StoredReject)
    }

    /// A record of planet-discoveries.
    mutating func discovery(
        _ batch: borrowing RecordBatch, _ index: Int, source: String?
    ) -> (event: CatalogueEvent, stored: Stored) {
        let entry = batch.entries[index]
        let place = RecordPlace(entry.partition, entry.offset, entry.timestamp)
        guard let range = entry.value else {
            let (event, record) = apply(nil, key: batch.keyText(index), rules: [], place, source: source)
            return (event, .record(record))
        }
        let verdict = batch.bytes.withUnsafeBytes { decoder.decode(UnsafeRawBufferPointer(rebasing: $0[range])) }
        switch verdict {
        case .accept(let valid):
            let rules = valid.warnings.isEmpty ? [] : valid.warnings.map(\.rule.rawValue)
            let (event, record) = apply(valid.discovery, key: valid.key, rules: rules, place, source: source)
            return (event, .record(record))
        case .reject(let issues, let key):
            let rules = issues.map(\.rule.rawValue)
            var errors = JSONWriter()
            errors.beginArray()
            for issue in issues { issue.write(to: &errors) }
            errors.endArray()
            let reject = StoredReject(
                offset: entry.offset, timestamp: entry.timestamp, source: source,
                key: key ?? RecordJudge.nonEmpty(batch.keyText(index)), line: nil,
                raw: RecordJudge.text(batch.bytes[range]), errors: String(decoding: errors.bytes, as: UTF8.self),
                rules: rules)
            return (CatalogueEvent(.invalid, place, rules: rules), .reject(reject))
        }
    }

    /// A valid record of this key, or a tombstone (nil): what the log's records and the lake's rows have in common.
    mutating func apply(
        _ discovery: Discovery?, key: String, rules: [String], _ place: RecordPlace, source: String?
    ) -> (event: CatalogueEvent, record: StoredRecord) {
        let outcome = catalogue.apply(key: key, discovery)
        let before = outcome.before.map { facts.facts(of: $0, key: key, forecast: outcome.forecastBefore) }
        var after: PlanetFacts?
        if let discovery, outcome.change != .duplicate {
            after = facts.facts(of: discovery, key: key, forecast: outcome.forecast)
        }
        let verdict: StoredRecord.Verdict = discovery == nil ? .withdrawal : rules.isEmpty ? .accept : .warn
        return (
            CatalogueEvent(.change(outcome.change), place, before: before, after: after, rules: rules),
            StoredRecord(
                key: key, revision: outcome.revision, change: outcome.change, offset: place.offset,
                timestamp: place.timestamp, source: source, verdict: verdict, warnings: rules, discovery: discovery,
                facts: after)
        )
    }

    /// A record of planet-rejected (docs/ARCHITECTURE.md, "Topics and records"). One that isn't what it should be is kept as it
    /// came, under the rule malformed_json.
    mutating func rejected(
        _ batch: borrowing RecordBatch, _ index: Int, source: String?
    ) -> (event: CatalogueEvent, stored: StoredReject) {
        let entry = batch.entries[index]
        let value = entry.value ?? entry.key.upperBound..<entry.key.upperBound
        var raw: String?
        var line: Int?
        var errors = "[]"
        var rules: [String] = []
        batch.bytes.withUnsafeBytes { bytes in
            guard let members = try? reader.readObject(UnsafeRawBufferPointer(rebasing: bytes[value])) else { return }
            for member in members {
                if member.isKey("raw"), member.kind == .string { raw = member.string }
                if member.isKey("line"), member.kind == .number { line = Int(exactly: member.number) }
                if member.isKey("errors"), member.kind == .array {
                    errors = member.string
                    rules = rulesOf(member.text)
                }
            }
        }
        if raw == nil {
            raw = RecordJudge.text(batch.bytes[value])
            if rules.isEmpty { rules = [Rule.malformed_json.rawValue] }
        }
        let reject = StoredReject(
            offset: entry.offset, timestamp: entry.timestamp, source: source,
            key: RecordJudge.nonEmpty(batch.keyText(index)), line: line, raw: raw ?? "", errors: errors, rules: rules)
        let place = RecordPlace(entry.partition, entry.offset, entry.timestamp)
        return (CatalogueEvent(.rejected, place, rules: rules), reject)
    }

    /// The rules of a JSON array of issues.
    private mutating func rulesOf(_ text: UnsafeRawBufferPointer) -> [String] {
        guard let issues = try? elements.readArray(text) else { return [] }
        var rules: [String] = []
        for issue in issues where issue.kind == .object {
            guard let members = try? fields.readObject(issue.text) else { continue }
            for member in members where member.isKey("rule") && member.kind == .string { rules.append(member.string) }
        }
        return rules
    }

    /// Every planet there is now.
    mutating func forEachPlanet(_ body: (PlanetFacts) -> Void) {
        for chunk in catalogue.chunks {
            for planet in chunk {
                guard let discovery = planet.discovery else { continue }
                body(facts.facts(of: discovery, key: planet.key, forecast: planet.forecast))
            }
        }
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
    private static func nonEmpty(_ text: String) -> String? { text.isEmpty ? nil : text }
}
