// What the lake knows about one record of the log: the question and the answer. The stream finds it
// (PlanetStream/Replay), the web shows it (PlanetWeb/Provenance).

/// A row of `discoveries` or `rejected`, and the file it is in.
package struct LakeRecord: Sendable {
    package let table: String
    /// The file's path in the lake.
    package let path: String
    /// The number of rows in the file.
    package let rows: Int?
    package let bytes: Int64
    /// Nil if no manifest lists it.
    package let sha256: String?
    /// The row's number in its file, from 0.
    package let row: Int
    /// Microseconds since 1970-01-01 UTC.
    package var timestamp: Int64 = 0
    package var key: String?
    package var name: String?
    package var change: String?
    package var revision: Int?
    /// `rejected` for a row of that table; nil if the row has no known verdict.
    package var verdict: RecordVerdict? = .rejected
    package var source: String?
    /// A JSON array of rules.
    package var warnings: String?
    /// A JSON array of what was wrong.
    package var errors: String?
    package var raw: String?
    package var line: Int?
    /// The board right after this record, as in `as_of=`; nil while the lake doesn't have all of that board.
    package var board: String?

    package init(table: String, path: String, rows: Int?, bytes: Int64, sha256: String?, row: Int) {
        self.table = table
        self.path = path
        self.rows = rows
        self.bytes = bytes
        self.sha256 = sha256
        self.row = row
    }
}

package enum LakeRecordAnswer: Sendable {
    case stored(LakeRecord)
    /// The lake ends before it, or has nothing of it.
    case notStored
    /// The lake cannot be read.
    case failed(String)
}

package protocol RecordArchive: Sendable {
    /// False if too many questions wait. `answer` may be called on any thread, even before this returns.
    func ask(
        topic: String, partition: Int32, offset: Int64, _ answer: @escaping @Sendable (LakeRecordAnswer) -> Void
    ) -> Bool

    /// The values of records of planet-discoveries by offset, as canonical JSON; tombstones and what is not stored are
    /// left out, and nil is answered where the lake can't be read. Otherwise as `ask`.
    func values(
        topic: String, partition: Int32, offsets: [Int64], _ answer: @escaping @Sendable ([Int64: [UInt8]]?) -> Void
    ) -> Bool
}
