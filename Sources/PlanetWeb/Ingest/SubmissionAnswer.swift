// The answer to a submission: which of its records are stored, which are refused, and its JSON. LoopIngest writes the
// log; PlanetCore has the rules.

import Basics
import EventLog
import HTTPWire
import JSONText
import PlanetCore

/// The outcome of one record in a request.
enum SubmittedRecord: Sendable {
    case accepted(line: Int, key: String, warnings: [FieldIssue], alias: PlanetAlias? = nil)
    case rejected(line: Int, issues: [FieldIssue])
}

/// Where and as what a record was stored; revision and change are nil if the read-back came too late, or if the log's
/// order has quarantined the record.
struct Receipt: Sendable {
    var position: LogPosition
    var revision: Int?
    var change: Change?
    var issue: FieldIssue?
}

extension Receipt {
    init(position: LogPosition, _ decision: ReceiptDesk.Decision?) {
        self.position = position
        issue = decision?.issue
        guard let decision, issue == nil else { return }
        revision = decision.revision
        change = decision.change
    }
}

extension Receipt {
    /// The record's warnings, and what it did to its planet: only a record that counts can have dropped anything.
    fileprivate func warnings(_ given: [FieldIssue], key: String) -> [FieldIssue] {
        var warnings = given
        if let change, change != .revision { warnings.removeAll { $0.rule == .values_dropped } }
        if change == .reinstatement { warnings.append(FieldIssue(field: "", value: key, rule: .was_withdrawn)) }
        return warnings
    }
}

struct SubmissionAnswer: Sendable {
    var shape: SubmissionShape
    var records: [SubmittedRecord]
    /// Answers list only refused records (the query `results=rejected`).
    var onlyRejected = false
    /// Which of the stored records, by order, were not sent: those of aliases that a planet's name ends or reverses.
    var unasked: Set<Int> = []
    /// Put before every path (`Caller.prefix`).
    var prefix = ""
    /// What happened to the body's columns.
    var columns = BodyColumns()
    /// The least number of bytes that the faults so far take in an answer.
    private var faultBytes = 0

    /// An answer lists at most this many results, in about this many bytes, and counts the others.
    static let longest = 10_000
    static let largest = 4 << 20

    init(
        shape: SubmissionShape, records: [SubmittedRecord], onlyRejected: Bool = false, prefix: String = ""
    ) {
        self.prefix = prefix
        self.shape = shape
        self.records = records
        self.onlyRejected = onlyRejected
    }

    /// What will not be listed is not stored either.
    mutating func add(refused issues: [FieldIssue], line: Int) {
        let isListed = faultBytes <= SubmissionAnswer.largest
        records.append(.rejected(line: line, issues: isListed ? issues : []))
        faultBytes += issues.reduce(0) { $0 + 40 + $1.field.utf8.count + $1.value.utf8.count }
    }

    var acceptedCount: Int {
        records.reduce(0) { count, record in
            if case .accepted = record { return count + 1 }
            return count
        }
    }

    /// The answer. `all`: one for each record that was stored, in order; nil if its place is no longer known.
    func response(_ all: [Receipt?]) -> Response {
        let stored = unasked.isEmpty ? all : all.indices.filter { !unasked.contains($0) }.map { all[$0] }
        if shape == .one, let record = records.first {
            switch record {
            case .accepted(_, let key, let warnings, let alias):
                if let issue = stored.first??.issue { return .refused([issue]) }
                let receipt = JSONWriter.object {
                    $0.receipt(key: key, stored.first ?? nil, warnings: warnings, alias: alias)
                }
                return Response.json(receipt, status: 201)
                    .with("Location", prefix + CataloguePath.of(key, isAlias: alias != nil))
            case .rejected(_, let issues): return .refused(issues)
            }
        }
        return manyResponse(stored)
    }

    /// What would be stored. Names records as the real answer does, as far as possible without the log.
    func response(_ preview: SubmissionPreview) -> Response {
        let accepted = acceptedCount
        return .json(
            JSONWriter.object(capacity: 1024) {
                $0.member("dry_run", true)
                $0.member("accepted", accepted)
                $0.member("rejected", records.count - accepted)
                preview.write(to: &$0, columns)
                if !columns.isEmpty { $0.object("columns") { columns.write(to: &$0) } }
                var left = 0
                $0.array("results") { left = writeRefused(&$0) }
                if left > 0 { $0.member("not_listed", left) }
            })
    }

    private func manyResponse(_ stored: [Receipt?]) -> Response {
        let accepted = acceptedCount - stored.count { $0?.issue != nil }
        func json(upTo most: Int) -> [UInt8] {
            JSONWriter.object(capacity: min(records.count, most) * 160 + 128) {
                $0.member("accepted", accepted)
                $0.member("rejected", records.count - accepted)
                var left = 0
                $0.array("results") { left = writeResults(stored, upTo: most, &$0) }
                if left > 0 { $0.member("not_listed", left) }
                if most > 0, !columns.isEmpty { $0.object("columns") { columns.write(to: &$0) } }
            }
        }
        var response = Response.json(
            json(upTo: SubmissionAnswer.longest),
            status: accepted == records.count ? 201 : accepted > 0 ? 207 : 422)
        // The records are stored whether or not there is room for all their results.
        response.brief = json(upTo: 0)
        return response
    }

    /// For a preview, which stores nothing. Returns how many were left out.
    private func writeRefused(_ writer: inout JSONWriter) -> Int {
        var (listed, left) = (0, 0)
        let end = writer.bytes.count + SubmissionAnswer.largest
        for case .rejected(let line, let issues) in records {
            if listed >= SubmissionAnswer.longest || writer.bytes.count > end {
                left += 1
                continue
            }
            listed += 1
            writer.refused(line, issues)
        }
        return left
    }

    /// Returns how many were left out.
    private func writeResults(_ stored: [Receipt?], upTo most: Int, _ writer: inout JSONWriter) -> Int {
        var next = 0
        var listed = 0
        var left = 0
        let end = writer.bytes.count + SubmissionAnswer.largest
        for record in records {
            let isFull = listed >= most || writer.bytes.count > end
            switch record {
            case .accepted(let line, let key, let warnings, let alias):
                defer { next += 1 }
                let stored = stored[next]
                guard !onlyRejected || stored?.issue != nil else { continue }
                if isFull {
                    left += 1
                    continue
                }
                listed += 1
                writer.object {
                    $0.member("line", line)
                    $0.member("status", stored?.issue == nil ? 201 : 422)
                    if let stored, let issue = stored.issue {
                        $0.member("partition", Int(stored.position.partition))
                        $0.member("offset", Int(stored.position.offset))
                        $0.issues("errors", [issue])
                    } else {
                        $0.receipt(key: key, stored, warnings: warnings, alias: alias)
                    }
                }
            case .rejected(let line, let issues):
                if isFull {
                    left += 1
                    continue
                }
                listed += 1
                writer.refused(line, issues)
            }
        }
        return left
    }
}

/// The address of a planet or an alias.
enum CataloguePath {
    static func of(_ key: String, isAlias: Bool) -> String {
        (isAlias ? "/api/aliases/" : "/api/planets/") + PercentEncoding.encode(key)
    }
}

extension JSONWriter {
    /// The members of a receipt.
    mutating func receipt(key: String, _ stored: Receipt?, warnings: [FieldIssue], alias: PlanetAlias? = nil) {
        member("key", key)
        if let alias {
            member("alias_of", alias.canonical)
            member("planet", alias.canonicalKey)
        }
        optional("partition", (stored?.position.partition).map(Int.init))
        optional("offset", (stored?.position.offset).map(Int.init))
        optional("revision", stored?.revision)
        optional("change", stored?.change?.rawValue)
        optional("timestamp", (stored?.position.timestamp).map(RFC3339.text(micros:)))
        issues("warnings", stored.map { $0.warnings(warnings, key: key) } ?? warnings)
    }

    /// A record that is not stored.
    fileprivate mutating func refused(_ line: Int, _ issues: [FieldIssue]) {
        object {
            $0.member("line", line)
            $0.member("status", 422)
            $0.issues("errors", issues)
        }
    }

    mutating func issues(_ name: String, _ issues: [FieldIssue]) {
        array(name) { for issue in issues { issue.write(to: &$0) } }
    }
}

extension FieldIssue {
    var fault: Problem.Fault { Problem.Fault(field: field, value: value, rule: rule.rawValue, detail: detail) }
}
