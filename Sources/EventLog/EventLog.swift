// The seam between Planetarium and a log: topics, a writer that acknowledges, readers that tail. As in Kafka:
// a topic has partitions, a partition has offsets without gaps from 0, a null value is a tombstone.
// Conformers: SQLite/ (embedded), Memory/ (tests, volatile topics), Kafka/ (a cluster). Every one runs the contract
// suite.

import Basics

/// What a topic is made with; ignored where the topic exists.
package struct TopicOptions: Sendable {
    package enum Durability: Sendable {
        /// A 2xx may be answered after the ack: it survives kill -9.
        case durable
        /// Kept in memory up to `bytes`, oldest dropped first (the embedded log's live feed; Kafka treats it as
        /// retention.bytes).
        case volatile(bytes: Int)
    }
    package var partitions: Int32
    package var durability: Durability
    /// Copies of each partition in a cluster; nil: the cluster's default. The embedded logs keep one.
    package var replication: Int32?
    /// Copies that must have a record before it is acknowledged; nil: the cluster's default.
    package var minInsyncReplicas: Int32?
    /// How long a cluster keeps records; nil: for ever. The embedded logs keep everything.
    package var retentionMilliseconds: Int64?
    /// How many bytes of a partition a cluster keeps; nil: all.
    package var retentionBytes: Int64?
    /// True: a cluster may drop a record when a newer one has its key.
    package var isCompacted: Bool
    /// What a cluster writes before it begins another file, which alone is not compacted; nil: the cluster's default.
    package var segmentBytes: Int64?
    package init(
        partitions: Int32 = 1, durability: Durability = .durable, replication: Int32? = nil,
        minInsyncReplicas: Int32? = nil, retentionMilliseconds: Int64? = nil, retentionBytes: Int64? = nil,
        isCompacted: Bool = false
    ) {
        self.partitions = partitions
        self.durability = durability
        self.replication = replication
        self.minInsyncReplicas = minInsyncReplicas
        self.retentionMilliseconds = retentionMilliseconds
        self.retentionBytes = retentionBytes
        self.isCompacted = isCompacted
    }
}

/// Where a record lies in its topic, and when it came there.
package struct LogPosition: Sendable, Hashable {
    package var partition: Int32
    package var offset: Int64
    /// Microseconds since 1970-01-01 UTC, as stored.
    package var timestamp: Int64
    @inlinable
    package init(partition: Int32, offset: Int64, timestamp: Int64) {
        self.partition = partition
        self.offset = offset
        self.timestamp = timestamp
    }
}

/// Why a log refused or failed, and what the caller may do about it.
package enum LogError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Too much is waiting; nothing of the batch was taken. Try again later (503 + Retry-After).
    case busy
    /// The log can't be reached or written now; whether the batch was stored is unknown. Retriable.
    case unavailable(String)
    /// The record or batch is too large for the log.
    case tooLarge(limit: Int)
    /// The offset is not in the log (any more). Carries the first one that is.
    case offsetOutOfRange(first: Int64)
    /// The log ends before what was read of it, or holds other records there: it lost its end, or is another one. In a
    /// sentence.
    case replaced(String)
    case unknownTopic(String)
    /// The address or the stored data can't be used at all.
    case unusable(String)
    case closed

    /// In a sentence, for logs and for who started the process.
    package var description: String {
        switch self {
        case .busy: "too much is waiting to be written"
        case .unavailable(let reason), .unusable(let reason), .replaced(let reason): reason
        case .tooLarge(let limit): "larger than the log takes (\(limit) bytes)"
        case .offsetOutOfRange(let first): "the offset is not in the log; it begins at \(first)"
        case .unknownTopic(let topic): "there is no topic \(topic)"
        case .closed: "the log is closed"
        }
    }
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
    /// (or failed). It must only post to a mailbox or the like, and never close the log. Throws `.busy` when too much
    /// waits (taken and not yet acknowledged), `.tooLarge`, `.unknownTopic` or `.closed`: nothing was taken then.
    /// The log chooses each record's partition (Partitioner; records without a key go round, batch by batch) and time
    /// stamp.
    func append(
        _ batch: RecordBatch, topic: String, ticket: UInt64, onAck: @escaping @Sendable (Ack) -> Void
    ) throws(LogError)

    /// Waits until all that was taken is acknowledged, then stops. Later appends throw `.closed`.
    func close()
}

/// A reader has given every record of a partition below this offset that there is to give. It may lie beyond the last
/// record's: a transaction's marker, an aborted record and one that compaction dropped have offsets, too.
package struct PartitionEnd: Sendable, Equatable {
    package var partition: TopicPartition
    package var offset: Int64
    package init(partition: TopicPartition, offset: Int64) {
        self.partition = partition
        self.offset = offset
    }
}

/// What a reader reads, changing. In a group the members share the partitions.
package enum PartitionChange: Sendable, Equatable {
    /// From now on these are read: from the group's committed offset, or where the reader was to begin if there is
    /// none. A `seek` before the next `poll` sets another place.
    case assigned([TopicPartition])
    /// These go to another member, which waits for `acknowledgeRevocation`: until then they are this reader's, and what
    /// was read of them can be stored and committed.
    case revoked([TopicPartition])
    /// Others read these already (this member was taken for dead). What was read of them and is not stored yet must be
    /// dropped, for the new owner stores it; a commit of it fails.
    case lost([TopicPartition])
}

/// Reads topics in order. Used by one thread, except `interrupt`.
package protocol LogReader: AnyObject {
    /// The topics this reader was opened on; `Entry.topic` indexes them.
    var topics: [String] { get }

    /// The changes since the last call, in order. To be asked for after every `poll`, before its batch is used, and
    /// once after opening: a reader without a group, and every reader of an embedded log, has all partitions assigned
    /// at once. A group's reader learns of them in `poll`, which then returns at once with an empty batch.
    func takeChanges() -> [PartitionChange]

    /// The revoked partitions are flushed and committed: the group may give them to others. Until it is called after a
    /// `.revoked`, `poll` gives no records. Waits for the commits under way (a few seconds at most). Otherwise does
    /// nothing.
    func acknowledgeRevocation()

    /// The next records of any topic and partition, in offset order within each partition; blocks while there are none,
    /// at most `timeout` nanoseconds; then an empty batch. At least one record, even one larger than `maxBytes` (which
    /// counts keys and values). No partition starves behind a long one. A reader that stands before the first offset of
    /// a volatile topic, or of one whose beginning retention has removed, goes on at the first. Throws `.replaced`
    /// where the log ends before what was read of it; a reader that is polled all the same goes on at the log's
    /// beginning. Throws `.closed` once the reader or its log is closed. After any other error records may have been
    /// passed over: read on with a new reader, or seek.
    func poll(maxRecords: Int, maxBytes: Int, timeout: UInt64) throws(LogError) -> RecordBatch

    /// The partitions whose end was reached since the last call, and which are still this reader's. To be asked for
    /// after the batch of a `poll` is used. A log without gaps in its offsets need not say it: there the last record's
    /// is enough.
    func takeEnds() -> [PartitionEnd]

    /// The next `poll` starts at this offset of this partition. Up to the next offset to be written; beyond it (a log
    /// that lost records or was replaced) `.offsetOutOfRange`.
    func seek(topic: String, partition: Int32, offset: Int64) throws(LogError)

    /// Remembers for the reader's group that everything below this offset is done (a Kafka consumer group's offsets;
    /// the embedded log keeps none, because the lake does). Returns at once; a commit that fails is logged and counted,
    /// and made good by the next one. Without a group it does nothing.
    func commit(topic: String, partition: Int32, offset: Int64) throws(LogError)

    /// Wakes a blocked `poll` from any thread; it returns an empty batch. Where none is blocked, the next one does.
    var interrupt: @Sendable () -> Void { get }

    func close()
}

extension EventLog {
    package func probe() throws(LogError) {}
}

extension LogReader {
    package func takeEnds() -> [PartitionEnd] { [] }
}

/// Where a new reader begins.
package enum StartPosition: Sendable {
    case earliest
    case latest
}

/// First and next offset of one partition: first ..< next can be read.
package struct PartitionBounds: Sendable, Equatable {
    package var partition: Int32
    package var first: Int64
    package var next: Int64
    /// Offsets from `next` on that are taken and can't be read yet: a producer's transaction before them is still open.
    package var held: Int64 = 0
    package init(partition: Int32, first: Int64, next: Int64) {
        self.partition = partition
        self.first = first
        self.next = next
    }
}

/// How far a group has come in one partition.
package struct PartitionLag: Sendable, Equatable {
    package var bounds: PartitionBounds
    /// The group's next offset; nil when it has committed none.
    package var committed: Int64?
    /// Records that wait for the group, those behind an open transaction among them.
    package var records: Int64 { max(0, bounds.next + bounds.held - max(committed ?? 0, bounds.first)) }
    package init(bounds: PartitionBounds, committed: Int64?) {
        self.bounds = bounds
        self.committed = committed
    }
}

package protocol EventLog: AnyObject, Sendable {
    /// Which log this is: "sqlite:ID/TOPIC", "kafka:CLUSTER/TOPIC" or "memory:ID/TOPIC". A different
    /// identity means different records, even at equal offsets. (A topic that was removed and made again in the same
    /// cluster has the same; its offsets then are lower than before.)
    func identity(of topic: String) throws(LogError) -> String

    /// Makes the topic if it is missing, and waits until each of its partitions answers (half a minute at most).
    func ensureTopic(_ name: String, _ options: TopicOptions) throws(LogError)

    /// From now on the writer gives a record with a key to one of the topic's first `partitions` partitions, however
    /// many there are (KeyedPartitions). An embedded log's topics never grow.
    func keepKeys(of topic: String, within partitions: Int32)

    /// The log's writer; the same one at every call.
    func writer() throws(LogError) -> any LogWriter

    /// A new reader. `group` names the consumer group whose partitions it shares; nil reads every partition by itself.
    /// In an embedded log a group has one member: every reader reads every partition.
    func reader(topics: [String], from: StartPosition, group: String?) throws(LogError) -> any LogReader

    /// How the topic differs from what is asked for, a sentence each ("3 partitions instead of 6"). Not compared: 0
    /// partitions and what is nil.
    func differences(of topic: String, from options: TopicOptions) throws(LogError) -> [String]

    /// Whether single records may vanish from the middle of a partition (Kafka's compaction), so that a record that is
    /// missing says nothing.
    func mayDropRecords(of topic: String) throws(LogError) -> Bool

    func bounds(of topic: String) throws(LogError) -> [PartitionBounds]

    /// Of one partition, without asking for the others; nil where there is none of this number.
    func bounds(of topic: String, partition: Int32) throws(LogError) -> PartitionBounds?

    /// Throws where the log would take no record now, as far as that shows without one: a full or read-only disk. A
    /// cluster says nothing here.
    func probe() throws(LogError)

    /// How far the group has come in each partition of the topic, by its commits; an embedded log keeps none.
    func lag(of topic: String, group: String) throws(LogError) -> [PartitionLag]

    /// The records at these offsets of one partition (a planet's history), in the order asked for; a missing one is
    /// left out.
    func fetch(topic: String, partition: Int32, offsets: [Int64]) throws(LogError) -> RecordBatch

    /// From now on the log's readers tell `watch` what they read, and where they met an error. Nil: nobody any more.
    /// A log that can't be replaced while it is open tells nothing.
    func isWatched(by watch: LogWatch?)

    /// The process is to end: from now on an answer is waited for half a second at most. A question asked before may
    /// still take its time; writing and reading are not touched.
    func giveUpSoon()

    /// Closes the writer (see there) and ends every reader's `poll` with `.closed`. May be called twice; no other call
    /// may follow. Readers give their resources back in their own `close`.
    func close()
}

extension EventLog {
    package func keepKeys(of topic: String, within partitions: Int32) {}

    package func differences(of topic: String, from options: TopicOptions) throws(LogError) -> [String] {
        let count = try bounds(of: topic).count
        return options.partitions == 0 || count == options.partitions
            ? [] : ["\(count) partitions instead of \(options.partitions)"]
    }

    package func mayDropRecords(of topic: String) throws(LogError) -> Bool { false }

    package func bounds(of topic: String, partition: Int32) throws(LogError) -> PartitionBounds? {
        try bounds(of: topic).first { $0.partition == partition }
    }

    package func isWatched(by watch: LogWatch?) {}

    package func giveUpSoon() {}

    package func lag(of topic: String, group: String) throws(LogError) -> [PartitionLag] {
        try bounds(of: topic).map { PartitionLag(bounds: $0, committed: nil) }
    }
}
