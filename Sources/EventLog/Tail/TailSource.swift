// Where a reader's records come from: some topics of one store. Never waits; TailReader does. Two conformers:
// MemorySource and SQLiteSource.

protocol TailSource: AnyObject {
    /// Moves records into `batch` as long as `room` admits them.
    func collect(into batch: inout RecordBatch, _ room: inout Room) throws(LogError)

    /// Every partition this source reads; `topic` is an index into the reader's topics, as in `Entry.topic`.
    var partitions: [(topic: Int, partition: Int32)] { get }

    /// True if the store may have changed without a ring of the bell (another process wrote).
    func changedElsewhere() throws(LogError) -> Bool

    /// False if this source does not have the topic.
    func seek(topic: Int, partition: Int32, offset: Int64) throws(LogError) -> Bool

    /// Releases whatever it holds open.
    func close()
}

/// How much a batch may still take.
struct Room {
    private(set) var records: Int
    private(set) var bytes: Int
    private(set) var isUntouched = true

    init(records: Int, bytes: Int) {
        self.records = max(1, records)
        self.bytes = bytes
    }

    /// True if a record of this size fits, which then counts. The first one always fits.
    mutating func admits(_ size: Int) -> Bool {
        guard isUntouched || (records > 0 && bytes >= size) else {
            records = 0
            return false
        }
        isUntouched = false
        records -= 1
        bytes -= size
        return true
    }
}
