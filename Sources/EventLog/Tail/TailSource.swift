// Where a reader's records come from: some topics of one store, without waiting.
// Two conformers, MemorySource and SQLiteSource; the waiting is TailReader's.

protocol TailSource: AnyObject {
    /// Moves records into `batch` as long as `room` admits them.
    func collect(into batch: inout RecordBatch, _ room: inout Room) throws(LogError)

    /// Every partition this source reads; `topic` is an index into the reader's topics, as in `Entry.topic`.
    var partitions: [(topic: Int, partition: Int32)] { get }

    /// True when the store may have changed without a ring of the bell (another process wrote).
    func changedElsewhere() throws(LogError) -> Bool

    /// False when this source does not have the topic.
    func seek(topic: Int, partition: Int32, offset: Int64) throws(LogError) -> Bool

    /// Gives up whatever it holds open.
    func close()
}

/// What a batch may still take.
struct Room {
    private(set) var records: Int
    private(set) var bytes: Int
    private(set) var isUntouched = true

    init(records: Int, bytes: Int) {
        self.records = max(1, records)
        self.bytes = bytes
    }

    /// True, and counted, when a record of this size fits. The first one always does.
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
