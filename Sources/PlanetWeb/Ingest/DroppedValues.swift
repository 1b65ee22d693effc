// The warning on a record that replaces one with more values: when it is sent, and again when its request is repeated
// with its Idempotency-Key.

import EventLog
import PlanetCore

enum DroppedValues {
    /// Nil if no value is dropped.
    static func issue(of known: Discovery, by record: Discovery) -> FieldIssue? {
        let names = known.columns(missingIn: record).map(\.name)
        if names.isEmpty { return nil }
        let count = names.count == 1 ? "1 value goes" : "\(names.count) values go"
        return FieldIssue(
            field: "", value: "\(names.count)", rule: .values_dropped,
            note: "\(count): \(names.joined(separator: ", "))")
    }

    /// For two records in the log, the later one last. `values`: by offset.
    static func issue(of offsets: [Int64], _ values: HistoryValues) -> FieldIssue? {
        var decoder = DiscoveryDecoder(isStored: true)
        let read = offsets.compactMap { offset -> Discovery? in
            guard let value = values[offset], case .accept(let valid) = decoder.decode(value) else { return nil }
            return valid.discovery
        }
        guard read.count == 2, !read[0].isOtherSolution || read[1].isOtherSolution else { return nil }
        return issue(of: read[0], by: read[1])
    }
}

extension SubmissionAnswer {
    /// Without what the records would do to their planets now, which differs from what they did.
    var withoutDropped: SubmissionAnswer {
        changed { warnings in warnings.filter { $0.rule != .values_dropped } }
    }

    func with(_ dropped: FieldIssue?) -> SubmissionAnswer {
        changed { warnings in warnings + (dropped.map { [$0] } ?? []) }
    }

    private func changed(_ change: ([FieldIssue]) -> [FieldIssue]) -> SubmissionAnswer {
        var copy = self
        copy.records = records.map { record in
            guard case .accepted(let line, let key, let warnings, let alias) = record else { return record }
            return .accepted(line: line, key: key, warnings: change(warnings), alias: alias)
        }
        return copy
    }

    /// For an answer with one record, a revision: the record whose values it replaced, and itself. Nil for anything
    /// else, and if they are no longer known.
    func replaced(_ receipts: [Receipt?], _ catalogue: Catalogue) -> [HistoryItem]? {
        guard shape == .one, case .accepted(_, let key, _, _)? = records.first, let receipt = receipts.first ?? nil,
            receipt.change == .revision, let history = catalogue.row(key)?.history,
            let index = history.firstIndex(where: {
                $0.position.partition == receipt.position.partition && $0.position.offset == receipt.position.offset
            }), let before = history[..<index].last(where: { $0.change != .duplicate && $0.change != .late })
        else { return nil }
        return [before, history[index]]
    }
}
