// The two topics whose records are stored for good, and a partition of one of them.

/// Readers of both are opened on them in this order, so that the raw value is `Entry.topic`.
package enum StoredTopic: UInt8, Sendable, CaseIterable {
    case discoveries
    case rejected
}

/// A stored topic's partition: what a record's own numbers say, without the topic's name.
package struct PartitionKey: Hashable, Sendable {
    package let topic: StoredTopic
    package let partition: Int32

    package init(topic: StoredTopic, partition: Int32) {
        self.topic = topic
        self.partition = partition
    }
}
