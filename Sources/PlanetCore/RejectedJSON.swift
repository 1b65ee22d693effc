// The value of a record of planet-rejected: what was sent, and all that is wrong with it (docs/ARCHITECTURE.md).
// Written by the web, read by web and stream.
import JSONText

package enum RejectedJSON {
    /// How much of a refused record is kept, in the log and in the lake.
    package static let maxRaw = 16_384

    /// Appends the record's JSON. `raw` is cut to `maxRaw` bytes; bytes that are not UTF-8 become U+FFFD.
    package static func encode(
        raw: UnsafeRawBufferPointer, line: Int, issues: [FieldIssue], maxRaw: Int = maxRaw, into bytes: inout [UInt8]
    ) {
        var writer = JSONWriter(appendingTo: bytes)
        // The writer is now the only owner, so that it appends in place.
        bytes = []
        writer.object {
            $0.member("raw", String(decoding: raw.prefix(maxRaw), as: UTF8.self))
            $0.member("raw_truncated", raw.count > maxRaw)
            $0.member("line", line)
            $0.array("errors") { for issue in issues { issue.write(to: &$0) } }
        }
        bytes = writer.bytes
    }
}

extension FieldIssue {
    /// All of them as one JSON array.
    package static func json(_ issues: [FieldIssue]) -> String {
        let array = JSONWriter.array { writer in
            for issue in issues { issue.write(to: &writer) }
        }
        return String(decoding: array, as: UTF8.self)
    }

    /// `{"field","value","rule","detail"}`.
    package func write(to writer: inout JSONWriter) {
        writer.object {
            $0.member("field", field)
            $0.member("value", value)
            $0.member("rule", rule.rawValue)
            $0.member("detail", detail)
        }
    }
}

/// Reads such a record. Accepts any bytes: other programs write there, too. One instance per thread.
package struct RejectedReader: ~Copyable {
    private var reader = JSONReader()
    private var elements = JSONReader()
    private var fields = JSONReader()

    package init() {}

    package struct Content {
        /// Nil: the value isn't such a record, but itself what was sent.
        package var raw: String?
        package var line: Int?
        /// A JSON array.
        package var errors = "[]"
        package var rules: [String] = []
    }

    package mutating func content(of value: UnsafeRawBufferPointer) -> Content {
        var content = Content()
        if let members = try? reader.readObject(value) {
            for member in members {
                if member.isKey("raw"), member.kind == .string { content.raw = member.string }
                if member.isKey("line"), member.kind == .number { content.line = Int(exactly: member.number) }
                if member.isKey("errors"), member.kind == .array {
                    content.errors = member.string
                    content.rules = rules(in: member.text)
                }
            }
        }
        if content.raw == nil, content.rules.isEmpty { content.rules = [Rule.malformed_json.rawValue] }
        return content
    }

    package mutating func content(of value: some Sequence<UInt8>) -> Content {
        Array(value).withUnsafeBytes { content(of: $0) }
    }

    /// The rules in a JSON array of issues.
    private mutating func rules(in text: UnsafeRawBufferPointer) -> [String] {
        guard let issues = try? elements.readArray(text) else { return [] }
        var rules: [String] = []
        for issue in issues where issue.kind == .object {
            guard let members = try? fields.readObject(issue.text) else { continue }
            for member in members where member.isKey("rule") && member.kind == .string { rules.append(member.string) }
        }
        return rules
    }
}
