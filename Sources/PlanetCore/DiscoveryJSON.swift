// Canonical JSON of a discovery (docs/ARCHITECTURE.md): the log's value, and what two records are compared by.
// Not here: reading it back, which is DiscoveryDecoder's.
import JSONText

package enum DiscoveryJSON {
    /// Appends `{"pl_name":...}`.
    package static func encode(_ discovery: Discovery, into bytes: inout [UInt8]) {}
    /// Appends the members alone, `"pl_name":...,"disc_year":...`, for an object that holds more; only `columns` where given.
    package static func encodeMembers(_ discovery: Discovery, only columns: [ColumnID]? = nil, into bytes: inout [UInt8]) {}
    package static func bytes(_ discovery: Discovery) -> [UInt8] { [] }
}

package enum SchemaJSON {
    /// The answer to `GET /api/schema` (docs/API.md).
    package static func bytes() -> [UInt8] { [] }
}

package enum RejectedJSON {
    /// Appends the value of a `planet-rejected` record (docs/ARCHITECTURE.md). `raw` is cut to `maxRaw` bytes.
    package static func encode(
        raw: UnsafeRawBufferPointer, line: Int, issues: [FieldIssue], maxRaw: Int = 16384, into bytes: inout [UInt8]
    ) {}
}

extension FieldIssue {
    /// `{"field","value","rule","detail"}`.
    package func write(to writer: inout JSONWriter) {}
}
