// Where the state comes from at a start: the newest valid checkpoint, else the lake's rows, else the whole log.
// Each source is validated; a bad one is logged and counted, and the next is tried.

import Basics
import Lake
import PlanetCore
import Telemetry

/// What the lake and the log hold of a partition that this process takes over.
struct PartitionExtent {
    let key: PartitionKey
    let place: TopicPartition
    /// The offset after the last in the lake; nil: the lake has nothing of it.
    let stored: Int64?
    /// First and next offset in the log.
    let first: Int64
    let end: Int64
    /// The last record in the lake.
    var record: ManifestRecord?
}

/// The initial state of a tally.
struct Beginning {
    enum Origin: String {
        case checkpoint, lake, log
    }
    var tally: Tally
    /// The next offset to read from the log.
    var next: [TopicPartition: Int64]
    var newest: [TopicPartition: Int64] = [:]
    var origin: Origin
}

struct StateSource {
    /// Records replayed from the lake between two checks of `isStopping`.
    private static let step: Int64 = 200_000

    let store: any FileStore
    let topics: TopicNames
    let lake: String
    let log: String
    let isStopping: () -> Bool

    /// The state of these partitions, which share one tally. Throws if neither lake nor log has all that is needed.
    func begin(_ name: String, _ extents: [PartitionExtent]) throws(EngineFailure) -> Beginning {
        if let restored = checkpoint(name, extents) { return restored }
        // Nothing in the lake: nothing to rebuild.
        guard extents.contains(where: { $0.stored != nil }) else { return fromLog(extents) }
        do throws(ReplayError) {
            if let replayed = try replay(extents) { return replayed }
        } catch {
            guard extents.allSatisfy({ $0.first == 0 }) else {
                throw EngineFailure(
                    text:
                        "lake: its rows cannot be read back: \(error). The log no longer has its beginning, so it can't "
                        + "stand in: restore the file from a copy")
            }
            Log.error("the lake cannot be read back; the log is read from its beginning", ["error": "\(error)"])
        }
        return fromLog(extents)
    }

    private func fromLog(_ extents: [PartitionExtent]) -> Beginning {
        Beginning(
            tally: Tally(), next: Dictionary(uniqueKeysWithValues: extents.map { ($0.place, $0.first) }), origin: .log)
    }

    // MARK: Checkpoints

    private func checkpoint(_ name: String, _ extents: [PartitionExtent]) -> Beginning? {
        let folder = CheckpointFolder(store, Checkpoints.folder, name: name)
        let entries: [CheckpointFolder.Entry]
        do throws(LakeError) {
            entries = try folder.list()
        } catch {
            Checkpoints.counter("refused").add()
            Log.warning("checkpoints cannot be listed", ["name": name, "error": error])
            return nil
        }
        for entry in entries {
            do throws(CheckpointFault) {
                let file = try CheckpointFile(entry, in: store) { (head) throws(CheckpointFault) in
                    try accept(head, extents)
                }
                let state = try RestoredState(file)
                Checkpoints.counter("restored").add()
                Log.info(
                    "state restored",
                    ["path": entry.path, "planets": state.tally.planets, "positions": state.positions.text])
                return Beginning(
                    tally: state.tally,
                    next: Dictionary(
                        uniqueKeysWithValues: extents.map { extent in
                            let next = state.positions[extent.place]
                            return (extent.place, next > 0 ? next : extent.first)
                        }), newest: state.newest, origin: .checkpoint)
            } catch {
                Checkpoints.counter("refused").add()
                Log.warning("checkpoint not used", ["path": entry.path, "reason": "\(error)"])
            }
        }
        return nil
    }

    private func accept(_ head: CheckpointHead, _ extents: [PartitionExtent]) throws(CheckpointFault) {
        guard head.meaning == CheckpointMeaning.current else {
            throw .unfit("it was written by a planetarium with other columns, aggregates or predictions")
        }
        guard head.lake == lake else { throw .unfit("it belongs to the lake \(head.lake), this one is \(lake)") }
        guard head.log == log else { throw .unfit("it belongs to the log \(head.log), this one is \(log)") }
        let places = Set(extents.map(\.place))
        for place in head.positions.keys where !places.contains(place) { throw .unfit("this log has no \(place)") }
        for extent in extents {
            let next = head.positions[extent.place] ?? 0
            guard next >= 0, next <= extent.stored ?? 0 else {
                throw .unfit("it is of \(extent.place):\(next), the lake ends at \(extent.stored ?? 0)")
            }
            // Offset 0 of a log that begins later: nothing of it could ever be read, unless the lake has it.
            if next == 0, extent.stored == nil { continue }
            guard next >= extent.first, next <= extent.end else {
                throw .unfit("it is of \(extent.place):\(next), the log holds \(extent.first)..<\(extent.end)")
            }
        }
    }

    // MARK: The lake

    /// Nil if the log reaches further back than the lake.
    private func replay(_ extents: [PartitionExtent]) throws(ReplayError) -> Beginning? {
        let files: LakeFiles
        do throws(LakeError) { files = try LakeFiles(store, topics) } catch { throw .lake(error) }
        for extent in extents where extent.first == 0 {
            let begins = files.files(topics.primary(of: extent.place.topic), extent.place).first?.path.first ?? 0
            if begins > 0 {
                Log.info(
                    "the log reaches further back than the lake",
                    ["topic": extent.place.topic, "partition": extent.place.partition, "lake_begins": begins])
                return nil
            }
        }
        let tally = Tally()
        let replay = try LakeReplay(store, topics, files: files, partitions: Set(extents.map(\.key))) { _ in tally }
        Log.info("state is rebuilt from the lake", ["positions": replay.stored.text])
        for extent in extents {
            let goal = extent.stored ?? 0
            while replay.positions[extent.place] < goal {
                // Half a state is of no use; the engine ends before it reads anything.
                if isStopping() { return fromLog(extents) }
                var target = Positions()
                target[extent.place] = min(goal, replay.positions[extent.place] + StateSource.step)
                try replay.advance(to: target)
            }
        }
        Checkpoints.counter("rebuilt").add()
        Log.info("state rebuilt from the lake", ["planets": tally.planets, "positions": replay.positions.text])
        var newest: [TopicPartition: Int64] = [:]
        for extent in extents { newest[extent.place] = replay.newest(extent.place) }
        return Beginning(
            tally: tally,
            next: Dictionary(uniqueKeysWithValues: extents.map { ($0.place, max($0.stored ?? 0, $0.first)) }),
            newest: newest, origin: .lake)
    }
}
