// The value of a record of the log topic planet-rejected: what was sent, and all that is wrong with it (docs/ARCHITECTURE.md).
// Not here: the answer to the sender.
import JSONText

package enum RejectedJSON {
    /// Appends the record's JSON. `raw` is cut to `maxRaw` bytes; bytes that are not UTF-8 become U+FFFD.
    package static func encode(
        raw: UnsafeRawBufferPointer, line: Int, issues: [FieldIssue], maxRaw: Int = 16_384, into bytes: inout [UInt8]
    ) {
        var writer = JSONWriter(appendingTo: bytes)
        // The writer is now the only owner, so that it appends in place.
        bytes = []
        writer.beginObject()
        writer.member("raw", String(decoding: raw.prefix(maxRaw), as: UTF8.self))
        writer.member("raw_truncated", raw.count > maxRaw)
        writer.member("line", line)
        writer.key("errors")
        writer.beginArray()
        for issue in issues { issue.write(to: &writer) }
        writer.endArray()
        writer.endObject()
        bytes = writer.bytes
    }
}

extension FieldIssue {
    /// `{"field","value","rule","detail"}`.
    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("field", field)
        writer.member("value", value)
        writer.member("rule", rule.rawValue)
        writer.member("detail", detail)
        writer.endObject()
    }
}
