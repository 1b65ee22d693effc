// What the lake knows of one record, as the web asks for it. Whoever the executable names answers; here are question and answer alone.

/// A record's row in the lake, and the file it is in.
package struct ArchivedRecord: Sendable {
    package var table: String
    /// In the lake.
    package var path: String
    package var rows: Int?
    package var bytes: Int64
    /// Nil where no manifest knows it.
    package var sha256: String?
    /// The row's number in its file, from 0.
    package var row: Int
    /// Microseconds since 1970-01-01 UTC.
    package var timestamp: Int64
    package var key: String?
    package var name: String?
    package var change: String?
    package var revision: Int?
    package var verdict: String
    package var source: String?
    /// A JSON array of rules.
    package var warnings: String?
    /// A JSON array of what was wrong.
    package var errors: String?
    package var raw: String?
    package var line: Int?
    /// The board right after this record, as in `as_of=`; nil where the lake doesn't reach it yet in every partition.
    package var board: String?

    package init(
        table: String, path: String, rows: Int?, bytes: Int64, sha256: String?, row: Int, timestamp: Int64,
        verdict: String
    ) {
        self.table = table
        self.path = path
        self.rows = rows
        self.bytes = bytes
        self.sha256 = sha256
        self.row = row
        self.timestamp = timestamp
        self.verdict = verdict
    }
}

package enum ArchivedRecordAnswer: Sendable {
    case stored(ArchivedRecord)
    /// The lake ends before it; or holds nothing of it.
    case notStored
    case failed(String)
}

package protocol RecordArchive: Sendable {
    /// False when too many questions wait. `answer` may be called on any thread, also before this returns.
    func ask(
        topic: String, partition: Int32, offset: Int64, _ answer: @escaping @Sendable (ArchivedRecordAnswer) -> Void
    ) -> Bool
}
