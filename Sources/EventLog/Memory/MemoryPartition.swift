// One partition in memory: segments of records, the oldest dropped when the bound is passed. Offsets stay gapless.
// A value without a lock; MemoryStore guards it.

struct MemoryPartition: Sendable {
    /// Consecutive records in one batch, from offset `base`; those before `dropped` are gone.
    private struct Segment: Sendable {
        var base: Int64
        var batch = RecordBatch()
        var dropped = 0
        var first: Int64 { base + Int64(dropped) }
    }
    private var segments: [Segment] = []
    private(set) var next: Int64 = 0
    /// Bytes of the keys and values kept.
    private(set) var bytes = 0
    private var lastTimestamp: Int64 = 0
    /// A segment is closed at this size, small compared with the bound, so that dropping frees memory soon.
    private let segmentBytes: Int

    init(bound: Int?) {
        segmentBytes = max(1, min(256 << 10, (bound ?? .max) / 8))
    }

    var first: Int64 { segments.first?.first ?? next }

    /// Stores record `index` of `batch` and returns its position.
    mutating func append(_ batch: RecordBatch, _ index: Int, partition: Int32, now: Int64) -> LogPosition {
        if segments.last.map({ $0.batch.bytes.count >= segmentBytes }) ?? true { segments.append(Segment(base: next)) }
        // Never falls: the wall clock may be set back.
        lastTimestamp = max(now, lastTimestamp)
        let last = segments.count - 1
        let headers = segments[last].batch.addHeaders(batch.headers(index))
        segments[last].batch.append(
            key: batch.key(index), value: batch.value(index), headers: headers, partition: partition, offset: next,
            timestamp: lastTimestamp)
        bytes += batch.size(index)
        defer { next += 1 }
        return LogPosition(partition: partition, offset: next, timestamp: lastTimestamp)
    }

    /// Drops the oldest records until at most `bound` bytes are kept; the newest record always stays.
    mutating func drop(downTo bound: Int) {
        var gone = 0
        while bytes > bound, gone < segments.count, segments[gone].first < next - 1 {
            bytes -= segments[gone].batch.size(segments[gone].dropped)
            segments[gone].dropped += 1
            if segments[gone].dropped == segments[gone].batch.count { gone += 1 }
        }
        if gone > 0 { segments.removeFirst(gone) }
    }

    /// Copies records from `offset` (at least `first`) into `out` while `room` admits them; returns the next offset.
    func collect(from offset: Int64, topic: UInt8, into out: inout RecordBatch, _ room: inout Room) -> Int64 {
        var at = max(offset, first)
        guard at < next else { return at }
        var segment = self.segment(of: at)
        while segment < segments.count {
            let batch = segments[segment].batch
            var index = Int(at - segments[segment].base)
            while index < batch.count {
                guard room.admits(batch.size(index)) else { return at }
                out.copy(batch, index, topic: topic)
                index += 1
                at += 1
            }
            segment += 1
        }
        return at
    }

    private func segment(of offset: Int64) -> Int {
        var low = 0
        var high = segments.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if segments[middle].base <= offset { low = middle } else { high = middle }
        }
        return low
    }
}

extension RecordBatch {
    /// Bytes of a record's key and value.
    func size(_ index: Int) -> Int { entries[index].key.count + (entries[index].value?.count ?? 0) }

    /// Appends a record of another batch with its place in the log.
    mutating func copy(_ batch: RecordBatch, _ index: Int, topic: UInt8) {
        let entry = batch.entries[index]
        append(
            key: batch.key(index), value: batch.value(index), headers: addHeaders(batch.headers(index)), topic: topic,
            partition: entry.partition, offset: entry.offset, timestamp: entry.timestamp)
    }
}
