// What is kept of the last record read from a partition, to tell later whether the partition still has it: place, time
// and a hash of the content, in the log's own offsets. Callers keep it and act on an objection.

import Basics

package struct RecordFingerprint: Sendable, Hashable {
    package var offset: Int64
    /// Microseconds since 1970-01-01 UTC.
    package var timestamp: Int64
    /// The first 16 hexadecimal digits of the SHA-256 of the key's length (eight bytes, little-endian), the key, a byte
    /// (0: null value, else 1) and the value. Empty if only place and time are known.
    package var hash: String

    package init(offset: Int64, timestamp: Int64, hash: String = "") {
        self.offset = offset
        self.timestamp = timestamp
        self.hash = hash
    }

    /// The fingerprint of one record of a batch.
    package init(_ batch: borrowing RecordBatch, _ index: Int) {
        let entry = batch.entries[index]
        let digest = SHA256()
        batch.bytes.withUnsafeBytes { bytes in
            withUnsafeBytes(of: UInt64(entry.key.count).littleEndian) { digest.add($0) }
            digest.add(UnsafeRawBufferPointer(rebasing: bytes[entry.key]))
            withUnsafeBytes(of: UInt8(entry.value == nil ? 0 : 1)) { digest.add($0) }
            if let value = entry.value { digest.add(UnsafeRawBufferPointer(rebasing: bytes[value])) }
        }
        self.init(offset: entry.offset, timestamp: entry.timestamp, hash: Hex.text(Array(digest.bytes().prefix(8))))
    }

    /// Whether it matches this record, as far as it is known.
    package func isOf(_ batch: borrowing RecordBatch, _ index: Int) -> Bool {
        let found = RecordFingerprint(batch, index)
        return found.offset == offset && found.timestamp == timestamp && (hash.isEmpty || found.hash == hash)
    }
}

extension EventLog {
    /// Why this partition can't be the one the record was read from, in a sentence. Nil if it is that one, or if
    /// retention or compaction may have removed the record, so that nobody can tell.
    package func objection(
        to record: RecordFingerprint, topic: String, _ bounds: PartitionBounds
    ) throws(LogError) -> String? {
        let place = "\(topic)/\(bounds.partition)"
        if record.offset >= bounds.next {
            return
                "\(place) ends before offset \(bounds.next), and a record at offset \(record.offset) was read of it. "
                + LogMismatch.advice
        }
        guard record.offset >= bounds.first else { return nil }
        let found = try fetch(topic: topic, partition: bounds.partition, offsets: [record.offset])
        if found.isEmpty {
            // It may have been removed after the bounds were asked for.
            let first = try self.bounds(of: topic, partition: bounds.partition)?.first ?? 0
            guard record.offset >= first, try !mayDropRecords(of: topic) else { return nil }
            return "\(place) has no record at offset \(record.offset), where one was read. " + LogMismatch.advice
        }
        if record.isOf(found, 0) { return nil }
        return "\(place) has another record at offset \(record.offset) than the one that was read. "
            + LogMismatch.advice
    }
}
