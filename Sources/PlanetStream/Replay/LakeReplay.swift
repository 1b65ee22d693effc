// The lake's rows read back into what the engine made them from, and fed to a tally as the engine feeds it: every aggregate and the keyed
// state follow from the files of `discoveries` and `rejected` alone.
// Not how a row is judged (Engine/RecordJudge.swift), nor the comparison with what was stored (Replay/Verification.swift).

import Lake

/// The names of the two topics in the log, as in the lake's files.
package struct LakeTopics: Sendable, Equatable {
    package var discoveries = "planet-discoveries"
    package var rejected = "planet-rejected"
    package init() {}
    package init(discoveries: String, rejected: String) {
        self.discoveries = discoveries
        self.rejected = rejected
    }
}

/// Used by one thread.
final class LakeReplay {
    /// How far the tallies are.
    private(set) var positions: Positions
    /// How far the lake is: all that `advance` can reach.
    let stored: Positions

    /// `partitions` nil: all that the lake has. `from`: what the tallies that `tally` gives have seen already.
    /// `tally` is asked once a partition: the same for all (embedded log), or one each (in a group).
    init(
        _ store: any FileStore, _ topics: LakeTopics, partitions: Set<PartitionKey>? = nil,
        from: Positions = Positions(), tally: (PartitionKey) -> Tally
    ) throws(ReplayError) {
        positions = from
        stored = Positions()
    }

    /// Feeds every record below `target` that the tallies haven't seen. Partitions that `target` doesn't name stay where they are.
    func advance(to target: Positions) throws(ReplayError) {}

    /// To the lake's end.
    func advance() throws(ReplayError) { try advance(to: stored) }

    /// The newest time stamp of a partition so far; nil before its first record.
    func newest(_ place: Positions.Place) -> Int64? { nil }
}
