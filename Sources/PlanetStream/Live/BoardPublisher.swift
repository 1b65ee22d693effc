// Who publishes the board, and from what: the seam between the engine's loop and the two ways of running it.
// LiveFeed.swift decides when frames are due, and their form.

import EventLog
import Lake
import PlanetFigures
import Threads

/// Used by the engine's thread.
protocol BoardPublisher: AnyObject {
    /// The epoch of the published frames; empty while another process publishes.
    var epoch: String { get }

    /// The discoveries now have this many partitions.
    func notePartitions(_ count: Int)

    /// Records have been applied.
    func noteChange(now: UInt64)

    /// Publishes what is due.
    func publish(_ owned: [OwnedPartition], now: UInt64)

    /// Nanoseconds until something is due; nil: nothing is.
    func due(_ owned: [OwnedPartition], now: UInt64) -> UInt64?

    /// These partitions are about to be given up.
    func givingUp(_ partitions: [OwnedPartition])

    /// The stream stops: the last frame.
    func finish(_ owned: [OwnedPartition])
}

/// The only stream process of its log: one tally for all partitions, frames straight from it.
final class SolePublisher: BoardPublisher {
    private var feed: LiveFeed
    private let tally: Tally

    init(
        _ log: any EventLog, _ tally: Tally, topic: String, numbering: LakeNumbering = LakeNumbering()
    ) throws(LogError) {
        feed = LiveFeed(writer: try log.writer(), topic: topic, numbering: numbering)
        self.tally = tally
    }

    var epoch: String { feed.epoch }
    func notePartitions(_ count: Int) {}
    func noteChange(now: UInt64) { feed.noteChange(now: now) }

    func publish(_ owned: [OwnedPartition], now: UInt64) {
        feed.publish(now: now, isCaughtUp: SolePublisher.isCaughtUp(owned)) { board in fill(&board, owned) }
    }

    func due(_ owned: [OwnedPartition], now: UInt64) -> UInt64? {
        feed.due(now: now, isCaughtUp: SolePublisher.isCaughtUp(owned))
    }

    func givingUp(_ partitions: [OwnedPartition]) {}

    func finish(_ owned: [OwnedPartition]) {
        feed.publishSnapshot(now: Clock.monotonic) { board in fill(&board, owned) }
    }

    private static func isCaughtUp(_ owned: [OwnedPartition]) -> Bool { owned.allSatisfy(\.isCaughtUp) }

    private func fill(_ board: inout Board, _ owned: [OwnedPartition]) -> BoardFilling {
        board.positions = Positions(of: owned)
        tally.settle()
        var groups = GroupWriter()
        for (index, aggregate) in tally.aggregates.all.enumerated() {
            groups.removeAll()
            aggregate.write(.changes, to: &groups)
            board.apply(groups.items, to: index)
        }
        return .changes
    }
}
