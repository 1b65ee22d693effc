// A few tallies that earlier boards were made from, so that the next board need not be replayed from the beginning.
// Bounded by their number and by their planets. Used by one thread.

struct KeptTallies {
    struct Kept {
        let positions: Positions
        let tally: Tally
        /// The time of the newest record, microseconds; 0: none.
        let newest: Int64
    }
    private static let places = 8
    /// The limit for all together; one is kept whatever its size.
    private static let planets = 400_000

    /// The most recently used last.
    private var all: [Kept] = []

    /// The nearest one below `positions`, as a copy to continue from; a new one if none is kept.
    mutating func begin(_ positions: Positions) -> Kept {
        let below = all.indices.filter { positions.reach(all[$0].positions) }
        guard let best = below.max(by: { all[$0].positions.sum < all[$1].positions.sum }) else {
            return Kept(positions: Positions(), tally: Tally(), newest: 0)
        }
        let kept = all.remove(at: best)
        all.append(kept)
        return Kept(positions: kept.positions, tally: kept.tally.fork(), newest: kept.newest)
    }

    /// The tally must not change any more.
    mutating func keep(_ kept: Kept) {
        all.removeAll { $0.positions == kept.positions }
        all.append(kept)
        while all.count > KeptTallies.places
            || (all.count > 1 && all.reduce(0) { $0 + $1.tally.planets } > KeptTallies.planets)
        {
            all.removeFirst()
        }
    }

    mutating func removeAll() { all = [] }
}
