// Where the newest records of each kind lie: those that warned by a rule, were refused by one, were duplicates and so on, as the board's
// counters count them. Bounded: of a kind the counts are exact, and the newest places are kept.
// Not the records: those are in the log.

import EventLog
import PlanetCore
import Threads

/// What one record of the two topics was.
struct RecordNote: Sendable {
    /// 0: planet-discoveries, 1: planet-rejected.
    let topic: UInt8
    let partition: Int32
    let offset: Int64
    let timestamp: Int64
    let key: String
    /// Nil: refused.
    let change: Change?
    /// Warnings, or reasons.
    let rules: [String]

    init(_ entry: RecordBatch.Entry, key: String, change: Change?, rules: [String]) {
        topic = entry.topic
        partition = entry.partition
        offset = entry.offset
        timestamp = entry.timestamp
        self.key = key
        self.change = change
        self.rules = rules
    }
}

final class RecordIndex: Sendable {
    /// Places kept of a kind, and of all records (for the rates).
    static let kept = 10_000
    static let keptOfAll = 100_000

    struct Ring: Sendable {
        /// As far as the board counts: a rule that a record breaks twice counts twice.
        private(set) var value = 0
        /// Records.
        private(set) var total = 0
        private var places: [RecordNote] = []
        private var oldest = 0

        mutating func add(_ note: RecordNote, capacity: Int) {
            value += 1
            if let last = newest, (last.topic, last.partition, last.offset) == (note.topic, note.partition, note.offset)
            {
                return
            }
            total += 1
            if places.count < capacity {
                places.append(note)
            } else {
                places[oldest] = note
                oldest = (oldest + 1) % capacity
            }
        }

        private var newest: RecordNote? { places.isEmpty ? nil : places[(oldest + places.count - 1) % places.count] }

        /// The newest first.
        var list: [RecordNote] { (places[oldest...] + places[..<oldest]).reversed() }
    }

    private struct State: Sendable {
        var kinds: [RecordGroup: Ring] = [:]
        var all = Ring()
    }
    private let state = Guarded(State())

    func take(_ notes: [RecordNote]) {
        guard !notes.isEmpty else { return }
        state.withLock { state in
            for note in notes {
                state.all.add(note, capacity: RecordIndex.keptOfAll)
                for group in RecordIndex.groups(of: note) {
                    state.kinds[group, default: Ring()].add(note, capacity: RecordIndex.kept)
                }
            }
        }
    }

    /// As the stream counts (PlanetStream/Aggregates: Totals, Rules).
    private static func groups(of note: RecordNote) -> [RecordGroup] {
        var groups: [RecordGroup] = note.topic == 0 ? [.records] : []
        guard let change = note.change else {
            return groups + [.rejected] + note.rules.map { .reject($0) }
        }
        switch change {
        case .duplicate: groups.append(.duplicates)
        case .late: groups.append(.late)
        case .revision, .reinstatement: groups.append(.revisions)
        case .withdrawal: groups.append(.withdrawals)
        case .new, .alias, .alias_removal: break
        }
        if change != .duplicate, change != .late, !note.rules.isEmpty {
            groups.append(.warned)
            groups += note.rules.map { .warning($0) }
        }
        return groups
    }

    struct Answer {
        /// Nil: not all that count are kept.
        var value: Int?
        var total: Int?
        var list: [RecordNote]
    }

    func records(_ group: RecordGroup) -> Answer {
        func within(_ length: Int64, _ place: Int64) -> Answer {
            let all = state.withLock { $0.all }
            let list = all.list
            let found = list.filter { RecordIndex.floor($0.timestamp, length) == place }
            // What was dropped is older than the oldest that is kept, give or take the order of partitions.
            let isWhole =
                all.total == list.count || list.last.map { RecordIndex.floor($0.timestamp, length) < place } == true
            return Answer(value: isWhole ? found.count : nil, total: isWhole ? found.count : nil, list: found)
        }
        switch group {
        case .minute(let minute): return within(60_000_000, minute)
        case .day(let day): return within(86_400_000_000, day)
        default:
            let ring = state.withLock { $0.kinds[group] } ?? Ring()
            return Answer(value: ring.value, total: ring.total, list: ring.list)
        }
    }

    /// Division rounded down, for times before 1970 too.
    private static func floor(_ value: Int64, _ divisor: Int64) -> Int64 {
        let quotient = value / divisor
        return value % divisor < 0 ? quotient - 1 : quotient
    }
}
