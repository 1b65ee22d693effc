// The web's catalogue and its idempotency keys at one moment of the log, as a checkpoint's blocks and back. Rows are
// shared with the catalogue until it changes them, so taking a snapshot costs nothing. CatalogueCache.swift decides
// when and where.

import Basics
import EventLog
import Lake
import PlanetCore
import StateBytes
import Threads

struct CatalogueSnapshot: Sendable {
    /// Raise it if the same bytes get another meaning; changes of columns are noticed without it.
    private static let version = 7
    static let meaning = SHA256.hex("web \(version)\n\(Columns.meaning)".utf8)

    private enum Kind {
        static let rows: UInt8 = 1
        static let keys: UInt8 = 2
        static let records: UInt8 = 3
        static let classes: UInt8 = 4
        static let layers: UInt8 = 5
    }
    private static let keysInBlock = 4096
    /// Present among the head's numbers if true.
    static let incomplete = "incomplete"

    let rows: KeyedRows
    /// The oldest first.
    let keys: [IdempotencyIndex.Entry]
    let records: RecordIndex.Saved
    let classes: ClassIndex.Content
    /// The next offset of each partition.
    let positions: [TopicPartition: Int64]
    /// The records of each partition by which the log is recognised; at most two.
    let marks: [TopicPartition: [RecordFingerprint]]
    /// Records before it were lost (WebServices.isIncomplete).
    let isIncomplete: Bool

    var planets: Int { rows.count }

    func write(to folder: CheckpointFolder, log: String) throws(LakeError) -> (path: String, bytes: Int64) {
        let head = CheckpointHead(
            meaning: CatalogueSnapshot.meaning, lake: "", log: log, positions: positions,
            numbers: numbers, writtenAt: Clock.wall)
        let writer = try CheckpointWriter(folder, head)
        do {
            for block in rows.blocks { try writer.add(Kind.rows, block()) }
            for start in stride(from: 0, to: keys.count, by: CatalogueSnapshot.keysInBlock) {
                var state = StateWriter()
                let some = keys[start..<min(keys.count, start + CatalogueSnapshot.keysInBlock)]
                state.integer(some.count)
                for key in some { key.save(to: &state) }
                try writer.add(Kind.keys, state.bytes)
            }
            for ring in records.rings {
                var state = StateWriter()
                ring.save(to: &state)
                try writer.add(Kind.records, state.bytes)
            }
            for block in classes.ledgerBlocks { try writer.add(Kind.classes, block) }
            for block in classes.layerBlocks { try writer.add(Kind.layers, block) }
            return (try writer.finish(), writer.bytes)
        } catch {
            writer.discard()
            throw error
        }
    }

    init(
        rows: KeyedRows, keys: [IdempotencyIndex.Entry], records: RecordIndex.Saved = RecordIndex.Saved(),
        classes: ClassIndex.Content = ClassIndex.Content(), positions: [TopicPartition: Int64],
        marks: [TopicPartition: [RecordFingerprint]] = [:],
        isIncomplete: Bool = false
    ) {
        self.isIncomplete = isIncomplete
        self.rows = rows
        self.keys = keys
        self.records = records
        self.classes = classes
        self.positions = positions
        self.marks = marks
    }

    /// The head's numbers: the counts, and the marks.
    private var numbers: [String: Int64] {
        var numbers = ["planets": Int64(planets), "keys": Int64(keys.count)]
        if isIncomplete { numbers[CatalogueSnapshot.incomplete] = 1 }
        for (place, records) in marks {
            for (index, record) in records.enumerated() {
                numbers.merge(record.numbers(place, index)) { _, new in new }
            }
        }
        return numbers
    }

    init(_ file: CheckpointFile) throws(CheckpointFault) {
        var rows = KeyedRows()
        var keys: [IdempotencyIndex.Entry] = []
        var records = RecordIndex.Saved()
        var classes = ClassIndex.Content()
        try file.eachBlock { (kind, content) throws(CheckpointFault) in
            do throws(StateError) {
                var state = StateReader(content)
                switch kind {
                case Kind.rows: return try rows.add(content, PackedHistory.isWhole)
                case Kind.keys:
                    for _ in 0..<(try state.count()) { keys.append(try IdempotencyIndex.Entry(from: &state)) }
                case Kind.records: records.rings.append(try RecordIndex.Saved.Named(from: &state))
                case Kind.classes: try classes.addLedger(from: &state)
                case Kind.layers: try classes.addLayers(from: &state)
                default: throw .damaged
                }
                guard state.isAtEnd else { throw .damaged }
            } catch {
                throw .damaged("a block of kind \(kind) can't be read")
            }
        }
        let head = file.head
        var marks: [TopicPartition: [RecordFingerprint]] = [:]
        for place in head.positions.keys {
            marks[place] = (0..<2).compactMap { RecordFingerprint(head.numbers, place, $0) }
        }
        self.init(
            rows: rows, keys: keys, records: records, classes: classes, positions: head.positions, marks: marks,
            isIncomplete: head.numbers[CatalogueSnapshot.incomplete] != nil)
        guard Int64(planets) == file.head.numbers["planets"], Int64(keys.count) == file.head.numbers["keys"] else {
            throw .damaged("\(planets) planets and \(keys.count) keys are not as many as it says")
        }
        guard rows.isWhole else { throw .damaged("a planet is in it twice") }
    }
}

// MARK: Marks and keys

extension RecordFingerprint {
    /// Among a head's numbers: a partition's mark number 0 or 1.
    fileprivate func numbers(_ place: TopicPartition, _ number: Int) -> [String: Int64] {
        guard let bits = UInt64(hash, radix: 16) else { return [:] }
        return [
            "offset\(number) \(place)": offset, "time\(number) \(place)": timestamp,
            "hash\(number) \(place)": Int64(bitPattern: bits),
        ]
    }

    fileprivate init?(_ numbers: [String: Int64], _ place: TopicPartition, _ number: Int) {
        guard let offset = numbers["offset\(number) \(place)"], let timestamp = numbers["time\(number) \(place)"],
            let hash = numbers["hash\(number) \(place)"]
        else { return nil }
        self.init(
            offset: offset, timestamp: timestamp, hash: Hex.text(withUnsafeBytes(of: hash.bigEndian) { Array($0) }))
    }
}

extension HistoryItem {
    func save(to state: inout StateWriter) {
        position.save(to: &state, after: .none)
        state.text(change.rawValue)
        state.integer(revision)
    }

    init(from state: inout StateReader) throws(StateError) {
        position = try LogPosition(from: &state, after: .none)
        guard let change = Change(rawValue: try state.text()) else { throw .damaged }
        self.change = change
        revision = try state.integer()
    }
}

extension LogPosition {
    static let none = LogPosition(partition: 0, offset: 0, timestamp: 0)

    /// As the distance from a neighbour, usually a short one.
    func save(to state: inout StateWriter, after last: LogPosition) {
        state.integer(Int(partition))
        state.integer(Int(offset &- last.offset))
        state.integer(Int(timestamp &- last.timestamp))
    }

    init(from state: inout StateReader, after last: LogPosition) throws(StateError) {
        guard let partition = Int32(exactly: try state.integer()) else { throw .damaged }
        self.init(
            partition: partition, offset: last.offset &+ Int64(try state.integer()),
            timestamp: last.timestamp &+ Int64(try state.integer()))
    }
}

extension IdempotencyIndex.Entry {
    func save(to state: inout StateWriter) {
        state.text(key)
        state.text(fingerprint)
        state.integer(attempts.count)
        for attempt in attempts { attempt.save(to: &state) }
    }

    init(from state: inout StateReader) throws(StateError) {
        key = try state.text()
        fingerprint = try state.text()
        var attempts: [IdempotencyIndex.Attempt] = []
        for _ in 0..<(try state.count()) { attempts.append(try IdempotencyIndex.Attempt(from: &state)) }
        self.attempts = attempts
    }
}

extension IdempotencyIndex.Attempt {
    func save(to state: inout StateWriter) {
        state.text(name ?? "")
        state.integer(missing)
        state.integer(runs.count)
        for run in runs {
            state.integer(Int(run.topic.rawValue))
            state.integer(Int(run.partition))
            state.integer(Int(run.first))
            state.integer(Int(run.last - run.first))
            state.integer(Int(run.timestamp))
        }
    }

    init(from state: inout StateReader) throws(StateError) {
        let text = try state.text()
        name = text.isEmpty ? nil : text
        missing = try state.integer()
        runs = []
        for _ in 0..<(try state.count()) {
            guard let topic = UInt8(exactly: try state.integer()).flatMap(StoredTopic.init),
                let partition = Int32(exactly: try state.integer())
            else {
                throw .damaged
            }
            let first = try state.integer()
            let length = try state.integer()
            guard first >= 0, length >= 0, length < 1 << 40, first < 1 << 60 else { throw .damaged }
            runs.append(
                StoredRun(
                    topic: topic, partition: partition, first: Int64(first), last: Int64(first + length),
                    timestamp: Int64(try state.integer())))
        }
    }
}
