// Reads records of the SQLite log: one read-only connection, its statements, and header lists by row. Used by one
// thread at a time; knows no cursor (SQLiteSource) and never waits.

final class RecordRows {
    private let connection: SQLiteConnection
    private let headerSet: SQLiteStatement
    private let dataVersion: SQLiteStatement
    private var statements: [Table: Statements] = [:]
    /// Decoded header lists by row; beyond the capacity all are forgotten.
    private var headers: [Int64: [RecordHeader]] = [:]
    private let headerCapacity = 4096

    private struct Table: Hashable {
        var topic: Int64
        var partition: Int32
    }
    private final class Statements {
        let from: SQLiteStatement
        let one: SQLiteStatement
        let bounds: SQLiteStatement
        init(_ connection: borrowing SQLiteConnection, _ table: Table) throws(SQLiteFailure) {
            let name = LogSchema.table(table.topic, table.partition)
            let columns = "SELECT offset, timestamp, key, value, headers FROM \(name)"
            from = try SQLiteStatement(connection, "\(columns) WHERE offset >= ?1 ORDER BY offset LIMIT ?2")
            one = try SQLiteStatement(connection, "\(columns) WHERE offset = ?1")
            // Two queries: SQLite finds a lone min or max at the tree's edge, but scans the table for both at once.
            bounds = try SQLiteStatement(
                connection, "SELECT (SELECT min(offset) FROM \(name)), (SELECT max(offset) FROM \(name))")
        }
    }

    init(path: String, _ options: LogOptions) throws(SQLiteFailure) {
        connection = try SQLiteConnection(
            path: path, readOnly: true, lockWaitMilliseconds: options.lockWaitMilliseconds)
        try connection.execute("PRAGMA query_only=1; PRAGMA cache_size=-4000")
        headerSet = try SQLiteStatement(connection, "SELECT encoded FROM header_sets WHERE id = ?1")
        dataVersion = try SQLiteStatement(connection, "PRAGMA data_version")
    }

    /// A number that changes after any other connection commits.
    func version() throws(LogError) -> Int64 {
        try asLogError { () throws(SQLiteFailure) in
            defer { dataVersion.reset() }
            return try dataVersion.step() ? dataVersion.integer(0) : 0
        }
    }

    func topics() throws(LogError) -> [String: LogSchema.Topic] {
        try asLogError { () throws(SQLiteFailure) in try LogSchema.topics(connection) }
    }

    /// Nil in a file of an earlier build that no later build has opened for writing.
    func identity() throws(LogError) -> String? {
        try asLogError { () throws(SQLiteFailure) in try LogSchema.identity(connection) }
    }

    func bounds(topic: Int64, partition: Int32) throws(LogError) -> PartitionBounds {
        try asLogError { () throws(SQLiteFailure) in
            let table = try statements(topic, partition)
            defer { table.bounds.reset() }
            guard try table.bounds.step(), !table.bounds.isNull(0) else {
                return PartitionBounds(partition: partition, first: 0, next: 0)
            }
            return PartitionBounds(
                partition: partition, first: table.bounds.integer(0), next: table.bounds.integer(1) + 1)
        }
    }

    /// Appends the records from `offset` on to `batch` while `room` admits them, at most `limit`; returns the next
    /// offset.
    func read(
        topic: LogSchema.Topic, as index: UInt8, partition: Int32, from offset: Int64, limit: Int,
        into batch: inout RecordBatch, _ room: inout Room
    ) throws(LogError) -> Int64 {
        let table = try asLogError { () throws(SQLiteFailure) in try statements(topic.id, partition) }
        var next = offset
        var run = HeaderRun()
        table.from.bind(1, offset)
        table.from.bind(2, Int64(limit))
        defer { table.from.reset() }
        while try asLogError({ () throws(SQLiteFailure) in try table.from.step() }) {
            // key and value; a tombstone's value has no bytes
            guard room.admits(table.from.byteCount(2) + table.from.byteCount(3)) else { break }
            next = try add(table.from, as: index, partition, into: &batch, &run) + 1
        }
        return next
    }

    /// Appends the record at exactly this offset, if any.
    func readOne(
        topic: LogSchema.Topic, partition: Int32, offset: Int64, into batch: inout RecordBatch
    ) throws(LogError) {
        let table = try asLogError { () throws(SQLiteFailure) in try statements(topic.id, partition) }
        var run = HeaderRun()
        table.one.bind(1, offset)
        defer { table.one.reset() }
        if try asLogError({ () throws(SQLiteFailure) in try table.one.step() }) {
            _ = try add(table.one, as: 0, partition, into: &batch, &run)
        }
    }

    /// The header list of the previous record: most records share it.
    private struct HeaderRun {
        var row: Int64 = -1
        var set = 0
    }

    /// Appends the statement's row to `batch` and returns its offset.
    private func add(
        _ row: borrowing SQLiteStatement, as index: UInt8, _ partition: Int32, into batch: inout RecordBatch,
        _ run: inout HeaderRun
    ) throws(LogError) -> Int64 {
        let headers = row.integer(4)
        if headers != run.row {
            run.set = batch.addHeaders(try headerList(headers))
            run.row = headers
        }
        let offset = row.integer(0)
        batch.append(
            key: row.bytes(2), value: row.isNull(3) ? nil : row.bytes(3), headers: run.set, topic: index,
            partition: partition, offset: offset, timestamp: row.integer(1))
        return offset
    }

    private func headerList(_ row: Int64) throws(LogError) -> [RecordHeader] {
        if row == 0 { return [] }
        if let list = headers[row] { return list }
        let list = try asLogError { () throws(SQLiteFailure) -> [RecordHeader]? in
            headerSet.bind(1, row)
            defer { headerSet.reset() }
            return try headerSet.step() ? HeaderCodec.decode(headerSet.bytes(0)) : nil
        }
        guard let list else { throw .unusable("the log is damaged: header list \(row) is missing or unreadable") }
        if headers.count >= headerCapacity { headers.removeAll(keepingCapacity: true) }
        headers[row] = list
        return list
    }

    private func statements(_ topic: Int64, _ partition: Int32) throws(SQLiteFailure) -> Statements {
        let table = Table(topic: topic, partition: partition)
        if let prepared = statements[table] { return prepared }
        let prepared = try Statements(connection, table)
        statements[table] = prepared
        return prepared
    }

    private func asLogError<Result>(_ body: () throws(SQLiteFailure) -> Result) throws(LogError) -> Result {
        do throws(SQLiteFailure) { return try body() } catch { throw error.logError }
    }
}
