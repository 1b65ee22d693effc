// Joins the web's question for a record's place in the lake and the stream's answer, which know nothing of each other.

import EventLog
import Lake
import PlanetStream
import PlanetWeb

struct LakeRecords: RecordArchive {
    private let lookup: RecordLookup

    init(_ lake: LakeAddress, _ options: StreamOptions, _ log: any EventLog) {
        lookup = RecordLookup(lake: lake, options: options) { try log.end(of: options) }
        lookup.start()
    }

    func stop() { lookup.stop() }

    func ask(
        topic: String, partition: Int32, offset: Int64, _ answer: @escaping @Sendable (ArchivedRecordAnswer) -> Void
    ) -> Bool {
        lookup.ask(Positions.Place(topic, partition), offset) { result in
            switch result {
            case .success(nil): answer(.notStored)
            case .success(let row?): answer(.stored(ArchivedRecord(row)))
            case .failure(let error): answer(.failed("\(error)"))
            }
        }
    }
}

extension ArchivedRecord {
    init(_ row: LakeRow) {
        self.init(
            table: row.table, path: row.file.path, rows: row.file.rows, bytes: row.file.bytes, sha256: row.file.sha256,
            row: row.row, timestamp: row.timestamp, verdict: row.verdict)
        key = row.key
        name = row.name
        change = row.change
        revision = row.revision
        source = row.source
        warnings = row.warnings
        errors = row.errors
        raw = row.raw
        line = row.line
        board = row.board?.text
    }
}
