// Whether a partition of the log is still the one that the lake was made from, and what it lost before that was stored.
// For the reader's own watch see EventLog.

import Basics
import EventLog
import Lake
import Telemetry
import Threads

extension Engine {
    /// Throws if the log ends before what the lake holds, or has another record in place of the lake's last one or of
    /// an earlier one: what was read between a topic's recreation and its discovery is the new topic's.
    func compare(_ extent: PartitionExtent, _ bounds: PartitionBounds?, _ records: [ManifestRecord]) throws {
        let start = around.identity.numbering.start(of: extent.place)
        // Its next records would be mistaken for stored ones.
        if let stored = extent.stored, stored > extent.end {
            throw mismatch(
                "the lake is ahead of the log: it holds \(extent.place) up to offset \(stored - 1 - start.base), the "
                    + "log ends before \(extent.end - start.base). \(LogMismatch.advice). \(LakeIdentity.advice)")
        }
        guard let bounds else { return }
        let known = records.map { around.identity.numbering.inLog($0, extent.place) }
        // A record of an earlier log says nothing about this one, nor does one that retention may have removed.
        var shared = known.filter { $0.offset >= bounds.first }
        if records.isEmpty { shared = try dated(extent).filter { $0.offset >= bounds.first } }
        for record in Set([shared.first, shared.count > 1 ? shared[1] : nil, shared.last].compactMap { $0 }) {
            try check(record, extent, bounds)
        }
    }

    private func check(_ known: RecordFingerprint, _ extent: PartitionExtent, _ bounds: PartitionBounds) throws {
        if let objection = try log.objection(to: known, topic: extent.place.topic, bounds) {
            throw anotherLog(objection)
        }
    }

    /// For a lake older than fingerprints: the last record's place and time, from its file.
    private func dated(_ extent: PartitionExtent) throws -> [RecordFingerprint] {
        guard let stored = extent.stored, stored > 0 else { return [] }
        let times = try StoredTimes(around.store, options.topics)
        guard let time = try times.time(of: stored - 1, in: extent.place) else { return [] }
        Log.info(
            "the manifest has no fingerprint of the last record: it is known by its time stamp",
            ["topic": extent.place.topic, "partition": extent.place.partition, "offset": stored - 1])
        let offset = around.identity.numbering.inLog(stored - 1, extent.place)
        return [RecordFingerprint(offset: offset, timestamp: time)]
    }

    enum Continuity {
        case continued
        /// They are another log's: the engine has failed.
        case another
        /// The log can't be asked now.
        case unknown
    }

    /// Whether the records of the open roll follow those in the lake: a topic that was made again under this process,
    /// and has grown beyond the old one, goes on at the very next offset. To be asked after they were read. Asking an
    /// absent cluster takes seconds, so it is not repeated soon.
    func continuity(of partition: OwnedPartition) -> Continuity {
        guard options.group != nil, let anchor = partition.anchor else { return .continued }
        let now = Clock.monotonic
        // A stop asks once more, and waits for no answer for long: a log that answered within the last minute is the
        // one it was.
        let isStopping = around.isStopping()
        let isTrusted = isStopping && now - (unansweredSince ?? now) < 12 * Engine.patienceWithLog
        guard now >= askAgain || isStopping && !isSilentAtStop else { return isTrusted ? .continued : .unknown }
        do throws(LogError) {
            let bounds = try log.bounds(of: partition.topic, partition: partition.key.partition)
            let known = around.identity.numbering.inLog(anchor, partition.place)
            // One of an earlier log says nothing of this one.
            guard let bounds, known.offset >= 0,
                let objection = try log.objection(to: known, topic: partition.topic, bounds)
            else {
                unansweredSince = nil
                return .continued
            }
            failure = anotherLog(objection).text
            return .another
        } catch {
            unansweredSince = unansweredSince ?? now
            isSilentAtStop = isStopping
            askAgain = Clock.monotonic + Engine.patienceWithLog
            return isTrusted ? .continued : .unknown
        }
    }

    private func anotherLog(_ objection: String) -> EngineFailure {
        mismatch("the lake is of another log: \(objection). \(LakeIdentity.advice)")
    }

    private func mismatch(_ reason: String) -> EngineFailure {
        options.mismatch.note(reason)
        return EngineFailure(text: reason)
    }

    /// What the log holds, in the lake's offsets.
    func bounds(of topic: String) throws(LogError) -> [PartitionBounds] {
        let numbering = around.identity.numbering
        return try log.bounds(of: topic).map { $0.inLake(numbering, topic) }
    }

    /// What the lake adds to the log's offsets of this partition.
    func base(of partition: OwnedPartition) -> Int64 { around.identity.numbering.base(of: partition.place) }

    // MARK: Removed before it was stored

    /// Offsets without a record; the next look at the log's bounds shows why.
    func noteGap(_ offsets: Range<Int64>, _ partition: OwnedPartition) {
        guard partition.gaps.count < OwnedPartition.keptGaps else { return }
        partition.gaps.append(offsets)
    }

    /// The log now begins at `first`: gaps before that were removed, not merely left out.
    func look(at first: Int64, _ partition: OwnedPartition) {
        let gaps = partition.gaps
        partition.gaps = []
        for gap in gaps where gap.lowerBound < first {
            noteGone(gap.lowerBound...min(gap.upperBound, first) - 1, partition)
        }
    }

    /// These records are lost: logs it, and keeps it for the manifest.
    func noteGone(_ offsets: ClosedRange<Int64>, _ partition: OwnedPartition) {
        partition.gone.append(offsets)
        let base = base(of: partition)
        Metrics.shared.counter(
            "planetarium_log_records_gone_total", "Records that the log removed before they were stored."
        ).add(offsets.count)
        Log.error(
            "records are gone: the log removed them before they were stored",
            [
                "topic": partition.topic, "partition": partition.key.partition, "first": offsets.lowerBound - base,
                "last": offsets.upperBound - base,
            ])
    }

    // MARK: The last record

    /// Remembers the last record taken from the batch in hand.
    func fingerprint(_ partition: OwnedPartition) {
        guard let index = partition.lastIndex else { return }
        partition.lastIndex = nil
        let record = RecordFingerprint(inHand, index)
        let made = ManifestRecord(offset: record.offset, timestamp: record.timestamp, hash: record.hash)
        partition.record = made
        if partition.anchor == nil { partition.anchor = made }
    }
}

extension LakeNumbering {
    /// The log's counterpart of the record, in the log's own offsets.
    func inLog(_ record: ManifestRecord, _ place: TopicPartition) -> RecordFingerprint {
        RecordFingerprint(offset: inLog(record.offset, place), timestamp: record.timestamp, hash: record.hash)
    }
}
