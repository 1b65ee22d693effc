// Who of a class sent what: read from the headers of the log's records, batch by batch, and kept with the catalogue's
// checkpoint. Bounded: of a class the newest records are kept, and exact counts of all. And which planets a class has
// changed last, with what they were before, so that it can be taken back (ClassRestoration.swift).
// Records that only the lake has carry no headers, and are not in it.

import EventLog
import PlanetCore
import Threads

/// What one record did, for the classes.
struct ClassEvent: Sendable {
    /// Nil: somebody else's, which changed its key.
    let mark: ClassMark?
    let note: RecordNote
    var revision = 0
    /// What gave the key its state until then; nil where there was nothing.
    var before: HistoryItem?
    /// Columns whose values it changed.
    var columns: [String] = []

    var isChange: Bool { note.change.map { $0 != .duplicate && $0 != .late } ?? false }
}

/// A record of a class, as its board shows it.
struct ClassRecord: Sendable {
    let note: RecordNote
    let pupil: String
    let revision: Int
    let columns: [String]
    let isUndo: Bool
    var isUndone = false
}

/// What a pupil, or all, have sent.
struct ClassCounts: Sendable, Equatable {
    var records = 0
    var new = 0
    var revisions = 0
    var withdrawals = 0
    /// Duplicates, and what came too late.
    var unchanged = 0
    var refused = 0

    mutating func add(_ change: Change?) {
        records += 1
        switch change {
        case nil: refused += 1
        case .new, .alias: new += 1
        case .revision, .reinstatement: revisions += 1
        case .withdrawal, .alias_removal: withdrawals += 1
        case .duplicate, .late: unchanged += 1
        }
    }
}

struct ClassLedger: Sendable {
    /// Records kept of a class.
    static let kept = 2000
    static let mostPupils = 500
    /// Keys kept of those that others have changed since.
    static let mostLost = 2000

    /// A ring: the oldest is at `oldest`.
    var records: [ClassRecord] = []
    var oldest = 0
    var all = ClassCounts()
    var pupils: [String: ClassCounts] = [:]
    /// Planets whose value the class had given, until somebody else changed them.
    var lost: Set<String> = []
    /// Log time of the last record, by which the class that was quiet longest is known.
    var last: Int64 = 0

    mutating func add(_ record: ClassRecord) {
        last = max(last, record.note.position.timestamp)
        if !record.isUndo {
            all.add(record.note.change)
            if pupils[record.pupil] != nil || pupils.count < ClassLedger.mostPupils {
                pupils[record.pupil, default: ClassCounts()].add(record.note.change)
            }
        }
        if records.count < ClassLedger.kept {
            records.append(record)
        } else {
            records[oldest] = record
            oldest = (oldest + 1) % ClassLedger.kept
        }
    }

    mutating func lose(_ key: String) {
        if lost.count < ClassLedger.mostLost { lost.insert(key) }
    }

    /// Those of the key from this offset on, before the one that takes them back. A key's records are of one partition.
    mutating func markUndone(_ key: String, from first: Int64, before undo: LogPosition) {
        for index in records.indices {
            let place = records[index].note.position
            guard place.partition == undo.partition, place.offset >= first, place.offset < undo.offset,
                records[index].note.topic == .discoveries, records[index].note.key == key
            else { continue }
            records[index].isUndone = true
        }
    }

    /// The newest first, by the log's time: how its topics were read is chance.
    var newest: [ClassRecord] {
        (records[oldest...] + records[..<oldest]).sorted { a, b in
            let (first, second) = (a.note.position, b.note.position)
            return (first.timestamp, a.note.topic.rawValue, first.partition, first.offset)
                > (second.timestamp, b.note.topic.rawValue, second.partition, second.offset)
        }
    }

    func record(_ partition: Int32, _ offset: Int64) -> ClassRecord? {
        records.first {
            $0.note.topic == .discoveries
                && ($0.note.position.partition, $0.note.position.offset) == (partition, offset)
        }
    }
}

/// That a class gave a key its value, and what it was before.
struct ClassLayer: Sendable {
    let code: String
    let before: HistoryItem?
    /// Where the record lies that the value is of. Where the catalogue has another one, others have been faster.
    var last: LogPosition
}

final class ClassIndex: Sendable {
    struct Content: Sendable {
        var ledgers: [String: ClassLedger] = [:]
        /// By key: who changed it last, the last one at the end; below that another class, where that one was before.
        var layers: [String: [ClassLayer]] = [:]
    }
    static let most = 200
    static let mostLayers = 8
    private let content = Guarded(Content())

    /// Whether what others send matters to any class.
    var hasLayers: Bool { content.withLock { !$0.layers.isEmpty } }

    func saved() -> Content { content.withLock { $0 } }

    func restore(_ saved: Content) { content.withLock { $0 = saved } }

    func take(_ events: [ClassEvent]) {
        guard !events.isEmpty else { return }
        content.withLock { content in
            for event in events { content.take(event) }
        }
    }

    /// Nil: nothing was sent for it.
    subscript(code: String) -> ClassLedger? { content.withLock { $0.ledgers[code] } }

    func forget(_ code: String) { content.withLock { $0.remove(code) } }

    /// Keys whose value the class gave, in their order; and of one key.
    func changed(by code: String) -> [String] {
        content.withLock { content in content.layers.filter { $0.value.last?.code == code }.map(\.key) }.sorted()
    }

    enum Standing {
        case changed(ClassLayer)
        /// Others have changed it since.
        case lost
        case nothing
    }

    func standing(of key: String, in code: String) -> Standing {
        content.withLock { content in
            let layers = content.layers[key] ?? []
            if let top = layers.last, top.code == code { return .changed(top) }
            let isLost = layers.contains { $0.code == code } || content.ledgers[code]?.lost.contains(key) == true
            return isLost ? .lost : .nothing
        }
    }
}

extension ClassIndex.Content {
    fileprivate mutating func take(_ event: ClassEvent) {
        let (key, position) = (event.note.key, event.note.position)
        guard let mark = event.mark else {
            for layer in layers.removeValue(forKey: key) ?? [] { ledgers[layer.code]?.lose(key) }
            return
        }
        if ledgers[mark.code] == nil { makeRoom() }
        let isTop = layers[key]?.last?.code == mark.code
        if mark.undo != .step {
            ledgers[mark.code, default: ClassLedger()].add(
                ClassRecord(
                    note: event.note, pupil: mark.pupil, revision: event.revision, columns: event.columns,
                    isUndo: mark.undo != nil))
        }
        guard event.isChange else { return }
        switch mark.undo {
        case nil:
            if !isTop { push(ClassLayer(code: mark.code, before: event.before, last: position), on: key) }
            ledgers[mark.code]?.lost.remove(key)
        case .step: break
        case .record(let offset): ledgers[mark.code]?.markUndone(key, from: offset, before: position)
        case .planet:
            // What the class had sent before another one changed the planet stays: it can still be taken back.
            guard isTop, let top = layers[key]?.popLast() else { break }
            let first = top.before.map { $0.position.offset + 1 }
            ledgers[mark.code]?.markUndone(key, from: first ?? .min, before: position)
        }
        guard var all = layers[key] else { return }
        // Where it is another class's again, its value is of this record now.
        if let top = all.popLast() {
            all.append(ClassLayer(code: top.code, before: top.before, last: position))
        }
        layers[key] = all.isEmpty ? nil : all
    }

    private mutating func push(_ layer: ClassLayer, on key: String) {
        layers[key, default: []].append(layer)
        guard let all = layers[key], all.count > ClassIndex.mostLayers else { return }
        ledgers[all[0].code]?.lose(key)
        layers[key]?.removeFirst()
    }

    /// Of so many classes the one that was quiet longest is forgotten.
    private mutating func makeRoom() {
        guard ledgers.count >= ClassIndex.most,
            let quietest = ledgers.min(by: { ($0.value.last, $0.key) < ($1.value.last, $1.key) })
        else { return }
        remove(quietest.key)
    }

    fileprivate mutating func remove(_ code: String) {
        ledgers[code] = nil
        for (key, all) in layers where all.contains(where: { $0.code == code }) {
            let left = all.filter { $0.code != code }
            layers[key] = left.isEmpty ? nil : left
        }
    }
}
