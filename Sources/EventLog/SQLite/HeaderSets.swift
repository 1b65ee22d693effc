// Header lists as rows of header_sets, each stored once while the writer remembers it: the records of a request, and
// most requests, share theirs. Used on the writer's thread.

final class HeaderSets {
    private let insert: SQLiteStatement
    private var known: [[UInt8]: Int64] = [:]
    /// Beyond this all are forgotten, and common ones stored once more: lists with an idempotency key never recur.
    private let capacity = 1024

    init(_ connection: borrowing SQLiteConnection) throws(SQLiteFailure) {
        insert = try SQLiteStatement(connection, "INSERT INTO header_sets(encoded) VALUES (?1)")
    }

    /// The row of this list, made inside the open transaction if needed; 0 for an empty list.
    func row(_ headers: [RecordHeader], _ connection: borrowing SQLiteConnection) throws(SQLiteFailure) -> Int64 {
        if headers.isEmpty { return 0 }
        let encoded = HeaderCodec.encode(headers)
        if let row = known[encoded] { return row }
        try encoded.withRawBytes { (bytes) throws(SQLiteFailure) in
            insert.bind(1, bytes)
            _ = try insert.step()
            insert.reset()
        }
        if known.count >= capacity { known.removeAll(keepingCapacity: true) }
        known[encoded] = connection.lastInsertedRow
        return connection.lastInsertedRow
    }

    /// Call it after a transaction failed: rows made in it are gone.
    func forget() {
        known.removeAll(keepingCapacity: true)
    }
}
