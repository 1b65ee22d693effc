// The limits of a log: how much may wait, how large a record may be, how long to wait for others. Not the settings of a
// topic (TopicOptions).

package struct LogOptions: Sendable {
    package enum Access: Sendable {
        /// The one process that may write the file.
        case readWrite
        /// Any number of processes beside the writer; `writer()` is refused, and volatile topics are not seen.
        case readOnly
    }
    package var access: Access = .readWrite
    /// Records taken and not yet acknowledged; more are refused with `.busy`.
    package var maxWaitingRecords = 200_000
    /// The same in bytes of keys, values and headers. A larger batch is refused with `.tooLarge`.
    package var maxWaitingBytes = 64 << 20
    /// Key and value of one record together.
    package var maxRecordBytes = 8 << 20
    /// What a memory log keeps of its durable topics; a full one answers `.unavailable`.
    package var memoryBytes = 512 << 20
    /// The write-ahead log is copied into the file once it is larger than this.
    package var walBytes = 16 << 20
    /// How long the SQLite writer waits for another program's lock on the file before it answers `.unavailable`.
    package var lockWaitMilliseconds: Int32 = 2000
    /// How often a waiting reader checks the SQLite file for another process's records; this process's own wake it.
    package var sqliteLookMilliseconds: Int32 = 200

    /// Settings of the Kafka client by librdkafka's names (its CONFIGURATION.md); they override the log's own. Values
    /// are never logged.
    package var kafkaProperties: [(name: String, value: String)] = []
    /// How long to wait for the cluster, appends aside (message.timeout.ms), before answering `.unavailable`.
    package var kafkaWaitMilliseconds: Int32 = 5000
    /// How often readers look for new partitions of their topics.
    package var kafkaNewPartitionsMilliseconds: Int32 = 10_000

    package init() {}
}
