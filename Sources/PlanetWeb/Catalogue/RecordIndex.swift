// Where the newest records of each kind lie: those with a warning, those refused by a rule, duplicates and so on, as
// the board's counters count them. Bounded: there are as many kinds as rules; each has an exact count and its newest
// places. The log has the records.

import Basics
import EventLog
import PlanetCore
import StateBytes
import Threads

extension RecordBatch.Entry {
    /// For a reader opened on the stored topics in their order.
    var storedTopic: StoredTopic {
        guard let topic = StoredTopic(rawValue: topic) else {
            preconditionFailure("BUG: a reader of the stored topics gives a record of topic \(topic)")
        }
        return topic
    }
}

/// What one record of the two topics was.
struct RecordNote: Sendable {
    let topic: StoredTopic
    let position: LogPosition
    let key: String
    /// Nil: refused.
    let change: Change?
    /// Warnings, or reasons.
    let rules: [String]

    init(topic: StoredTopic, position: LogPosition, key: String, change: Change?, rules: [String]) {
        self.topic = topic
        self.position = position
        self.key = key
        self.change = change
        self.rules = rules
    }

    init(_ entry: RecordBatch.Entry, key: String, change: Change?, rules: [String]) {
        topic = entry.storedTopic
        position = entry.position
        self.key = key
        self.change = change
        self.rules = rules
    }

    /// As stored. Another program may have written a key as long as a record, and any number of rules.
    var bounded: RecordNote {
        let isShort = rules.count <= 16 && key.utf8.count <= 1024 && rules.allSatisfy { $0.utf8.count <= 64 }
        return isShort
            ? self
            : RecordNote(
                topic: topic, position: position,
                key: key.utf8.count <= 1024 ? key : "", change: change,
                rules: rules.prefix(16).map { String(String.UnicodeScalarView($0.unicodeScalars.prefix(64))) })
    }
}

final class RecordIndex: Sendable {
    /// Places kept per kind, and of all records (for the rates).
    static let kept = 10_000
    static let keptOfAll = 100_000

    struct Ring: Sendable {
        /// The board's number: it counts each violation, so one record may count twice.
        fileprivate(set) var value = 0
        /// Records.
        fileprivate(set) var total = 0
        fileprivate var places: [RecordNote] = []
        fileprivate var oldest = 0

        mutating func add(_ note: RecordNote, capacity: Int) {
            value += 1
            if let last = newest, last.topic == note.topic, last.position == note.position {
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

    /// The form in a checkpoint.
    struct Saved: Sendable {
        struct Named: Sendable {
            /// Nil: all records.
            var group: RecordGroup?
            var ring: Ring
        }
        var rings: [Named] = []
    }

    func saved() -> Saved {
        let state = state.withLock { $0 }
        let kinds = state.kinds.map { Saved.Named(group: $0.key, ring: $0.value) }
        return Saved(rings: [Saved.Named(group: nil, ring: state.all)] + kinds)
    }

    func restore(_ saved: Saved) {
        state.withLock { state in
            state = State()
            for named in saved.rings {
                if let group = named.group { state.kinds[group] = named.ring } else { state.all = named.ring }
            }
        }
    }

    func take(_ notes: [RecordNote]) {
        guard !notes.isEmpty else { return }
        state.withLock { state in
            for note in notes {
                let kept = note.bounded
                state.all.add(kept, capacity: RecordIndex.keptOfAll)
                for group in RecordIndex.groups(of: note) {
                    state.kinds[group, default: Ring()].add(kept, capacity: RecordIndex.kept)
                }
            }
        }
    }

    /// As the stream counts (PlanetStream's Totals and CountedRules).
    private static func groups(of note: RecordNote) -> [RecordGroup] {
        var groups: [RecordGroup] = note.topic == .discoveries ? [.records] : []
        guard let change = note.change else {
            return groups + [.rejected] + note.rules.map { .reject(Rule.counted($0)) }
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
            groups += note.rules.map { .warning(Rule.counted($0)) }
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
            let found = list.filter { $0.position.timestamp.floorDivided(by: length) == place }
            // Dropped records are older than the oldest kept, give or take the order of partitions.
            let isWhole =
                all.total == list.count
                || list.last.map { $0.position.timestamp.floorDivided(by: length) < place } == true
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
}

// MARK: Saved

extension RecordIndex.Saved.Named {
    private static let names: [RecordGroup: String] = [
        .records: "records", .revisions: "revisions", .duplicates: "duplicates", .withdrawals: "withdrawals",
        .late: "late", .rejected: "rejected", .warned: "warned",
    ]

    private var name: String {
        switch group {
        case nil: ""
        case .warning(let rule): "warning/" + rule
        case .reject(let rule): "reject/" + rule
        case let group?: Self.names[group] ?? ""
        }
    }

    private static func group(_ name: String) throws(StateError) -> RecordGroup? {
        if name.isEmpty { return nil }
        if name.hasPrefix("warning/") { return .warning(String(name.dropFirst(8))) }
        if name.hasPrefix("reject/") { return .reject(String(name.dropFirst(7))) }
        guard let group = names.first(where: { $0.value == name })?.key else { throw .damaged }
        return group
    }

    func save(to state: inout StateWriter) {
        state.text(name)
        state.integer(ring.value)
        state.integer(ring.total)
        state.integer(ring.places.count)
        var last = LogPosition.none
        for note in ring.list.reversed() {
            note.save(to: &state, after: last)
            last = note.position
        }
    }

    init(from state: inout StateReader) throws(StateError) {
        let group = try Self.group(try state.text())
        var ring = RecordIndex.Ring()
        ring.value = try state.integer()
        ring.total = try state.integer()
        let count = try state.count()
        guard ring.total >= count, ring.value >= ring.total, count <= RecordIndex.keptOfAll else { throw .damaged }
        ring.places.reserveCapacity(count)
        var last = LogPosition.none
        for _ in 0..<count {
            let note = try RecordNote(from: &state, after: last)
            last = note.position
            ring.places.append(note)
        }
        self.init(group: group, ring: ring)
    }
}

extension RecordNote {
    func save(to state: inout StateWriter, after last: LogPosition) {
        state.integer(Int(topic.rawValue))
        position.save(to: &state, after: last)
        state.text(key)
        state.text(change?.rawValue ?? "")
        state.texts(rules)
    }

    init(from state: inout StateReader, after last: LogPosition) throws(StateError) {
        guard let topic = UInt8(exactly: try state.integer()).flatMap(StoredTopic.init) else { throw .damaged }
        self.topic = topic
        position = try LogPosition(from: &state, after: last)
        key = try state.text()
        let made = try state.text()
        change = Change(rawValue: made)
        guard change != nil || made.isEmpty else { throw .damaged }
        rules = try state.texts()
    }
}

extension StateWriter {
    mutating func texts(_ texts: [String]) {
        integer(texts.count)
        for each in texts { text(each) }
    }
}

extension StateReader {
    mutating func texts() throws(StateError) -> [String] {
        var texts: [String] = []
        for _ in 0..<(try count()) { texts.append(try text()) }
        return texts
    }
}
