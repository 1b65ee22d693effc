// The topics of a memory log behind one lock: its writer thread appends, any thread reads. Never waits or wakes;
// whoever appends rings the bell.

import Basics
import Threads

final class MemoryStore: Sendable {
    private struct Topic: Sendable {
        var partitions: [MemoryPartition]
        /// The bound on each partition's bytes; nil for a durable topic.
        var bound: Int?
        var turn = UnkeyedTurn()
        /// By group.
        var notes: [String: [Int32: GroupNote]] = [:]
    }
    private struct State: Sendable {
        var index: [String: Int] = [:]
        var topics: [Topic] = []
        var durableBytes = 0
    }
    private let state = Guarded(State())
    /// All durable topics together may hold this much.
    private let durableLimit: Int
    /// Differs between any two stores.
    let name = Hex.random(bytes: 8)

    init(durableLimit: Int) {
        self.durableLimit = durableLimit
    }

    func has(_ topic: String) -> Bool { state.withLock { $0.index[topic] != nil } }

    /// Does nothing if the topic exists.
    func makeTopic(_ name: String, _ options: TopicOptions) {
        state.withLock { state in
            guard state.index[name] == nil else { return }
            let count = max(1, Int(options.partitions))
            var bound: Int?
            if case .volatile(let bytes) = options.durability { bound = bytes / count }
            state.index[name] = state.topics.count
            state.topics.append(
                Topic(partitions: Array(repeating: MemoryPartition(bound: bound), count: count), bound: bound))
        }
    }

    func append(_ batch: RecordBatch, to topic: String) throws(LogError) -> [LogPosition] {
        let now = Clock.wallMicros
        return try state.withLock { (state) throws(LogError) -> [LogPosition] in
            guard let at = state.index[topic] else { throw .unknownTopic(topic) }
            if state.topics[at].bound == nil {
                guard state.durableBytes + batch.bytes.count <= durableLimit else {
                    throw .unavailable("the memory log is full (\(durableLimit) bytes)")
                }
                state.durableBytes += batch.bytes.count
            }
            let count = Int32(state.topics[at].partitions.count)
            let unkeyed = state.topics[at].turn.next(among: count)
            var positions: [LogPosition] = []
            positions.reserveCapacity(batch.count)
            for index in batch.entries.indices {
                let key = batch.key(index)
                let partition = key.isEmpty ? unkeyed : Partitioner.partition(of: key, among: count)
                positions.append(
                    state.topics[at].partitions[Int(partition)].append(batch, index, partition: partition, now: now))
            }
            if let bound = state.topics[at].bound {
                for partition in state.topics[at].partitions.indices {
                    state.topics[at].partitions[partition].drop(downTo: bound)
                }
            }
            return positions
        }
    }

    func bounds(of topic: String) -> [PartitionBounds]? {
        state.withLock { state in
            guard let at = state.index[topic] else { return nil }
            return state.topics[at].partitions.enumerated().map {
                PartitionBounds(partition: Int32($0.offset), first: $0.element.first, next: $0.element.next)
            }
        }
    }

    func notes(of topic: String, group: String) -> [Int32: GroupNote] {
        state.withLock { state in state.index[topic].flatMap { state.topics[$0].notes[group] } ?? [:] }
    }

    func keep(_ notes: [Int32: GroupNote], of topic: String, group: String) {
        state.withLock { state in
            guard let at = state.index[topic] else { return }
            state.topics[at].notes[group, default: [:]].merge(notes) { $1 }
        }
    }

    func fetch(topic: String, partition: Int32, offsets: [Int64]) throws(LogError) -> RecordBatch {
        try state.withLock { (state) throws(LogError) -> RecordBatch in
            guard let at = state.index[topic], state.topics[at].partitions.indices.contains(Int(partition)) else {
                throw .unknownTopic("\(topic), partition \(partition)")
            }
            let held = state.topics[at].partitions[Int(partition)]
            var batch = RecordBatch()
            for offset in offsets where offset >= held.first && offset < held.next {
                var room = Room(records: 1, bytes: 0)
                _ = held.collect(from: offset, topic: 0, into: &batch, &room)
            }
            return batch
        }
    }

    /// The next records for these cursors, which advance.
    func collect(_ cursors: [MemoryCursor], into batch: RecordBatch, _ room: Room) -> (
        [MemoryCursor], RecordBatch, Room
    ) {
        state.withLock { state in
            var (cursors, batch, room) = (cursors, batch, room)
            for i in cursors.indices {
                guard let at = state.index[cursors[i].name] else { continue }
                cursors[i].next = state.topics[at].partitions[Int(cursors[i].partition)].collect(
                    from: cursors[i].next, topic: cursors[i].topic, into: &batch, &room)
            }
            return (cursors, batch, room)
        }
    }
}

/// Where one reader stands in one partition.
struct MemoryCursor: Sendable {
    var name: String
    /// Index into the reader's topics.
    var topic: UInt8
    var partition: Int32
    var next: Int64
}
