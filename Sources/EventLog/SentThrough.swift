// Up to which offset a partition's misplaced records have been sent on to their planets' partitions, by whichever
// process did it. So a new lake of the same log doesn't send them all again. Kept as the offsets of a consumer group
// without members, in the log itself: a topic that is deleted takes them along. What is unknown is sent again, which
// changes nothing (PlanetCore/SentFrom.swift).

package struct SentThrough: Sendable {
    /// The Spark job writes and reads the same.
    package static let group = "planetarium-sent-on"

    private let topic: String
    /// The log's name in the copies' `source`, and by which rules records were found misplaced. What was sent under
    /// another name doesn't count.
    private let name: String

    package init(topic: String, name: String) {
        self.topic = topic
        self.name = name
    }

    /// By partition, in the log's own offsets: all that lies below was sent on and acknowledged.
    package func read(_ log: any EventLog, _ partitions: Set<Int32>) throws(LogError) -> [Int32: Int64] {
        var known: [Int32: Int64] = [:]
        let notes = try log.notes(of: topic, group: SentThrough.group)
        for (partition, note) in notes where partitions.contains(partition) {
            guard let bounds = try log.bounds(of: topic, partition: partition), note.offset <= bounds.next else {
                continue
            }
            // The record before it must be the one that was read, unless it is gone with all before it.
            if note.offset > bounds.first {
                let last = try log.fetch(topic: topic, partition: partition, offsets: [note.offset - 1])
                guard !last.isEmpty, note.text == text(RecordFingerprint(last, 0)) else { continue }
            }
            known[partition] = note.offset
        }
        return known
    }

    /// All misplaced records of the partition up to this one are acknowledged.
    package func keep(_ last: RecordFingerprint, of partition: Int32, in log: any EventLog) throws(LogError) {
        try log.keep(
            [partition: GroupNote(offset: last.offset + 1, text: text(last))], of: topic, group: SentThrough.group)
    }

    private func text(_ last: RecordFingerprint) -> String { "\(name) \(last.hash)" }
}
