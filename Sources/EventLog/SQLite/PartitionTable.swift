// The end of one topic-partition as the writer sees it: its insert statement, next offset and last time stamp. Used on
// the writer's thread.

final class PartitionTable {
    private let insert: SQLiteStatement
    private let heads: SQLiteStatement
    private let partition: Int32
    private var next: Int64 = 0
    private var lastTimestamp: Int64 = 0

    init(_ connection: borrowing SQLiteConnection, topic: Int64, partition: Int32) throws(SQLiteFailure) {
        let table = LogSchema.table(topic, partition)
        self.partition = partition
        insert = try SQLiteStatement(connection, "INSERT INTO \(table) VALUES (?1, ?2, ?3, ?4, ?5)")
        heads = try SQLiteStatement(connection, "SELECT offset, timestamp FROM \(table) ORDER BY offset DESC LIMIT 1")
        try reload()
    }

    /// Reads the end back from the file: after a failed commit it is unknown.
    func reload() throws(SQLiteFailure) {
        defer { heads.reset() }
        if try heads.step() {
            next = heads.integer(0) + 1
            lastTimestamp = heads.integer(1)
        } else {
            next = 0
            lastTimestamp = 0
        }
    }

    /// Inserts one record inside the open transaction.
    func append(
        key: Range<Int>, value: Range<Int>?, of bytes: UnsafeRawBufferPointer, headers: Int64, now: Int64
    ) throws(SQLiteFailure) -> LogPosition {
        // Never falls: the wall clock may be set back.
        lastTimestamp = max(now, lastTimestamp)
        insert.bind(1, next)
        insert.bind(2, lastTimestamp)
        insert.bind(3, UnsafeRawBufferPointer(rebasing: bytes[key]))
        insert.bind(4, value.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) })
        insert.bind(5, headers)
        _ = try insert.step()
        insert.reset()
        defer { next += 1 }
        return LogPosition(partition: partition, offset: next, timestamp: lastTimestamp)
    }
}

/// A topic's tables, and which of them takes the next records without a key.
final class TopicTables {
    let partitions: [PartitionTable]
    var turn = UnkeyedTurn()

    init(_ connection: borrowing SQLiteConnection, _ topic: LogSchema.Topic) throws(SQLiteFailure) {
        var partitions: [PartitionTable] = []
        for partition in 0..<topic.partitions {
            partitions.append(try PartitionTable(connection, topic: topic.id, partition: partition))
        }
        self.partitions = partitions
    }
}
