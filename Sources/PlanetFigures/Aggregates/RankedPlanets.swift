// The best planets by a rank, each a group of its own with a finished JSON value. Which are shown follows from the
// planets there are, not from when they came. A delta carries only those that changed.

import StateBytes

struct RankedPlanets: AggregateState {
    private struct Entry: Sendable {
        /// The lowest is shown first.
        let rank: Double
        let json: [UInt8]
    }
    private struct Place: Sendable, Comparable {
        let rank: Double
        let key: String
        static func < (a: Place, b: Place) -> Bool { (a.rank, a.key) < (b.rank, b.key) }
    }
    /// Shown at most.
    private let places: Int
    private var entries: [String: Entry] = [:]
    /// The best in order, up to twice as many as are shown: what is not among them comes after the last of them.
    private var best: [Place] = []
    /// Every entry is among the best.
    private var isWhole = true
    /// Rises when what is shown may have changed.
    private var version = 0
    /// Those of the parts that are followed.
    private var seen: [Int] = []
    private var published: (version: Int, values: [String: [UInt8]]) = (-1, [:])

    init(places: Int) { self.places = places }

    mutating func add(_ key: String, rank: Double, json: @autoclosure () -> [UInt8], weight: Int) {
        if weight > 0 {
            put(key, Entry(rank: rank, json: json()))
        } else if let old = entries.removeValue(forKey: key) {
            leave(Place(rank: old.rank, key: key))
        }
    }

    private mutating func put(_ key: String, _ entry: Entry) {
        if let old = entries.updateValue(entry, forKey: key) { leave(Place(rank: old.rank, key: key)) }
        let place = Place(rank: entry.rank, key: key)
        if !isWhole {
            guard let last = best.last, place < last else { return }
        }
        let index = index(of: place)
        best.insert(place, at: index)
        if index < places { version &+= 1 }
        if best.count > 2 * places {
            best.removeLast()
            isWhole = false
        }
    }

    private mutating func leave(_ place: Place) {
        let index = index(of: place)
        guard index < best.count, best[index] == place else { return }
        best.remove(at: index)
        if index < places { version &+= 1 }
    }

    /// Of the first that is not before `place`.
    private func index(of place: Place) -> Int {
        var low = 0
        var high = best.count
        while low < high {
            let middle = (low + high) / 2
            if best[middle] < place { low = middle + 1 } else { high = middle }
        }
        return low
    }

    mutating func merge(_ other: RankedPlanets) {
        for (key, entry) in other.entries { put(key, entry) }
    }

    /// Has enough of the best. Only when as many have left as are shown it looks at all of them.
    mutating func settle() {
        guard !isWhole, best.count < places else { return }
        // By rank alone first: comparing numbers is cheap, and most planets are far from the top.
        var candidates = entries.map { Place(rank: $0.value.rank, key: $0.key) }
        if candidates.count > 2 * places {
            let limit = candidates.map(\.rank).sorted()[2 * places - 1]
            candidates.removeAll { $0.rank > limit }
        }
        candidates.sort()
        best = Array(candidates.prefix(2 * places))
        isWhole = best.count == entries.count
        version &+= 1
    }

    /// Has the best of all parts, which are settled, and no others. Returns how many it looked at.
    mutating func follow(_ parts: [RankedPlanets]) -> Int {
        let now = parts.map(\.version)
        guard now != seen else { return parts.count }
        seen = now
        let shown = parts.flatMap { part in part.best.prefix(places).map { ($0, part.entries[$0.key]) } }
        let all = shown.sorted { $0.0 < $1.0 }.prefix(places)
        best = all.map(\.0)
        entries = [:]
        for (place, entry) in all { entries[place.key] = entry }
        isWhole = true
        version &+= 1
        return shown.count
    }

    mutating func write(_ scope: GroupWriter.Scope, to groups: inout GroupWriter) {
        settle()
        groups.looked += 1
        if scope == .changes, published.version == version { return }
        let shown = best.prefix(places)
        groups.looked += shown.count
        var now: [String: [UInt8]] = [:]
        for place in shown { now[place.key] = entries[place.key]?.json }
        for place in shown {
            guard let json = now[place.key], scope == .all || published.values[place.key] != json else { continue }
            groups.json(place.key, json)
        }
        if scope == .changes {
            for key in published.values.keys where now[key] == nil { groups.gone(key) }
            published = (version, now)
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
        entries = [:]
        best = []
        isWhole = true
        version &+= 1
        for _ in 0..<(try state.count()) {
            let key = try state.text()
            let rank = try state.real()
            guard !rank.isNaN else { throw .damaged }
            put(key, Entry(rank: rank, json: try state.blob()))
        }
    }
}
