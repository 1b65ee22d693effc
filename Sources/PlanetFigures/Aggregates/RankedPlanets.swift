// The best planets by a rank, each a group of its own with a finished JSON value. Which are shown depends on the
// present planets, not on when they came. A delta carries only those that changed.

import StateBytes

struct RankedPlanets: AggregateState {
    private struct Entry: Sendable {
        /// The lowest is shown first.
        let rank: Double
        let json: [UInt8]
    }
    /// The most to show.
    private let places: Int
    private var entries: [String: Entry] = [:]
    private var shown: [String] = []
    /// The last place's rank, once all places are taken: worse ones change nothing.
    private var last: (rank: Double, key: String)?
    private var isStale = false
    private var published: [String: [UInt8]] = [:]

    init(places: Int) { self.places = places }

    mutating func add(_ key: String, rank: Double, json: @autoclosure () -> [UInt8], weight: Int) {
        entries[key] = weight > 0 ? Entry(rank: rank, json: json()) : nil
        if let last, (rank, key) > last { return }
        isStale = true
    }

    mutating func merge(_ other: RankedPlanets) {
        for (key, entry) in other.entries { entries[key] = entry }
        isStale = true
    }

    private mutating func settle() {
        guard isStale else { return }
        isStale = false
        // By rank alone first: comparing numbers is cheap, and most planets are far from the top.
        var candidates = entries.map { (rank: $0.value.rank, key: $0.key) }
        if candidates.count > places {
            let limit = candidates.map(\.rank).sorted()[places - 1]
            candidates.removeAll { $0.rank > limit }
        }
        candidates.sort { $0 < $1 }
        shown = candidates.prefix(places).map(\.key)
        last = candidates.count >= places ? candidates[places - 1] : nil
    }

    mutating func write(_ scope: GroupWriter.Scope, to groups: inout GroupWriter) {
        settle()
        var now: [String: [UInt8]] = [:]
        for key in shown { now[key] = entries[key]?.json }
        for key in shown {
            guard let json = now[key], scope == .all || published[key] != json else { continue }
            groups.json(key, json)
        }
        if scope == .changes {
            for key in published.keys where now[key] == nil { groups.gone(key) }
            published = now
        }
    }

    func save(to state: inout StateWriter) {
        state.integer(entries.count)
        state.inOrder(entries) { state, key, entry in
            state.text(key)
            state.real(entry.rank)
            state.blob(entry.json)
        }
    }

    mutating func restore(from state: inout StateReader) throws(StateError) {
        self = RankedPlanets(places: places)
        for _ in 0..<(try state.count()) {
            let key = try state.text()
            let rank = try state.real()
            guard !rank.isNaN else { throw .damaged }
            entries[key] = Entry(rank: rank, json: try state.blob())
        }
        isStale = true
    }
}
