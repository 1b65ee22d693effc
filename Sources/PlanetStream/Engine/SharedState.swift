// What stream processes that share a log's partitions tell one another through the topic planet-state
// (docs/ARCHITECTURE.md, "Several stream processes"): a partition's aggregates as of an offset, and who publishes the
// board. A partition's aggregates depend on its records below that offset and on nothing else, so the further of two
// states is the better one, whoever wrote it: a process that others took for dead can do no harm with an old one.

import EventLog

/// A partition's aggregates as of `next`, as bytes.
struct PublishedState: Sendable {
    /// Records below this offset are included.
    let next: Int64
    let bytes: [UInt8]
}

/// Who publishes the board: the process whose claim is the last in the log. Claims are ordered by offset.
struct Claim: Sendable, Equatable {
    let owner: String
    let offset: Int64
}

/// Records of planet-state. A state is cut into parts, because a log takes records of a megabyte or so; each part has a
/// key of its own, so that a compacted topic keeps the newest of each.
enum StateRecords {
    /// Changes when the same bytes would mean something else.
    static let format = "1"
    static let partBytes = 512 << 10
    static let claimKey = "publisher"

    /// `id` distinguishes publications.
    static func batch(_ partition: String, _ state: PublishedState, id: String) -> RecordBatch {
        let parts = max(1, (state.bytes.count + partBytes - 1) / partBytes)
        var batch = RecordBatch()
        for part in 0..<parts {
            let headers = batch.addHeaders([
                RecordHeader("kind", "state"), RecordHeader("format", format), RecordHeader("partition", partition),
                RecordHeader("next", "\(state.next)"), RecordHeader("part", "\(part)"),
                RecordHeader("parts", "\(parts)"),
                RecordHeader("id", id),
            ])
            batch.append(
                key: "\(partition)#\(part)".utf8,
                value: state.bytes[part * partBytes..<min(state.bytes.count, (part + 1) * partBytes)], headers: headers)
        }
        return batch
    }

    /// Removes a partition's state: it belongs to a log that no longer exists.
    static func tombstone(_ partition: String) -> RecordBatch {
        var batch = RecordBatch()
        let headers = batch.addHeaders([RecordHeader("kind", "state"), RecordHeader("partition", partition)])
        batch.append(key: "\(partition)#0".utf8, value: [UInt8]?.none, headers: headers)
        return batch
    }

    static func claim(_ owner: String) -> RecordBatch {
        var batch = RecordBatch()
        let headers = batch.addHeaders([RecordHeader("kind", "claim")])
        batch.append(key: claimKey.utf8, value: Array(owner.utf8), headers: headers)
        return batch
    }
}

/// The topic's content, record by record.
struct SharedState: Sendable {
    /// By the partition's name. Complete ones only.
    private(set) var states: [String: PublishedState] = [:]
    private(set) var claim: Claim?
    /// Publications with parts still missing, by partition and id; a few, because two processes may overlap.
    private var unfinished: [String: [(id: String, next: Int64, parts: [[UInt8]?])]] = [:]

    /// True when a state or the claim has changed.
    mutating func take(_ batch: borrowing RecordBatch, _ index: Int) -> Bool {
        func text(_ name: String) -> String? { batch.header(index, name).map { String(decoding: $0, as: UTF8.self) } }
        func number(_ name: String) -> Int64? { text(name).flatMap { Int64($0) } }
        switch text("kind") {
        case "claim":
            guard let owner = batch.value(index) else { return false }
            claim = Claim(owner: String(decoding: owner, as: UTF8.self), offset: batch.entries[index].offset)
            return true
        case "state":
            guard let partition = text("partition") else { return false }
            guard let value = batch.value(index) else {
                unfinished[partition] = nil
                return states.removeValue(forKey: partition) != nil
            }
            guard text("format") == StateRecords.format, let id = text("id"), let next = number("next"),
                let part = number("part"), let parts = number("parts"), parts > 0, parts < 10_000, part >= 0,
                part < parts
            else { return false }
            return take(Array(value), partition, id, next, Int(part), Int(parts))
        default: return false
        }
    }

    private mutating func take(
        _ bytes: [UInt8], _ partition: String, _ id: String, _ next: Int64, _ part: Int, _ parts: Int
    ) -> Bool {
        // A state no further than the present one adds nothing.
        if let state = states[partition], state.next >= next { return false }
        var waiting = unfinished.removeValue(forKey: partition) ?? []
        if let index = waiting.firstIndex(where: { $0.id == id && $0.parts.count == parts }) {
            waiting[index].parts[part] = bytes
        } else {
            var fresh: [[UInt8]?] = Array(repeating: nil, count: parts)
            fresh[part] = bytes
            waiting.append((id, next, fresh))
            if waiting.count > 4 { waiting.removeFirst() }
        }
        guard let whole = waiting.first(where: { $0.parts.allSatisfy { $0 != nil } }) else {
            unfinished[partition] = waiting
            return false
        }
        states[partition] = PublishedState(next: whole.next, bytes: whole.parts.flatMap { $0 ?? [] })
        waiting.removeAll { $0.next <= whole.next }
        if !waiting.isEmpty { unfinished[partition] = waiting }
        return true
    }
}
