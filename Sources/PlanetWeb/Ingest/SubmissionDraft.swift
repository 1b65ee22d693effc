// A request's body taken apart: the records for the log, the refused ones for quarantine, and what the answer will say of each.

import EventLog
import PlanetCore

struct SubmissionDraft {
    /// For planet-discoveries: canonical JSON by identity key.
    private(set) var accepted = RecordBatch()
    /// For planet-rejected: the raw text with its faults.
    private(set) var refused = RecordBatch()
    var submission = Submission(shape: .many, records: [])
    private let headers: [RecordHeader]
    private var names: SubmittedNames

    init(headers: [RecordHeader], names: SubmittedNames) {
        self.headers = headers
        self.names = names
    }

    mutating func decode(
        _ body: [UInt8], as format: SubmissionFormat, of kind: RecordKind, with decoder: inout DiscoveryDecoder,
        renaming: inout DiscoveryDecoder, maxRecords: Int
    ) throws(BodyError) {
        // The first list of either batch; it is added below, when the number of records is known.
        let list = 0
        let key = headers.first { $0.name == SubmissionID.keyHeader }?.value
        var copies: [SubmissionID: Int] = [:]
        /// How many equal records of the request there were before: what tells them from copies of a request that was sent again.
        func listOf(_ value: [UInt8]) -> Int {
            guard let key else { return list }
            let copy = copies[SubmissionID(key: key, copy: [], value: value), default: 0]
            copies[SubmissionID(key: key, copy: [], value: value)] = copy + 1
            return copy
        }
        var value: [UInt8] = []
        var records: [SubmittedRecord] = []
        var accepted = RecordBatch()
        var refused = RecordBatch()
        swap(&accepted, &self.accepted)
        swap(&refused, &self.refused)
        var failure: BodyError?
        body.withUnsafeBytes { bytes in
            do throws(BodyError) {
                submission.shape = try decoder.decode(body: bytes, as: format, of: kind, maxRecords: maxRecords) {
                    line, raw, verdict in
                    value.removeAll(keepingCapacity: true)
                    switch names.settle(verdict, &renaming) {
                    case .accept(let valid):
                        DiscoveryJSON.encode(valid.discovery, into: &value)
                        accepted.append(key: valid.key.utf8, value: value, headers: listOf(value))
                        records.append(.accepted(line: line, key: valid.key, warnings: valid.warnings))
                    case .alias(let alias, let key):
                        accepted.append(key: key.utf8, value: alias.json, headers: list)
                        records.append(.accepted(line: line, key: key, warnings: [], alias: alias))
                    case .reject(let issues, let key):
                        RejectedJSON.encode(
                            raw: UnsafeRawBufferPointer(rebasing: bytes[raw]), line: line, issues: issues, into: &value)
                        refused.append(key: (key ?? "").utf8, value: value, headers: list)
                        records.append(.rejected(line: line, issues: issues))
                    }
                }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        submission.records = records
        var headers = headers
        if headers.contains(where: { $0.name == IdempotencyIndex.keyHeader }) {
            headers.append(RecordHeader(IdempotencyIndex.countHeader, "\(records.count)"))
        }
        _ = accepted.addHeaders(headers)
        for copy in 0..<(copies.values.max() ?? 1) where copy > 0 {
            _ = accepted.addHeaders(headers + [RecordHeader(SubmissionID.copyHeader, "\(copy)")])
        }
        _ = refused.addHeaders(headers)
        self.accepted = accepted
        self.refused = refused
    }
}
