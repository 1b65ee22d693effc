// Takes a log record apart: what it did to its planet (for the aggregates), and what is stored of it (for the lake).
// Not the loop around it (Engine.swift); never stops the stream, whatever the bytes are.

import EventLog
import JSONText
import PlanetCore

/// The keyed state, the decoder and the names: what judging a record needs. Used by one thread.
struct RecordJudge: ~Copyable {
    private(set) var catalogue = Catalogue()
    private(set) var facts = FactReader()
    private var decoder = DiscoveryDecoder()
    private var reader = JSONReader()
    private var elements = JSONReader()
    private var fields = JSONReader()

    enum Stored {
        case record(StoredRecord)
        case reject(StoredReject)
    }

    /// A record of planet-discoveries.
    mutating func discovery(
        _ batch: borrowing RecordBatch, _ index: Int, source: String?
    ) -> (event: CatalogueEvent, stored: Stored) {
        let entry = batch.entries[index]
        guard let range = entry.value else {
            let key = batch.keyText(index)
            let outcome = catalogue.apply(key: key, nil)
            return (
                event(
                    entry, .change(outcome.change),
                    before: outcome.before.map { facts.facts(of: $0, key: key, forecast: outcome.forecastBefore) }),
                .record(record(entry, key, outcome, .withdrawal, source, [], nil))
            )
        }
        let verdict = batch.bytes.withUnsafeBytes { decoder.decode(UnsafeRawBufferPointer(rebasing: $0[range])) }
        switch verdict {
        case .accept(let valid):
            let outcome = catalogue.apply(key: valid.key, valid.discovery)
            let rules = valid.warnings.isEmpty ? [] : valid.warnings.map(\.rule.rawValue)
            var after: PlanetFacts?
            if outcome.change != .duplicate {
                after = facts.facts(of: valid.discovery, key: valid.key, forecast: outcome.forecast)
            }
            let before = outcome.before.map {
                facts.facts(of: $0, key: valid.key, forecast: outcome.forecastBefore)
            }
            return (
                event(entry, .change(outcome.change), before: before, after: after, rules: rules),
                .record(
                    record(
                        entry, valid.key, outcome, rules.isEmpty ? .accept : .warn, source, rules, valid.discovery,
                        after))
            )
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
            return (event(entry, .invalid, rules: rules), .reject(reject))
        }
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
        return (event(entry, .rejected, rules: rules), reject)
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
        for planet in catalogue.planets {
            guard let discovery = planet.discovery else { continue }
            body(facts.facts(of: discovery, key: planet.key, forecast: planet.forecast))
        }
    }

    private func event(
        _ entry: RecordBatch.Entry, _ kind: CatalogueEvent.Kind, before: PlanetFacts? = nil, after: PlanetFacts? = nil,
        rules: [String] = []
    ) -> CatalogueEvent {
        CatalogueEvent(
            kind: kind, partition: entry.partition, offset: entry.offset, timestamp: entry.timestamp, before: before,
            after: after, rules: rules)
    }

    private func record(
        _ entry: RecordBatch.Entry, _ key: String, _ outcome: Catalogue.Outcome, _ verdict: StoredRecord.Verdict,
        _ source: String?, _ warnings: [String], _ discovery: Discovery?,
        _ facts: PlanetFacts? = nil
    ) -> StoredRecord {
        StoredRecord(
            key: key, revision: outcome.revision, change: outcome.change, offset: entry.offset,
            timestamp: entry.timestamp, source: source, verdict: verdict, warnings: warnings, discovery: discovery,
            facts: facts)
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
    private static func nonEmpty(_ text: String) -> String? { text.isEmpty ? nil : text }
}
