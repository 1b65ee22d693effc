// The seam between Planetarium and a log: topics, a writer that acknowledges, readers that tail. As in Kafka:
// a topic has partitions, a partition has offsets without gaps from 0, a null value is a tombstone.
// Conformers: SQLite/ (embedded), Memory/ (tests, volatile topics), Kafka/ (a cluster). Every one runs the contract
// suite.

import Basics

/// The settings of a new topic; ignored if the topic exists.
package struct TopicOptions: Sendable {
    package enum Durability: Sendable {
        /// Survives kill -9: a 2xx may be answered after the ack.
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
    /// True: a cluster may drop a record when a newer one has its key.
    package var isCompacted: Bool
    /// The size at which a cluster begins a new file; only the newest is never compacted. nil: the cluster's default.
    package var segmentBytes: Int64?
    package init(
        partitions: Int32 = 1, durability: Durability = .durable, replication: Int32? = nil,
        minInsyncReplicas: Int32? = nil, retentionMilliseconds: Int64? = nil, isCompacted: Bool = false
    ) {
        self.partitions = partitions
        self.durability = durability
        self.replication = replication
        self.minInsyncReplicas = minInsyncReplicas
        self.retentionMilliseconds = retentionMilliseconds
        self.isCompacted = isCompacted
    }
}

/// Where a record lies in its topic, and its time stamp.
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
    /// Too much is waiting; none of the batch was taken. Try again later (503 + Retry-After).
    case busy
    /// The log can't be reached or written now; whether the batch was stored is unknown. Retriable.
    case unavailable(String)
    /// The record or batch is too large for the log.
    case tooLarge(limit: Int)
    /// The offset is not (or no longer) in the log. Carries the first one that is.
    case offsetOutOfRange(first: Int64)
    /// The log ends before what was read from it, or holds other records there: it lost its end, or is a different log.
    /// As a sentence.
    case replaced(String)
    case unknownTopic(String)
    /// The address or the stored data can't be used at all.
    case unusable(String)
    case closed

    /// One sentence, for log lines and for whoever started the process.
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
    /// One position per record, in the batch's order; or what went wrong (then no record counts as stored).
    package var result: Result<[LogPosition], LogError>
    package init(ticket: UInt64, result: Result<[LogPosition], LogError>) {
        self.ticket = ticket
        self.result = result
    }
}

/// Appends batches. May be called from any thread.
package protocol LogWriter: AnyObject, Sendable {
    /// Takes the batch and returns at once; `onAck` is called once, on the log's own thread, after the batch is durable
    /// (or failed). It may post to a mailbox or the like, and must never close the log. Throws `.busy` (too much is
    /// taken and not yet acknowledged), `.tooLarge`, `.unknownTopic` or `.closed`: then nothing was taken. The log
    /// chooses each record's time stamp and partition (Partitioner; records without a key take turns, batch by batch).
    func append(
        _ batch: RecordBatch, topic: String, ticket: UInt64, onAck: @escaping @Sendable (Ack) -> Void
    ) throws(LogError)

    /// Waits until all that was taken is acknowledged, then stops. Later appends throw `.closed`.
    func close()
}

/// A reader has returned every record of a partition below this offset. It may lie beyond the last record's:
/// transaction markers, aborted records and those that compaction dropped have offsets, too.
package struct PartitionEnd: Sendable, Equatable {
    package var partition: TopicPartition
    package var offset: Int64
    package init(partition: TopicPartition, offset: Int64) {
        self.partition = partition
        self.offset = offset
    }
}

/// A change in which partitions a reader reads. The members of a group share them.
package enum PartitionChange: Sendable, Equatable {
    /// Read from now on, from the group's committed offset, or else from the reader's start position. A `seek` before
    /// the next `poll` overrides both.
    case assigned([TopicPartition])
    /// These go to another member, which waits for `acknowledgeRevocation`: until then this reader owns them and may
    /// store and commit what it has read.
    case revoked([TopicPartition])
    /// Others read these already (the group took this member for dead). Drop what was read and is not stored: the new
    /// owner stores it, and a commit fails.
    case lost([TopicPartition])
}

/// Reads topics in order. Used by one thread, except `interrupt`.
package protocol LogReader: AnyObject {
    /// The topics this reader was opened on; `Entry.topic` indexes them.
    var topics: [String] { get }

    /// The changes since the last call, in order. Call it after every `poll`, before using the batch, and once after
    /// opening: a reader without a group, and every reader of an embedded log, is assigned all partitions at once. A
    /// group's reader learns of changes in `poll`, which then returns at once with an empty batch.
    func takeChanges() -> [PartitionChange]

    /// Says that the revoked partitions are flushed and committed, so that the group may give them to others. After a
    /// `.revoked`, `poll` gives no records until then. Waits for commits under way (a few seconds at most). Does
    /// nothing otherwise.
    func acknowledgeRevocation()

    /// The next records of any topic and partition, in offset order within each partition; blocks while there are none,
    /// for at most `timeout` nanoseconds; then returns an empty batch. At least one record, even one larger than
    /// `maxBytes` (which counts keys and values). No partition starves behind a long one. A reader that stands before
    /// the first offset of a volatile topic, or of one whose beginning retention has removed, goes on at the first.
    /// Throws `.replaced` if the log ends before what was read from it; polled again, the reader goes on at the log's
    /// beginning. Throws `.closed` once the reader or its log is closed. After any other error records may have been
    /// skipped: continue with a new reader, or seek.
    func poll(maxRecords: Int, maxBytes: Int, timeout: UInt64) throws(LogError) -> RecordBatch

    /// The partitions of this reader whose end was reached since the last call. Call it after using the batch of a
    /// `poll`. A log without gaps in its offsets may leave it empty: there the last record's offset is enough.
    func takeEnds() -> [PartitionEnd]

    /// The next `poll` starts at this offset of this partition. Up to the next offset to be written; beyond it (a log
    /// that lost records or was replaced) `.offsetOutOfRange`.
    func seek(topic: String, partition: Int32, offset: Int64) throws(LogError)

    /// Records for the reader's group that everything below this offset is done (a Kafka consumer group's offsets; the
    /// embedded log keeps none, because the lake does). Returns at once; a commit that fails is logged and counted, and
    /// the next one makes up for it. Does nothing without a group.
    func commit(topic: String, partition: Int32, offset: Int64) throws(LogError)

    /// Wakes a blocked `poll` from any thread; it returns an empty batch. If none is blocked, the next one does.
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

/// How far a group has read one partition.
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

/// An offset kept by a consumer group, with a text of at most 4 KB beside it (Kafka's offset metadata).
package struct GroupNote: Sendable, Equatable {
    package var offset: Int64
    package var text: String
    package init(offset: Int64, text: String) {
        self.offset = offset
        self.text = text
    }
}

package protocol EventLog: AnyObject, Sendable {
    /// Which log this is: "sqlite:ID/TOPIC", "kafka:CLUSTER/TOPIC" or "memory:ID/TOPIC". A different
    /// identity means different records, even at equal offsets. (A topic that was removed and made again in the same
    /// cluster has the same; its offsets then are lower than before.)
    func identity(of topic: String) throws(LogError) -> String

    /// Makes the topic if it is missing, and waits until each of its partitions answers (half a minute at most).
    func ensureTopic(_ name: String, _ options: TopicOptions) throws(LogError)

    /// From now on the writer puts records with a key into the topic's first `partitions` partitions only, however many
    /// there are (KeyedPartitions). An embedded log's topics never grow.
    func keepKeys(of topic: String, within partitions: Int32)

    /// The log's writer; the same one at every call.
    func writer() throws(LogError) -> any LogWriter

    /// A new reader. `group` names the consumer group whose partitions it shares; nil reads every partition by itself.
    /// In an embedded log a group has one member: every reader reads every partition.
    func reader(topics: [String], from: StartPosition, group: String?) throws(LogError) -> any LogReader

    /// How the topic differs from what is asked for, a sentence each ("3 partitions instead of 6"). Options that are
    /// nil, and 0 partitions, are not compared.
    func differences(of topic: String, from options: TopicOptions) throws(LogError) -> [String]

    /// Whether single records may vanish from the middle of a partition (Kafka's compaction), so that a missing record
    /// proves nothing.
    func mayDropRecords(of topic: String) throws(LogError) -> Bool

    func bounds(of topic: String) throws(LogError) -> [PartitionBounds]

    /// The bounds of one partition, without asking for the others; nil if there is none of this number.
    func bounds(of topic: String, partition: Int32) throws(LogError) -> PartitionBounds?

    /// Throws if the log would accept no record now, as far as can be told without writing one: a full or read-only
    /// disk. A cluster never throws here.
    func probe() throws(LogError)

    /// How far the group has read each partition of the topic, by its commits; an embedded log keeps none.
    func lag(of topic: String, group: String) throws(LogError) -> [PartitionLag]

    /// What a group without members keeps of each partition of the topic. A log of one process's own keeps nothing.
    func notes(of topic: String, group: String) throws(LogError) -> [Int32: GroupNote]

    /// Keeps these, in place of earlier ones. Waits for the answer.
    func keep(_ notes: [Int32: GroupNote], of topic: String, group: String) throws(LogError)

    /// The records at these offsets of one partition (a planet's history), in the order asked for; a missing one is
    /// left out.
    func fetch(topic: String, partition: Int32, offsets: [Int64]) throws(LogError) -> RecordBatch

    /// From now on the log's readers report to `watch` what they read and where they met an error; nil ends that. A log
    /// that can't be replaced while it is open reports nothing.
    func isWatched(by watch: LogWatch?)

    /// The process is about to end: from now on calls wait at most half a second for an answer. A call under way may
    /// still take its time; writing and reading are not affected.
    func giveUpSoon()

    /// Closes the writer (see there) and ends every reader's `poll` with `.closed`. May be called twice; no other call
    /// may follow. Readers free their resources in their own `close`.
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

    package func notes(of topic: String, group: String) throws(LogError) -> [Int32: GroupNote] { [:] }

    package func keep(_ notes: [Int32: GroupNote], of topic: String, group: String) throws(LogError) {}
}
