// A record of a stored topic as in the lake, and the reader of such records: the stream's side knows the lake
// (PlanetStream/Replay), the web's side asks for them if the log no longer has its beginning.

import Basics

package struct ArchivedRecord: Sendable {
    package enum Content: Sendable {
        /// Valid when it was stored; the rules are its warnings.
        case valid(PlanetRecord, SubmissionID?, SentFrom?, RecordBasis)
        case refused
    }
    package let place: PartitionKey
    /// In the log; below 0, and still ordered, if an earlier log had it and this one never did.
    package let offset: Int64
    /// Microseconds since 1970-01-01 UTC.
    package let timestamp: Int64
    /// Empty if the record has none.
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
    /// Returns every stored record, partition by partition, in offset order, some at a time, until `take` returns
    /// false. Returns where to continue in the log. Throws if the lake does not belong to the log with the identity
    /// `log`, if it can't be read, and if `take` stopped it: then not everything was returned.
    func read(log: String, _ take: ([ArchivedRecord]) -> Bool) throws -> [TopicPartition: Int64]

    /// Whether it has records of earlier logs that this one never had.
    func hasEarlierLogs() throws -> Bool

    /// Why the records can't be this log's, in a sentence; nil if nothing speaks against it.
    func objectionToLog() throws -> String?
}

extension CatalogueArchive {
    package func hasEarlierLogs() throws -> Bool { false }
    package func objectionToLog() throws -> String? { nil }
}
