// The seam between Planetarium and a log: topics, a writer that acknowledges, readers that tail. As in Kafka:
// a topic has partitions, a partition has offsets without gaps from 0, a null value is a tombstone.
// Conformers: SQLite/ (embedded), Memory/ (tests, volatile topics), Kafka/ (a cluster). Every one runs the contract suite.

/// What a topic is made with; ignored where the topic exists.
package struct TopicOptions: Sendable {
    package enum Durability: Sendable {
        /// A 2xx may be answered after the ack: it survives kill -9.
        case durable
        /// Kept in memory up to `bytes`, oldest dropped first (the embedded log's live feed; Kafka treats it as retention.bytes).
        case volatile(bytes: Int)
    }
    package var partitions: Int32
    package var durability: Durability
    package init(partitions: Int32 = 1, durability: Durability = .durable) {
        self.partitions = partitions
        self.durability = durability
    }
}

/// Where an acknowledged record lies.
package struct LogPosition: Sendable, Hashable {
    package var partition: Int32
    package var offset: Int64
    /// Microseconds since 1970-01-01 UTC, as stored.
    package var timestamp: Int64
    package init(partition: Int32, offset: Int64, timestamp: Int64) {
        self.partition = partition
        self.offset = offset
        self.timestamp = timestamp
    }
}

/// Why a log refused or failed, and what the caller may do about it.
package enum LogError: Error, Sendable, Equatable {
    /// Too much is waiting; nothing of the batch was taken. Try again later (503 + Retry-After).
    case busy
    /// The log can't be reached or written now; whether the batch was stored is unknown. Retriable.
    case unavailable(String)
    /// The record or batch is too large for the log.
    case tooLarge(limit: Int)
    /// The offset is not in the log (any more). Carries the first one that is.
    case offsetOutOfRange(first: Int64)
    case unknownTopic(String)
    /// The address or the stored data can't be used at all.
    case unusable(String)
    case closed
}

/// The answer to one `append`.
package struct Ack: Sendable {
    package var ticket: UInt64
    /// One position a record, in the batch's order; or what went wrong (then no record of it may be taken as stored).
    package var result: Result<[LogPosition], LogError>
    package init(ticket: UInt64, result: Result<[LogPosition], LogError>) {
        self.ticket = ticket
        self.result = result
    }
}

/// Appends batches. May be called from any thread.
package protocol LogWriter: AnyObject, Sendable {
    /// Takes the batch and returns at once; `onAck` is called once, on the log's own thread, after the batch is durable
    /// (or failed). It must only post to a mailbox or the like, and never close the log. Throws `.busy` when too much waits
    /// (taken and not yet acknowledged), `.tooLarge`, `.unknownTopic` or `.closed`: nothing was taken then.
    /// The log chooses each record's partition (Partitioner; records without a key go round, batch by batch) and time stamp.
    func append(
        _ batch: RecordBatch, topic: String, ticket: UInt64, onAck: @escaping @Sendable (Ack) -> Void
    ) throws(LogError)

    /// Waits until all that was taken is acknowledged, then stops. Later appends throw `.closed`.
    func close()
}

/// Reads topics in order. Used by one thread, except `interrupt`.
package protocol LogReader: AnyObject {
    /// The topics this reader was opened on; `Entry.topic` indexes them.
    var topics: [String] { get }

    /// The next records of any topic and partition, in offset order within each partition; blocks while there are none, at
    /// most `timeout` nanoseconds; then an empty batch. At least one record, even one larger than `maxBytes` (which counts
    /// keys and values). No partition starves behind a long one. A reader that stands before the first offset of a volatile
    /// topic goes on at the first. Throws `.closed` once the reader or its log is closed.
    func poll(maxRecords: Int, maxBytes: Int, timeout: UInt64) throws(LogError) -> RecordBatch

    /// The next `poll` starts at this offset of this partition. Up to the next offset to be written; beyond it (a log that
    /// lost records or was replaced) `.offsetOutOfRange`.
    func seek(topic: String, partition: Int32, offset: Int64) throws(LogError)

    /// Remembers for the reader's group that everything below these offsets is done (a Kafka consumer group's offsets; the
    /// embedded log keeps none, because the lake does).
    func commit(topic: String, partition: Int32, offset: Int64) throws(LogError)

    /// Wakes a blocked `poll` from any thread; it returns an empty batch. Where none is blocked, the next one does.
    var interrupt: @Sendable () -> Void { get }

    func close()
}

/// Where a new reader begins.
package enum StartPosition: Sendable {
    case earliest
    case latest
}

/// First and next offset of one partition: it holds first ..< next.
package struct PartitionBounds: Sendable, Equatable {
    package var partition: Int32
    package var first: Int64
    package var next: Int64
    package init(partition: Int32, first: Int64, next: Int64) {
        self.partition = partition
        self.first = first
        self.next = next
    }
}

package protocol EventLog: AnyObject, Sendable {
    /// Makes the topic if it is missing.
    func ensureTopic(_ name: String, _ options: TopicOptions) throws(LogError)

    /// The log's writer; the same one at every call.
    func writer() throws(LogError) -> any LogWriter

    /// A new reader. `group` names the consumer group whose partitions it shares; nil reads every partition by itself.
    /// In an embedded log a group has one member: every reader reads every partition.
    func reader(topics: [String], from: StartPosition, group: String?) throws(LogError) -> any LogReader

    func bounds(of topic: String) throws(LogError) -> [PartitionBounds]

    /// The records at these offsets of one partition (a planet's history), in the order asked for; a missing one is left out.
    func fetch(topic: String, partition: Int32, offsets: [Int64]) throws(LogError) -> RecordBatch

    /// Closes the writer (see there) and ends every reader's `poll` with `.closed`. May be called twice; no other call may
    /// follow. Readers give their resources back in their own `close`.
    func close()
}
