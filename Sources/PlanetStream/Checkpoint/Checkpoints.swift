// When checkpoints are taken: at the end of a roll, so that the lake has what they hold, if enough is new; when a
// partition is given up; when stopping. One for all partitions of an embedded log, which share a tally; else one each.

import Basics
import Lake
import PlanetCore
import Telemetry
import Threads

enum Checkpoints {
    /// In the lake. Spark, Hive and DuckDB ignore names that start like this.
    static let folder = "_checkpoint"

    /// The name for a tally of all partitions.
    static let whole = "all"

    static func name(_ place: TopicPartition) -> String {
        "\(place.topic)-p\(Digits.padded(place.partition, 5))"
    }

    static func counter(_ fate: String) -> Counter {
        Metrics.shared.counter(
            "planetarium_checkpoints_total", "Checkpoints of the stream, by what became of them.",
            labels: ["fate": fate])
    }
}

/// What the engine remembers about one tally's checkpoints.
struct CheckpointMark {
    /// How many offsets the last one covered; 0 for a tally that was rebuilt.
    var covered: Int64 = 0
    /// Since when (monotonic) there are records that no checkpoint has; nil: there are none.
    var since: UInt64?
}

extension Engine {
    /// Partitions grouped by tally, in order.
    private func scopes() -> [[OwnedPartition]] {
        sharedTally == nil ? owned.map { [$0] } : owned.isEmpty ? [] : [owned]
    }

    private func name(_ partitions: [OwnedPartition]) -> String {
        guard sharedTally == nil, let first = partitions.first else { return Checkpoints.whole }
        return Checkpoints.name(first.place)
    }

    private func covered(_ partitions: [OwnedPartition]) -> Int64 { partitions.reduce(0) { $0 + $1.next } }

    /// Takes those that are due. `rolled`: partitions whose roll has just ended. False once the lake has given up.
    func takeCheckpoints(after rolled: Set<PartitionKey>) -> Bool {
        guard let thread = around.checkpoints, let policy = options.checkpoint else { return true }
        let now = Clock.monotonic
        guard let rest = thread.rest(now: now), rest.since >= CheckpointPolicy.rest(after: rest.cost) else {
            return true
        }
        for partitions in scopes() {
            guard isDue(partitions, policy, now) else { continue }
            // Small files slow every query: a checkpoint ends rolls only if one was due anyway.
            guard
                partitions.contains(where: { rolled.contains($0.key) })
                    || partitions.allSatisfy({ $0.openDays.isEmpty })
            else { continue }
            return takeCheckpoint(partitions)
        }
        return true
    }

    private func isDue(_ partitions: [OwnedPartition], _ policy: CheckpointPolicy, _ now: UInt64) -> Bool {
        guard let tally = partitions.first?.tally else { return false }
        let news = covered(partitions) - tally.mark.covered
        guard news > 0 else {
            tally.mark.since = nil
            return false
        }
        let since = tally.mark.since ?? now
        tally.mark.since = since
        return policy.isDue(news: news, planets: tally.planets, since: since, now: now)
    }

    /// Of these partitions' tally as it is now. False once the lake has given up.
    private func takeCheckpoint(_ partitions: [OwnedPartition]) -> Bool {
        guard let thread = around.checkpoints, let tally = partitions.first?.tally else { return true }
        tally.applyEvents()
        for partition in partitions where !endRoll(partition) {
            // None while a roll is held; it is due again when that has ended.
            return failure == nil && sink.failure == nil
        }
        var snapshot = TallySnapshot(tally, name: name(partitions), positions: Positions(of: partitions))
        for partition in partitions where partition.newest != .min {
            snapshot.newest[partition.place] = partition.newest
        }
        tally.mark = CheckpointMark(covered: covered(partitions))
        thread.announce()
        guard sink.give(.checkpoint(snapshot)) else {
            thread.give(nil)
            return false
        }
        return true
    }

    /// Takes those that save the next start some reading.
    func takeLastCheckpoints() {
        guard around.checkpoints != nil, options.checkpoint != nil else { return }
        for partitions in scopes() {
            guard let tally = partitions.first?.tally, covered(partitions) > tally.mark.covered else { continue }
            guard takeCheckpoint(partitions) else { return }
        }
    }

    /// For partitions given up, if writing is quicker than reading by their next owner.
    func takeCheckpoints(leaving: [OwnedPartition]) {
        guard around.checkpoints != nil, options.checkpoint != nil, sharedTally == nil else { return }
        for partition in leaving {
            let news = partition.next - partition.tally.mark.covered
            guard news > 0, news >= Int64(partition.tally.planets / 8) else { continue }
            guard takeCheckpoint([partition]) else { return }
        }
    }
}
