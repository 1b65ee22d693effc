// A request's body taken apart: the records for the log, the refused ones for quarantine, and what the answer will say
// about each.

import Basics
import EventLog
import PlanetCore

struct SubmissionDraft {
    /// For planet-discoveries: canonical JSON by identity key.
    private(set) var accepted = RecordBatch()
    /// For planet-rejected: the raw text with its faults.
    private(set) var refused = RecordBatch()
    private(set) var answer: SubmissionAnswer
    private let headers: [RecordHeader]
    private var names: SubmittedNames
    private var copies: CopyNumbers
    /// What a reader of the log would make of accepted records: those of which nothing was changed here.
    private var plain: [(index: Int, valid: Validated)] = []
    /// On which it was decoded, in days since 1970-01-01 UTC.
    private var day = 0
    /// The last record's value; its memory is reused.
    private var value: [UInt8] = []
    /// Set if nothing is to be stored.
    private(set) var preview: SubmissionPreview?

    /// `headers`: of every record. `onlyRejected`: the answer lists no others. `prefix`: see `SubmissionAnswer`.
    init(
        headers: [RecordHeader], names: SubmittedNames, onlyRejected: Bool = false, prefix: String = "",
        preview: SubmissionPreview? = nil
    ) {
        self.preview = preview
        self.headers = headers
        self.names = names
        answer = SubmissionAnswer(shape: .many, records: [], onlyRejected: onlyRejected, prefix: prefix)
        copies = CopyNumbers(key: headers.first { $0.name == SubmissionID.keyHeader }?.value)
    }

    /// Call it once. `work`: once it is cancelled, the rest is skipped.
    mutating func decode(
        _ body: SubmittedBody, of kind: RecordKind, with reader: SubmissionReader, unless work: Work? = nil,
        maxRecords: Int
    ) throws(BodyError) {
        var failure: BodyError?
        day = reader.today()
        body.text.withUnsafeBytes { bytes in
            do throws(BodyError) {
                answer.shape = try reader.decoder.decode(
                    body: bytes, as: body.format, of: kind, line: body.firstLine, maxRecords: maxRecords
                ) { line, raw, verdict in
                    if work?.isCancelled == true { return }
                    let settled = names.settle(verdict, &reader.renaming)
                    if case .accept(let given) = verdict, case .accept(let valid) = settled.verdict,
                        given.key == valid.key, given.discovery.isSame(as: valid.discovery)
                    {
                        plain.append((accepted.count + settled.before.count, given))
                    }
                    take(line, UnsafeRawBufferPointer(rebasing: bytes[raw]), settled)
                }
                if kind == .discoveries { answer.columns = reader.decoder.columns }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        if reader.today() != day { plain = [] }
        addHeaders()
    }

    private mutating func take(_ line: Int, _ raw: UnsafeRawBufferPointer, _ settled: SubmittedNames.Settled) {
        value.removeAll(keepingCapacity: true)
        for other in settled.before { note(other) }
        switch settled.verdict {
        case .accept(let valid):
            preview?.add(valid)
            DiscoveryJSON.encode(valid.discovery, into: &value)
            accepted.append(key: valid.key.utf8, value: value, headers: copies.next(value))
            answer.records.append(.accepted(line: line, key: valid.key, warnings: valid.warnings))
        case .alias(let alias, let key):
            accepted.append(key: key.utf8, value: alias.json, headers: 0)
            answer.records.append(.accepted(line: line, key: key, warnings: [], alias: alias))
        case .reject(let issues, let key):
            RejectedJSON.encode(raw: raw, line: line, issues: issues, into: &value)
            refused.append(key: (key ?? "").utf8, value: value, headers: 0)
            answer.add(refused: issues, line: line)
        }
        for other in settled.after { note(other) }
    }

    /// Before the log has the accepted records: whoever reads them need not decode them again.
    func share(with decoded: DecodedRecords) {
        for (index, valid) in plain {
            guard let value = accepted.value(index) else { continue }
            decoded.add(value, valid, day: day)
        }
    }

    /// A record about another name than the one sent.
    private mutating func note(_ note: SubmittedNames.Note) {
        answer.unasked.insert(accepted.count)
        accepted.append(key: note.key.utf8, value: note.alias?.json, headers: 0)
    }

    /// The header lists that the records point to: list n is that of the nth copy. They come last, because they state
    /// how many records there are.
    private mutating func addHeaders() {
        var headers = headers
        if copies.key != nil {
            headers.append(RecordHeader(IdempotencyIndex.countHeader, "\(accepted.count + refused.count)"))
            headers.append(RecordHeader(IdempotencyIndex.attemptHeader, Hex.random(bytes: 4)))
        }
        _ = accepted.addHeaders(headers)
        _ = refused.addHeaders(headers)
        for copy in 1..<max(1, copies.most) {
            _ = accepted.addHeaders(headers + [RecordHeader(SubmissionID.copyHeader, "\(copy)")])
        }
    }
}

/// How many equal records came earlier in the request: distinguishes them from copies of a request that was sent again.
private struct CopyNumbers {
    /// Without an Idempotency-Key nothing is counted.
    let key: [UInt8]?
    private var counts: [SubmissionID: Int] = [:]
    /// The greatest number of any record.
    private(set) var most = 0

    init(key: [UInt8]?) { self.key = key }

    mutating func next(_ value: [UInt8]) -> Int {
        guard let key else { return 0 }
        let id = SubmissionID(key: key, copy: [], value: value[...])
        let copy = counts[id, default: 0]
        counts[id] = copy + 1
        most = max(most, copy + 1)
        return copy
    }
}
