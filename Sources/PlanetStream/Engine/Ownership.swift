// Partitions that come and go: taken on with their lock, their place in the lake and their state; given up once all that was read of
// them is in the lake. A new one is read from its beginning (a checkpoint would give a later place to begin).
// Not who gets which: the log's group decides.

import EventLog
import Lake
import Telemetry
import Threads

extension Engine {
    /// How long another process's lock on a partition is waited for; it ends with that process, or with its flush.
    private static let lockPatience: UInt64 = 20_000_000_000

    /// Follows what the log says about this reader's partitions.
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
        partitions.compactMap { partition in
            StoredTopic(rawValue: partition.topic).map { PartitionKey(topic: $0, partition: partition.partition) }
        }
    }

    // MARK: Taking on

    private func takeOn(_ keys: [PartitionKey]) throws(EngineFailure) {
        for topic in StoredTopic.allCases {
            let own = keys.filter { $0.topic == topic && places[$0] == nil }
            if own.isEmpty { continue }
            var locks: [PartitionKey: any LakeLock] = [:]
            var told: [PartitionKey: Int64] = [:]
            if options.group != nil {
                for key in own { locks[key] = try lock(key) }
            }
            do {
                let recovery = try LakeRecovery(
                    around.store, topic: topic.name(options), primary: LakeSink.primary(topic).name,
                    sides: LakeSink.sides(topic).map(\.name), partitions: Set(own.map(\.partition)),
                    lock: { locks[PartitionKey(topic: topic, partition: $0)] ?? around.lock })
                if !recovery.removed.isEmpty { Log.info("lake recovered", ["removed": recovery.removed.count]) }
                let bounds = try log.bounds(of: topic.name(options))
                for key in own {
                    let bounds = bounds.first { $0.partition == key.partition }
                    let partition = restored(key, committed: recovery.committed[key.partition] ?? -1, bounds)
                    partition.lock = locks[key]
                    partition.isStored(recovery.committed[key.partition])
                    partition.goal = bounds.map { $0.next > $0.first ? $0.next : 0 } ?? 0
                    let start = LakeStart(committed: recovery.committed[key.partition], lock: locks[key] ?? around.lock)
                    around.starts.withLock { $0[key] = start }
                    owned.append(partition)
                    // A process that stopped amid a rebalance may have stored more than it could tell the group.
                    if options.group != nil, let last = recovery.committed[key.partition] { told[key] = last }
                    if options.group != nil {
                        try reader.seek(
                            topic: partition.topic, partition: key.partition,
                            offset: max(partition.next, bounds?.first ?? 0))
                    }
                }
                for (key, last) in told { sink.noteRolled(key, last) }
            } catch let error as LakeError {
                throw EngineFailure(text: "lake: \(error)")
            } catch {
                throw EngineFailure(text: "log: \(error)")
            }
        }
        arrange()
        // What was not given back is somebody else's now.
        parked = [:]
        if options.group != nil { Log.info("partitions taken on", ["partitions": keys.count, "owned": owned.count]) }
    }

    private func arrange() {
        owned.sort { ($0.key.topic.rawValue, $0.key.partition) < ($1.key.topic.rawValue, $1.key.partition) }
        places = Dictionary(uniqueKeysWithValues: owned.enumerated().map { ($0.element.key, $0.offset) })
    }

    /// The partition's state: as it was given up, where the lake has all of it and the log still reaches so far; else a new one.
    private func restored(_ key: PartitionKey, committed: Int64, _ bounds: PartitionBounds?) -> OwnedPartition {
        if let partition = parked.removeValue(forKey: key), partition.next <= committed + 1,
            let bounds, bounds.first <= partition.next, partition.next <= bounds.next
        {
            return partition
        }
        return OwnedPartition(key, topic: key.topic.name(options), sharedTally ?? Tally())
    }

    private func lock(_ key: PartitionKey) throws(EngineFailure) -> any LakeLock {
        let end = Clock.monotonic + Engine.lockPatience
        defer { trouble = nil }
        while true {
            do throws(LakeError) {
                return try around.lake.lock(
                    .partition(topic: key.topic.name(options), key.partition), in: around.store)
            } catch {
                guard case .locked(let owner) = error, Clock.monotonic < end, !around.isStopping() else {
                    throw EngineFailure(text: "lake: \(error)")
                }
                if trouble == nil {
                    Log.warning("waiting for a partition of the lake", ["reason": owner])
                    trouble = "lake: \(owner)"
                    report()
                }
                // Nobody signals this condition: a plain pause.
                let _: Bool? = around.status.wait(timeout: 50_000_000) { _ in nil }
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
            partition.openDay = nil
            guard sink.release(partition.key) else {
                throw EngineFailure(text: "lake: \(sink.failure.map { "\($0)" } ?? "closed")")
            }
        }
        commitRolls(except: isLost ? Set(keys) : [])
        publisher.givingUp(leaving)
        let gone = Set(leaving.map(\.key))
        owned.removeAll { gone.contains($0.key) }
        arrange()
        for partition in leaving {
            around.starts.withLock { _ = $0.removeValue(forKey: partition.key) }
            partition.lock = nil
            // A tally of all partitions can't forget one; there is none in a group.
            if sharedTally == nil { parked[partition.key] = partition }
        }
        Log.info(
            isLost ? "partitions lost" : "partitions given up", ["partitions": leaving.count, "owned": owned.count])
    }
}
