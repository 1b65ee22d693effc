// Decodes one JSON record and holds it against every rule. The web's submissions and the log's records take this same path.
// One decoder a thread, reused for every record. Not here: bodies of many records (Submissions.swift).
import JSONText

package struct DiscoveryDecoder: ~Copyable {
    /// `today`: days since 1970-01-01 in UTC, asked once a record.
    package init(today: @escaping () -> Int = { 0 }) {}

    /// The verdict on one JSON object.
    package mutating func decode(_ json: UnsafeRawBufferPointer) -> Verdict { .reject([], key: nil) }
    package mutating func decode(_ json: [UInt8]) -> Verdict { json.withUnsafeBytes { decode($0) } }

    /// Every record of a body in its order: the line (CSV, NDJSON) or the index from 1 (array), where its text lies, and the verdict.
    /// `too_many_records` may be thrown after records were handed out.
    package mutating func decode(
        body: UnsafeRawBufferPointer, as format: SubmissionFormat, maxRecords: Int,
        _ each: (_ line: Int, _ raw: Range<Int>, _ verdict: Verdict) -> Void
    ) throws(BodyError) -> SubmissionShape { .one }
}
