// Splits request bodies into records with a verdict each: one JSON object, an array of them, NDJSON lines, or CSV.
// Not here: HTTP. What is wrong with a whole body is a BodyError, which the web answers with 400.
import Glibc
import JSONText

/// What the records of a body are.
package enum RecordKind: Sendable {
    /// And aliases, as the log has them.
    case discoveries
    /// `{"alias", "canonical", "source"}`, and CSV `name,alias` as the Open Exoplanet Catalogue's names go.
    case aliases
}

package enum SubmissionFormat: Sendable {
    case json
    case ndjson
    case csv
}

/// Whether a body was one record by itself, which is answered by itself, or a list.
package enum SubmissionShape: Sendable, Equatable {
    case one
    case many
}

/// A body that holds no records at all.
package struct BodyError: Error, Equatable, Sendable {
    package enum Code: String, Sendable, CaseIterable {
        case empty
        case not_json
        case not_an_object_or_array
        case no_csv_header
        case no_name_column
        case duplicate_column
        case too_many_fields
        case too_many_records
    }
    package let code: Code
    /// An English sentence.
    package let detail: String

    package init(_ code: Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }
}

extension DiscoveryDecoder {
    /// Called with each record's line (CSV, NDJSON) or index from 1 (array), its place in the body, and its verdict.
    package typealias EachRecord = (_ line: Int, _ raw: Range<Int>, _ verdict: Verdict) -> Void

    /// Every record of a body, in its order. `line`: of the body's first line. Only `too_many_records` may be thrown
    /// after records were handed out.
    package mutating func decode(
        body: UnsafeRawBufferPointer, as format: SubmissionFormat, of kind: RecordKind = .discoveries, line: Int = 1,
        maxRecords: Int, _ each: EachRecord
    ) throws(BodyError) -> SubmissionShape {
        reading = kind
        columns = BodyColumns()
        isAtDoor = true
        defer {
            reading = .discoveries
            isAtDoor = false
        }
        let start = body.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
        guard body[start...].contains(where: { !Self.isJSONSpace($0) }) else {
            throw BodyError(.empty, "The body is empty.")
        }
        switch format {
        case .json: return try decodeJSON(body, from: start, maxRecords, each)
        case .ndjson:
            tally = FieldTally()
            defer { endTally() }
            try decodeLines(body, from: start, maxRecords, each)
            return .many
        case .csv:
            try decodeCSV(body, from: start, line: line, maxRecords, each)
            return .many
        }
    }

    private mutating func decodeJSON(
        _ body: UnsafeRawBufferPointer, from start: Int, _ maxRecords: Int, _ each: EachRecord
    ) throws(BodyError) -> SubmissionShape {
        var from = start
        while Self.isJSONSpace(body[from]) { from += 1 }
        let text = UnsafeRawBufferPointer(rebasing: body[from...])
        switch text[0] {
        case UInt8(ascii: "{"):
            let verdict = decode(text)
            if case .reject(let issues, _) = verdict, issues.first?.rule == .malformed_json {
                throw BodyError(.not_json, issues[0].detail)
            }
            each(1, from..<body.count, verdict)
            return .one
        case UInt8(ascii: "["):
            var splitter = JSONReader(limits: JSONLimits(fields: 1, depth: Self.recordLimits.depth, bytes: 1 << 31))
            let elements: [Range<Int>]
            do throws(JSONError) {
                elements = try splitter.splitArray(text, maxElements: maxRecords)
            } catch {
                throw error.reason == .tooMany ? Self.tooMany(maxRecords) : BodyError(.not_json, "\(error).")
            }
            tally = FieldTally()
            defer { endTally() }
            for (index, element) in elements.enumerated() {
                let raw = from + element.lowerBound..<from + element.upperBound
                each(index + 1, raw, decode(UnsafeRawBufferPointer(rebasing: body[raw])))
            }
            return .many
        default:
            throw BodyError(.not_an_object_or_array, "The body is neither a JSON object nor an array of objects.")
        }
    }

    /// One record a line (LF, or CR LF); empty lines are skipped but counted.
    private mutating func decodeLines(
        _ body: UnsafeRawBufferPointer, from start: Int, _ maxRecords: Int, _ each: EachRecord
    ) throws(BodyError) {
        var from = start
        var line = 0
        var records = 0
        while from < body.count {
            line += 1
            let end = body.index(of: UInt8(ascii: "\n"), from: from) ?? body.count
            let text = UnsafeRawBufferPointer(rebasing: body[from..<end])
            if text.contains(where: { !Self.isJSONSpace($0) }) {
                records += 1
                guard records <= maxRecords else { throw Self.tooMany(maxRecords) }
                let raw = from..<(text.last == UInt8(ascii: "\r") ? end - 1 : end)
                each(line, raw, decode(UnsafeRawBufferPointer(rebasing: body[raw])))
            }
            from = end + 1
        }
    }

    private mutating func endTally() {
        columns = tally?.columns ?? BodyColumns()
        tally = nil
    }

    static func tooMany(_ maxRecords: Int) -> BodyError {
        BodyError(.too_many_records, "The body has more than \(maxRecords) records.")
    }

    static func isJSONSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
            || byte == UInt8(ascii: "\t")
    }
}

extension UnsafeRawBufferPointer {
    /// The first place at or behind `from` where the byte stands.
    func index(of byte: UInt8, from: Int) -> Int? {
        guard let base = baseAddress, from < count, let found = memchr(base + from, Int32(byte), count - from) else {
            return nil
        }
        return UnsafeRawPointer(found) - base
    }
}
