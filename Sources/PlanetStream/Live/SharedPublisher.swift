// One of several stream processes: publishes the states of its partitions and, while it owns partition 0 of the
// discoveries and has the last claim in the log, the merged board (docs/ARCHITECTURE.md, "Several stream processes").

import EventLog
import Lake
import PlanetCore
import PlanetFigures
import Telemetry
import Threads

final class SharedPublisher: BoardPublisher {
    /// Pause between two publications of a partition's state while this process owns every partition: only a successor
    /// will need it.
    private static let spareSpacing: UInt64 = 5_000_000_000
    /// A claim that hasn't come back, or that another process's followed, is repeated after this time.
    private static let claimSpacing: UInt64 = 3_000_000_000
    /// Web processes that start find a snapshot no older than this.
    private static let idleSpacing: UInt64 = 60_000_000_000

    private let log: any EventLog
    private let writer: any LogWriter
    private let tail: StateTail
    private let options: StreamOptions
    /// Identifies this run of the engine.
    private let owner: String
    /// The number of partitions of the discoveries.
    private var partitions = 0
    private let numbering: LakeNumbering
    private var feed: LiveFeed?
    private var merged = MergedBoard()
    private var mergedVersion = -1
    private var lastClaim: UInt64 = 0
    private var publications = 0
    /// What a partition's last publication cost: saving takes a twentieth of the engine's time at most.
    private var stateCosts: [String: UInt64] = [:]
    /// Partitions whose last publication the log didn't take.
    private let failed = Guarded<Set<String>>([])
    private let published = Metrics.shared.counter(
        "planetarium_stream_states_total", "Partition states published for other stream processes.")
    private let stateSeconds = Metrics.shared.histogram(
        "planetarium_stream_state_seconds", "Time to save a partition's state and hand it to the log.")
    private let spacingSeconds = Metrics.shared.gauge(
        "planetarium_stream_state_spacing_seconds",
        "Between two publications of a partition's state at least, by what the last ones cost.")
    private let isPublisher = Metrics.shared.gauge(
        "planetarium_stream_publisher", "1 while this process publishes the merged board.")

    init(
        _ log: any EventLog, _ tail: StateTail, _ options: StreamOptions, owner: String,
        numbering: LakeNumbering = LakeNumbering()
    ) throws(LogError) {
        self.log = log
        self.tail = tail
        self.options = options
        self.owner = owner
        self.numbering = numbering
        writer = try log.writer()
    }

    var epoch: String { feed?.epoch ?? "" }

    func notePartitions(_ count: Int) { partitions = count }

    func noteChange(now: UInt64) { feed?.noteChange(now: now) }

    func publish(_ owned: [OwnedPartition], now: UInt64) {
        elect(owned, now: now)
        if feed != nil {
            let version = tail.version
            if version != mergedVersion {
                mergedVersion = version
                feed?.noteChange(now: now)
            }
            let isCaughtUp = isCaughtUp(owned)
            feed?.publish(now: now, isCaughtUp: isCaughtUp) { board in fill(&board, owned) }
        }
        publishStates(owned, spacing: stateSpacing(owned), atMost: 1, now: now)
    }

    func due(_ owned: [OwnedPartition], now: UInt64) -> UInt64? {
        var next = feed?.due(now: now, isCaughtUp: isCaughtUp(owned))
        let spacing = stateSpacing(owned)
        // Each turn publishes one, so that a record never waits for all.
        for partition in owned where partition.next > partition.publishedNext {
            let moment = partition.publishedAt + spacing
            next = min(next ?? .max, moment > now ? moment - now : 0)
        }
        return next
    }

    func givingUp(_ partitions: [OwnedPartition]) {
        publishStates(partitions, spacing: 0, now: Clock.monotonic)
        for partition in partitions { stateCosts[partition.name] = nil }
    }

    func finish(_ owned: [OwnedPartition]) {
        publishStates(owned, spacing: 0, now: Clock.monotonic)
        feed?.publishSnapshot(now: Clock.monotonic) { board in fill(&board, owned) }
    }

    // MARK: Who publishes

    private func elect(_ owned: [OwnedPartition], now: UInt64) {
        let isWanted = owned.contains { $0.key == PartitionKey(topic: .discoveries, partition: 0) }
        let claim = tail.claim
        guard isWanted, let claim, claim.owner == owner else {
            if feed != nil {
                Log.info("another process publishes the board", ["claim": claim?.offset ?? -1])
                feed = nil
                merged.forget()
            }
            isPublisher.set(0)
            if isWanted, lastClaim == 0 || now >= lastClaim + SharedPublisher.claimSpacing {
                lastClaim = now
                // If refused, it is repeated later.
                try? writer.append(StateRecords.claim(owner), topic: options.topics.state, ticket: 0) { _ in }
            }
            if !isWanted { lastClaim = 0 }
            return
        }
        let term = claim.offset + 1
        if feed?.term == term { return }
        feed = LiveFeed(
            writer: writer, topic: options.topics.live, numbering: numbering, term: term,
            idleSpacing: SharedPublisher.idleSpacing)
        merged.forget()
        mergedVersion = -1
        isPublisher.set(1)
        Log.info("this process publishes the board", ["term": term, "epoch": epoch])
    }

    /// A partition that is being read again stays on the board as last published; only unpublished ones count.
    private func isCaughtUp(_ owned: [OwnedPartition]) -> Bool {
        owned.allSatisfy { $0.isCaughtUp || (tail.next(of: $0.name) ?? 0) >= $0.goal }
    }

    private func fill(_ board: inout Board, _ owned: [OwnedPartition]) -> BoardFilling {
        merged.fill(&board, owned, tail.states)
    }

    // MARK: The states of this process's partitions

    private func stateSpacing(_ owned: [OwnedPartition]) -> UInt64 {
        let ownsAll = owned.count { $0.key.topic == .discoveries } == partitions
        let cost = owned.reduce(0) { $0 + (stateCosts[$1.name] ?? 0) }
        let spacing = max(ownsAll ? SharedPublisher.spareSpacing : options.stateSpacing, 20 * cost)
        spacingSeconds.set(Double(spacing) / 1e9)
        return spacing
    }

    private func publishStates(_ partitions: [OwnedPartition], spacing: UInt64, atMost limit: Int = .max, now: UInt64) {
        let again = failed.withLock { failed in
            let all = failed
            failed = []
            return all
        }
        for partition in partitions where again.contains(partition.name) { partition.publishedNext = 0 }
        var number = 0
        for partition in partitions where number < limit {
            guard partition.next > partition.publishedNext, now >= partition.publishedAt + spacing else { continue }
            partition.publishedAt = now
            guard isNews(partition) else { continue }
            number += 1
            publications += 1
            let begun = Clock.monotonic
            let state = PublishedState(next: partition.next, bytes: partition.tally.saved())
            if append(StateRecords.batch(partition.name, state, id: "\(owner)-\(publications)"), partition.name) {
                partition.publishedNext = partition.next
                published.add()
            }
            let cost = Clock.monotonic - begun
            stateCosts[partition.name] = cost
            stateSeconds.record(seconds: Double(cost) / 1e9)
        }
    }

    /// Whether the partition's state is further than the published one.
    private func isNews(_ partition: OwnedPartition) -> Bool {
        guard let next = tail.next(of: partition.name), next >= partition.next else { return true }
        if next == partition.next {
            partition.publishedNext = next
            return false
        }
        guard partition.isCaughtUp,
            let end = try? log.bounds(of: partition.topic, partition: partition.key.partition)?.next,
            end + numbering.base(of: partition.place) < next
        else { return false }
        // The log ends before the state, which belongs to an earlier log of this name.
        Log.warning("a published state of an earlier log is dropped", ["state": partition.name, "next": next])
        return append(StateRecords.tombstone(partition.name), partition.name)
    }

    private func append(_ batch: RecordBatch, _ partition: String) -> Bool {
        do {
            try writer.append(batch, topic: options.topics.state, ticket: 0) { [failed] ack in
                if case .failure = ack.result { failed.withLock { _ = $0.insert(partition) } }
            }
            return true
        } catch {
            return false
        }
    }
}
