// Where a batch's records without a key go. Not those with one (Basics/Partitioner.swift).

/// Gives the records without a key of one batch the same partition, and the next batch's the next one.
struct UnkeyedTurn: Sendable {
    private var turn: Int32 = 0

    mutating func next(among count: Int32) -> Int32 {
        defer { turn = (turn + 1) % count }
        return turn % count
    }
}
