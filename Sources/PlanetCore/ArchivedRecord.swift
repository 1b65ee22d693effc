// A record of a stored topic as the lake has it, and who reads such records back: the stream's side knows the lake
// (PlanetStream/Replay), the web's asks for them where the log no longer has its beginning.

import Basics

package struct ArchivedRecord: Sendable {
    package enum Content: Sendable {
        /// Valid when it was stored; rules: its warnings.
        case valid(PlanetRecord, SubmissionID?, SentFrom?, RecordBasis)
        case refused
    }
    package let place: PartitionKey
    /// In the log; below 0, and still in order, where the log never had it, because it is of an earlier one.
    package let offset: Int64
    /// Microseconds since 1970-01-01 UTC.
    package let timestamp: Int64
    /// Empty where the record has none.
    package let key: String
    package let rules: [String]
    package let content: Content

    package init(
        _ place: PartitionKey, offset: Int64, timestamp: Int64, key: String, rules: [String], _ content: Content
    ) {
        self.place = place
        self.offset = offset
        self.timestamp = timestamp
        self.key = key
        self.rules = rules
        self.content = content
    }
}

package protocol CatalogueArchive: Sendable {
    /// Gives every record that is stored for good, partition by partition, in the order of offsets, some at a time,
    /// until `take` returns false. Returns where the log goes on. Throws where the lake is not the one of the log that
    /// says of itself that it is `log`, or can't be read, and where `take` has had enough: what was given is not all
    /// then.
    func read(log: String, _ take: ([ArchivedRecord]) -> Bool) throws -> [TopicPartition: Int64]

    /// Whether it has records of logs before this one, which this one never had.
    func hasEarlierLogs() throws -> Bool

    /// Why the log can't be the one that the records are of, in a sentence; nil where nothing speaks against it.
    func objectionToLog() throws -> String?
}

extension CatalogueArchive {
    package func hasEarlierLogs() throws -> Bool { false }
    package func objectionToLog() throws -> String? { nil }
}
