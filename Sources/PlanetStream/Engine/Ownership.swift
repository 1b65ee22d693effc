// Partitions that come and go: taken on with their lock, their place in the lake and their state (from
// Checkpoint/Beginning.swift); given up once all that was read of them is in the lake. The log's group decides who gets
// which.

import Basics
import EventLog
import Lake
import PlanetCore
import Telemetry
import Threads

extension Engine {
    /// How long to wait for another process's lock on a partition; it ends with that process, or with its flush.
    private static let lockPatience: UInt64 = 20_000_000_000

    /// Follows the changes in this reader's partitions.
    func takeChanges() throws(EngineFailure) {
        for change in reader.takeChanges() {
            switch change {
            case .assigned(let partitions):
                try takeOn(keys(partitions))
                isAssigned = true
            case .revoked(let partitions):
                try giveUp(keys(partitions), isLost: false)
                reader.acknowledgeRevocation()
            case .lost(let partitions):
                try giveUp(keys(partitions), isLost: true)
            }
            publisher.noteChange(now: Clock.monotonic)
            report()
        }
    }

    private func keys(_ partitions: [TopicPartition]) -> [PartitionKey] {
        partitions.compactMap { options.topics.key($0) }
    }

    // MARK: Taking on

    private func takeOn(_ keys: [PartitionKey]) throws(EngineFailure) {
        let new = keys.filter { places[$0] == nil }
        do {
            var extents: [PartitionExtent] = []
            var locks: [PartitionKey: any LakeLock] = [:]
            for topic in StoredTopic.allCases {
                let own = new.filter { $0.topic == topic }
                if own.isEmpty { continue }
                if options.group != nil {
                    for key in own { locks[key] = try lock(key) }
                }
                extents += try look(own, topic, locks)
            }
            let sent = sentThrough(Set(extents.filter { $0.key.topic == .discoveries }.map(\.key.partition)))
            for partition in try begun(extents) {
                let extent = extents.first { $0.key == partition.key }
                let last = extent?.stored.map { $0 - 1 }
                partition.lock = locks[partition.key]
                partition.isStored(last)
                if partition.key.topic == .discoveries { partition.sentThrough = sent[partition.key.partition] ?? 0 }
                partition.anchor = extent?.record
                partition.goal = extent.map { $0.end > $0.first ? $0.end : 0 } ?? 0
                let start = LakeStart(committed: last, lock: locks[partition.key] ?? around.lock)
                around.starts.withLock { $0[partition.key] = start }
                owned.append(partition)
                let first = extent?.first ?? 0
                let stored = extent?.stored ?? 0
                partition.first = first
                if first > stored { noteGone(stored...first - 1, partition) }
                if options.group != nil || partition.next > first || first > 0 {
                    try reader.seek(
                        topic: partition.topic, partition: partition.key.partition, offset: max(partition.next, first))
                }
                // A process that stopped during a rebalance may have stored more than it could commit to the group.
                if options.group != nil, let last { sink.noteRolled(partition.key, last) }
            }
        } catch let error as EngineFailure {
            throw error
        } catch let error as LakeError {
            LakeMetrics().noteFailure(error)
            throw EngineFailure(text: "lake: \(error)")
        } catch {
            throw EngineFailure(text: "log: \(error)")
        }
        arrange()
        // What was not returned now belongs to somebody else.
        parked = [:]
        if options.group != nil { Log.info("partitions taken on", ["partitions": keys.count, "owned": owned.count]) }
    }

    /// What lake and log hold of these partitions of a topic.
    private func look(
        _ own: [PartitionKey], _ topic: StoredTopic, _ locks: [PartitionKey: any LakeLock]
    ) throws -> [PartitionExtent] {
        let name = options.topics.name(of: topic)
        let all = try log.bounds(of: name)
        let recovery = try LakeRecovery(
            around.store, topic: name, primary: LakeSink.primary(topic).name, sides: LakeSink.sides(topic).map(\.name),
            partitions: Set(own.map(\.partition)), inLog: Set(all.map(\.partition)),
            lock: { locks[PartitionKey(topic: topic, partition: $0)] ?? around.lock })
        if !recovery.removed.isEmpty { Log.info("lake recovered", ["removed": recovery.removed.count]) }
        if topic == .discoveries { publisher.notePartitions(all.count) }
        return try own.map { key in
            // Each may wait for a cluster that does not answer.
            if around.isStopping() { throw EngineFailure(text: "the process is to end") }
            let bounds = all.first { $0.partition == key.partition }
            let inLake = bounds?.inLake(around.identity.numbering, name)
            let extent = PartitionExtent(
                key: key, place: TopicPartition(name, key.partition),
                stored: recovery.committed[key.partition].map { $0 + 1 }, first: inLake?.first ?? 0,
                end: inLake?.next ?? 0, record: recovery.records[key.partition]?.last)
            try compare(extent, bounds, recovery.records[key.partition] ?? [])
            try ChapterLine.complete(
                around.store, around.identity, extent.place, noted: recovery.chapters[key.partition] ?? [])
            return extent
        }
    }

    /// The partitions with their state, in the order of `extents`.
    private func begun(_ extents: [PartitionExtent]) throws(EngineFailure) -> [OwnedPartition] {
        let source = StateSource(
            store: around.store, topics: options.topics, lake: around.identity.lake, log: around.logName,
            isStopping: around.isStopping)
        if let sharedTally {
            // Later ones (of a topic that grew) join the existing ones.
            guard owned.isEmpty, !extents.isEmpty else {
                return extents.map { OwnedPartition($0.key, topic: $0.place.topic, sharedTally) }
            }
            let beginning = try source.begin(Checkpoints.whole, extents)
            sharedTally.exchange(with: beginning.tally)
            return begun(extents, beginning, sharedTally)
        }
        var all: [OwnedPartition] = []
        for extent in extents {
            if let partition = parkedAsItWas(extent) {
                all.append(partition)
                continue
            }
            let beginning = try source.begin(Checkpoints.name(extent.place), [extent])
            all += begun([extent], beginning, beginning.tally)
        }
        return all
    }

    private func begun(_ extents: [PartitionExtent], _ beginning: Beginning, _ tally: Tally) -> [OwnedPartition] {
        let all = extents.map { extent in
            let partition = OwnedPartition(extent.key, topic: extent.place.topic, tally)
            partition.next = beginning.origin == .log ? 0 : beginning.next[extent.place] ?? 0
            partition.newest = beginning.newest[extent.place] ?? .min
            return partition
        }
        if beginning.origin == .checkpoint { tally.mark.covered = all.reduce(0) { $0 + $1.next } }
        return all
    }

    private func arrange() {
        owned.sort { ($0.key.topic.rawValue, $0.key.partition) < ($1.key.topic.rawValue, $1.key.partition) }
        places = Dictionary(uniqueKeysWithValues: owned.enumerated().map { ($0.element.key, $0.offset) })
    }

    /// As it was when given up, if the lake has all of it and the log still reaches that far.
    private func parkedAsItWas(_ extent: PartitionExtent) -> OwnedPartition? {
        guard let partition = parked.removeValue(forKey: extent.key), partition.next <= extent.stored ?? 0,
            extent.first <= partition.next, partition.next <= extent.end
        else { return nil }
        return partition
    }

    private func lock(_ key: PartitionKey) throws(EngineFailure) -> any LakeLock {
        let end = Clock.monotonic + Engine.lockPatience
        defer { trouble = nil }
        while true {
            do throws(LakeError) {
                return try around.lake.lock(
                    .partition(topic: options.topics.name(of: key.topic), key.partition), in: around.store)
            } catch {
                guard case .locked(let owner) = error, Clock.monotonic < end, !around.isStopping() else {
                    LakeMetrics().noteFailure(error)
                    throw EngineFailure(text: "lake: \(error)")
                }
                if trouble == nil {
                    Log.warning("waiting for a partition of the lake", ["reason": owner])
                    trouble = "lake: \(owner)"
                    report()
                }
                Clock.pause(50_000_000)
            }
        }
    }

    // MARK: Giving up

    private func giveUp(_ keys: [PartitionKey], isLost: Bool) throws(EngineFailure) {
        let leaving = keys.compactMap { key in places[key].map { owned[$0] } }
        guard !leaving.isEmpty else { return }
        _ = flush()
        for partition in leaving {
            if !isLost { endRoll(partition) }
            partition.openDays = []
        }
        // A state ahead of the lake is no use to the next owner.
        if !isLost { takeCheckpoints(leaving: leaving.filter { !heldRolls.contains($0.key) }) }
        heldRolls.subtract(keys)
        for partition in leaving {
            guard sink.release(partition.key) else {
                throw EngineFailure(text: "lake: \(sink.failure.map { "\($0)" } ?? "closed")")
            }
        }
        // Their next owner must find them.
        if !isLost { around.checkpoints?.wait() }
        commitRolls(except: isLost ? Set(keys) : [])
        publisher.givingUp(leaving)
        let gone = Set(leaving.map(\.key))
        owned.removeAll { gone.contains($0.key) }
        arrange()
        for partition in leaving {
            around.starts.withLock { _ = $0.removeValue(forKey: partition.key) }
            partition.lock = nil
            // A tally of all partitions can't drop one; in a group there is none.
            if sharedTally == nil { parked[partition.key] = partition }
        }
        Log.info(
            isLost ? "partitions lost" : "partitions given up", ["partitions": leaving.count, "owned": owned.count])
    }
}
