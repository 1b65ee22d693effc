// Which partition a batch's records without a key go to. For those with one see Basics/Partitioner.swift.

/// Puts the records without a key of one batch into one partition, and those of the next batch into the next one.
struct UnkeyedTurn: Sendable {
    private var turn: Int32 = 0

    mutating func next(among count: Int32) -> Int32 {
        defer { turn = (turn + 1) % count }
        return turn % count
    }
}
