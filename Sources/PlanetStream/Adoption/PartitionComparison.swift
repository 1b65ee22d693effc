// Compares a partition of a log with what a lake has of it: whether it is the one the lake was made from and, if not,
// up to which record it still agrees. LogAdoption.swift draws the conclusions.

import Basics
import EventLog
import Lake

struct PartitionComparison {
    enum Verdict {
        case same(isProven: Bool)
        /// The records below `common`, an offset of the log, are the same.
        case other(common: Int64, reason: String)
    }

    let place: TopicPartition
    /// The offset after the last in the lake.
    let stored: Int64
    let numbering: LakeNumbering
    let bounds: PartitionBounds
    let log: any EventLog
    let store: any FileStore
    let times: StoredTimes

    /// Why it can't be the one the lake was made from; nil if nothing speaks against it.
    func objection() throws -> String? { try objection(ends()) }

    func verdict() throws -> Verdict {
        let ends = try ends()
        guard let reason = try objection(ends) else { return .same(isProven: try ends.last.map(isThere) ?? false) }
        // Everything before a record that still exists also exists: find the last such record by bisection.
        let known = ends.filter { offset($0) >= bounds.first && offset($0) < bounds.next }
        var (low, high) = (0, try known.first.map(isThere) == true ? known.count : 0)
        while low < high {
            let middle = (low + high) / 2
            if try isThere(known[middle]) { low = middle + 1 } else { high = middle }
        }
        return .other(common: low > 0 ? offset(known[low - 1]) + 1 : 0, reason: reason)
    }

    /// Including those of earlier chapters, as far as this log still has them.
    private func ends() throws -> [RollEnd] { try RollEnd.all(of: place, in: store).filter { offset($0) >= 0 } }

    private func objection(_ ends: [RollEnd]) throws -> String? {
        let base = numbering.base(of: place)
        if stored - base > bounds.next {
            return "it ends before offset \(bounds.next), the lake has its records up to \(stored - base - 1)"
        }
        // Also the first: the last may already be the new topic's, read before the replacement was noticed.
        for end in [ends.last, ends.first { offset($0) >= bounds.first }].compactMap({ $0 }) {
            guard let record = try record(end) else { continue }
            if try log.objection(to: record, topic: place.topic, bounds) != nil {
                return "another record is at offset \(record.offset) than the lake has"
            }
        }
        return nil
    }

    /// Its offset in the log.
    private func offset(_ end: RollEnd) -> Int64 { numbering.inLog(end.offset, place) }

    /// From the manifest, else as far as the lake's row tells.
    private func record(_ end: RollEnd) throws -> RecordFingerprint? {
        if let record = end.record { return numbering.inLog(record, place) }
        return try times.time(of: end.offset, in: place).map {
            RecordFingerprint(offset: offset(end), timestamp: $0)
        }
    }

    private func isThere(_ end: RollEnd) throws -> Bool {
        guard let record = try record(end), record.offset >= bounds.first, record.offset < bounds.next else {
            return false
        }
        let found = try log.fetch(topic: place.topic, partition: place.partition, offsets: [record.offset])
        return !found.isEmpty && record.isOf(found, 0)
    }
}
