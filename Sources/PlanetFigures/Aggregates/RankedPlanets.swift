// The best planets by a rank, each a group of its own with a finished JSON value. Which are shown follows from the
// planets there are, not from when they came. A delta carries only those that changed. Only the best are kept, some
// more than are shown; when too few of them are left, the owner supplies all again (`isShort`).

import StateBytes

struct RankedPlanets: AggregateState {
    private struct Place: Sendable, Comparable {
        /// The lowest is shown first.
        let rank: Double
        let key: String
        var json: [UInt8] = []
        static func < (a: Place, b: Place) -> Bool { (a.rank, a.key) < (b.rank, b.key) }
        static func == (a: Place, b: Place) -> Bool { (a.rank, a.key) == (b.rank, b.key) }
    }
    /// Shown at most.
    private let places: Int
    /// Kept at most.
    private let kept: Int
    /// All that have a rank.
    private var count = 0
    /// The best in order: what is not among them comes after the last of them.
    private var best: [Place] = []
    /// Rises when what is shown may have changed.
    private var version = 0
    /// Those of the parts that are followed.
    private var seen: [Int] = []
    private var published: (version: Int, places: [Place]) = (-1, [])

    /// `kept`: a multiple of the places, so that planets that leave are mostly followed by ones that are here.
    init(places: Int, kept: Int? = nil) {
        self.places = places
        self.kept = kept ?? 8 * places
    }

    private var isWhole: Bool { best.count == count }

    /// True if planets are needed that are not kept: call `refill` before asking anything.
    var isShort: Bool { !isWhole && best.count < places }

    /// A planet that is taken away must have the rank that it had.
    mutating func add(_ key: String, rank: Double, json: @autoclosure () -> [UInt8], weight: Int) {
        let place = Place(rank: rank, key: key)
        if weight < 0 { return leave(place) }
        let isKept = isWhole || best.last.map { place < $0 } == true
        count += 1
        guard isKept else { return }
        let index = index(of: place)
        best.insert(Place(rank: rank, key: key, json: json()), at: index)
        if index < places { version &+= 1 }
        if best.count > kept { best.removeLast() }
    }

    private mutating func leave(_ place: Place) {
        count -= 1
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

    /// Neither may be short.
    mutating func merge(_ other: RankedPlanets) {
        // Of a part that has more than are here nothing behind the last of these is known.
        let limit = [self, other].compactMap { $0.isWhole ? nil : $0.best.last }.min()
        var keys: Set<String> = []
        let all = (best + other.best).sorted()
        let once = all.filter { keys.insert($0.key).inserted }
        count += other.count - (all.count - once.count)
        best = Array(once.prefix { place in limit.map { !($0 < place) } ?? true }.prefix(kept))
        version &+= 1
    }

    /// `each` adds every planet again that has a rank.
    mutating func refill(_ each: (inout RankedPlanets) -> Void) {
        count = 0
        best = []
        each(&self)
        version &+= 1
    }

    /// Has the best of all parts, none of which is short, and no others. Returns how many it looked at.
    mutating func follow(_ parts: [RankedPlanets]) -> Int {
        let now = parts.map(\.version)
        guard now != seen else { return parts.count }
        seen = now
        let shown = parts.flatMap { part in part.best.prefix(places) }
        best = Array(shown.sorted().prefix(places))
        count = best.count
        version &+= 1
        return shown.count
    }

    mutating func write(_ scope: GroupWriter.Scope, to groups: inout GroupWriter) {
        groups.looked += 1
        if scope == .changes, published.version == version { return }
        let shown = Array(best.prefix(places))
        groups.looked += shown.count
        guard scope == .changes else {
            for place in shown { groups.json(place.key, place.json) }
            return
        }
        var (come, left) = RankedPlanets.difference(published.places, shown)
        // One that only moved is in both.
        for place in come where left.removeValue(forKey: place.key) != place.json { groups.json(place.key, place.json) }
        for key in left.keys { groups.gone(key) }
        published = (version, shown)
    }

    /// What two lists in order have not in common: few places, of lists that follow each other.
    private static func difference(_ before: [Place], _ now: [Place]) -> (come: [Place], left: [String: [UInt8]]) {
        var come: [Place] = []
        var left: [String: [UInt8]] = [:]
        var (old, new) = (0, 0)
        while old < before.count || new < now.count {
            if old < before.count, new < now.count, before[old] == now[new] {
                if before[old].json != now[new].json { come.append(now[new]) }
                (old, new) = (old + 1, new + 1)
            } else if new == now.count || (old < before.count && before[old] < now[new]) {
                left[before[old].key] = before[old].json
                old += 1
            } else {
                come.append(now[new])
                new += 1
            }
        }
        return (come, left)
    }

    func save(to state: inout StateWriter) {
        state.integer(count)
        state.integer(best.count)
        for place in best {
            state.text(place.key)
            state.real(place.rank)
            state.blob(place.json)
        }
    }

    mutating func restore(from state: inout StateReader) throws(StateError) {
        count = try state.integer()
        best = []
        version &+= 1
        for _ in 0..<(try state.count()) {
            let key = try state.text()
            let rank = try state.real()
            let place = Place(rank: rank, key: key, json: try state.blob())
            guard !rank.isNaN, best.last.map({ $0 < place }) ?? true else { throw .damaged }
            best.append(place)
        }
        guard best.count <= count else { throw .damaged }
    }
}
