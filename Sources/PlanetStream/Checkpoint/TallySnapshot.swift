// A tally at one moment, to be written later on another thread: rows and large tables are shared with the tally until
// it changes them. Also makes a tally from a checkpoint. For the file see Lake/Checkpoint, for when see
// Checkpoints.swift.

import Basics
import Lake
import PlanetCore
import PlanetFigures
import StateBytes
import Threads

struct TallySnapshot: Sendable {
    enum Kind {
        static let aggregate: UInt8 = 1
        static let planets: UInt8 = 2
    }

    /// The checkpoint's name without the number.
    let name: String
    let positions: Positions
    /// The newest time stamp of each partition.
    var newest: [TopicPartition: Int64] = [:]
    private let keyed: KeyedRows
    private let aggregates: [(name: String, save: @Sendable (inout StateWriter) -> Void)]
    /// All keys, and the planets now in the catalogue.
    var planets: Int { keyed.count }
    let present: Int

    /// The tally's events must have been applied.
    init(_ tally: Tally, name: String, positions: Positions) {
        precondition(tally.events.isEmpty, "BUG: a snapshot amid a batch")
        tally.settle()
        self.name = name
        self.positions = positions
        keyed = tally.judge.planets
        aggregates = tally.aggregates.all.map { ($0.name, $0.deferredSave()) }
        present = tally.aggregates.present
    }

    /// The content, in blocks made on demand.
    var blocks: [(kind: UInt8, content: () -> [UInt8])] {
        let blocks: [(kind: UInt8, content: () -> [UInt8])] = aggregates.map { name, save in
            (
                Kind.aggregate,
                {
                    var state = StateWriter(isOrdered: true)
                    state.text(name)
                    save(&state)
                    return state.bytes
                }
            )
        }
        return blocks + keyed.blocks.map { (Kind.planets, $0) }
    }

    func head(lake: String, log: String) -> CheckpointHead {
        var numbers: [String: Int64] = ["planets": Int64(planets), "present": Int64(present)]
        for (place, time) in newest { numbers["newest:\(place)"] = time }
        return CheckpointHead(
            meaning: CheckpointMeaning.current, lake: lake, log: log,
            positions: Dictionary(uniqueKeysWithValues: positions.all.map { ($0.place, $0.next) }),
            numbers: numbers, writtenAt: Clock.wall)
    }

    /// Returns the file's path and size.
    func write(to folder: CheckpointFolder, lake: String, log: String) throws(LakeError) -> (path: String, bytes: Int64)
    {
        let writer = try CheckpointWriter(folder, head(lake: lake, log: log))
        do {
            for block in blocks { try writer.add(block.kind, block.content()) }
            return (try writer.finish(), writer.bytes)
        } catch {
            writer.discard()
            throw error
        }
    }
}

// MARK: Restoring

/// The content of a checkpoint.
struct RestoredState {
    let tally: Tally
    let positions: Positions
    let newest: [TopicPartition: Int64]

    init(_ file: CheckpointFile) throws(CheckpointFault) {
        var positions = Positions()
        for (place, next) in file.head.positions {
            guard next > 0 else { throw .damaged("\(place):\(next) is not a position") }
            positions[place] = next
        }
        var newest: [TopicPartition: Int64] = [:]
        for (name, time) in file.head.numbers where name.hasPrefix("newest:") {
            guard let place = TopicPartition(name.dropFirst(7)) else { throw .damaged("\(name) is not a partition") }
            newest[place] = time
        }
        guard let planets = file.head.numbers["planets"].flatMap({ Int32(exactly: $0) }), planets >= 0 else {
            throw .damaged("it doesn't say how many planets there are")
        }
        let aggregates = Aggregates()
        var missing = Set(aggregates.all.indices)
        var keyed = KeyedRows(capacity: Int(planets))
        try file.eachBlock { (kind, content) throws(CheckpointFault) in
            do throws(StateError) {
                switch kind {
                case TallySnapshot.Kind.aggregate:
                    var state = StateReader(content)
                    let name = try state.text()
                    guard let index = aggregates.all.firstIndex(where: { $0.name == name }),
                        missing.remove(index) != nil
                    else { throw .damaged }
                    try aggregates.all[index].restore(from: &state)
                    guard state.isAtEnd else { throw .damaged }
                case TallySnapshot.Kind.planets: try keyed.add(content)
                default: throw .damaged
                }
            } catch {
                throw .damaged("a block of kind \(kind) can't be read")
            }
        }
        guard missing.isEmpty else { throw .damaged("aggregates are missing") }
        guard keyed.isWhole, keyed.count == Int(planets) else {
            throw .damaged("\(keyed.count) planets of \(planets)")
        }
        let present = keyed.present
        guard Int64(present) == file.head.numbers["present"], present == aggregates.present else {
            throw .damaged("catalogue and aggregates disagree on how many planets there are")
        }
        tally = Tally(keyed, aggregates)
        self.positions = positions
        self.newest = newest
    }
}
