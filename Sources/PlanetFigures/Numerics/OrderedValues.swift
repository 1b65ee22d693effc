// A sorted multiset of doubles: exact quantiles while it is small, the exact smallest and largest always. Above 20,000
// values only the 64 at either end are kept, and the owner supplies all again when needed (`isShort`). Its answers
// depend only on the values that are in it now.

import StateBytes

struct OrderedValues: Sendable {
    /// Quantiles are exact up to this number.
    static let exactLimit = 10_000
    /// Values are kept up to this number, so that a set with about `exactLimit` values isn't rebuilt all the time.
    static let keepLimit = 20_000
    private static let endLength = 64

    private(set) var count = 0
    /// While all values are kept.
    private var values: [Double]? = []
    private var added: [Double] = []
    private var removed: [Double] = []
    /// Otherwise: the smallest values (ascending) and the largest (descending).
    private var low: [Double] = []
    private var high: [Double] = []

    init() {}

    /// True if dropped values are needed: call `refill` with all of them before asking anything.
    var isShort: Bool {
        values == nil && (count <= OrderedValues.exactLimit || low.isEmpty || high.isEmpty)
    }

    @inline(__always)
    mutating func add(_ value: Double, weight: Int) {
        if weight > 0 { insert(value) } else { remove(value) }
    }

    mutating func insert(_ value: Double) {
        count += 1
        if values != nil {
            added.append(value)
            if count > OrderedValues.keepLimit { letGo() } else { settleIfLong() }
            return
        }
        // What is held is the beginning of all values in order; an equal of the last one held comes right after it,
        // whether or not there are equals that aren't held. (Planets with the same extreme value, as rounding makes
        // them, must not use the ends up when they are revised.)
        if let worst = low.last, value <= worst { OrderedValues.enter(value, &low) { $0 < $1 } }
        if let worst = high.last, value >= worst { OrderedValues.enter(value, &high) { $0 > $1 } }
    }

    /// Removes one value that is in the set.
    mutating func remove(_ value: Double) {
        count -= 1
        if values != nil {
            removed.append(value)
            settleIfLong()
            return
        }
        if let worst = low.last, value <= worst, let place = low.firstIndex(of: value) { low.remove(at: place) }
        if let worst = high.last, value >= worst, let place = high.firstIndex(of: value) { high.remove(at: place) }
    }

    /// All values again, in any order.
    mutating func refill(_ all: [Double]) {
        precondition(all.count == count, "BUG: \(all.count) values for a set of \(count)")
        values = all.sorted()
        added = []
        removed = []
        low = []
        high = []
        if count > OrderedValues.keepLimit { letGo() }
    }

    /// Both sets together; neither may be short.
    mutating func merge(_ other: OrderedValues) {
        precondition(!isShort && !other.isShort, "BUG: a merge of sets that lack values")
        var other = other
        settle()
        other.settle()
        if let mine = values, let theirs = other.values {
            values = OrderedValues.merged(mine, theirs)
            count += other.count
            if count > OrderedValues.keepLimit { letGo() }
            return
        }
        let mine = ends
        let theirs = other.ends
        low = OrderedValues.joined(mine.low, count, theirs.low, other.count) { $0 < $1 }
        high = OrderedValues.joined(mine.high, count, theirs.high, other.count) { $0 > $1 }
        values = nil
        count += other.count
    }

    /// The smallest and the largest value; nil without values.
    mutating func extremes() -> (minimum: Double, maximum: Double)? {
        settle()
        guard count > 0, let least = values?.first ?? low.first, let greatest = values?.last ?? high.first else {
            return nil
        }
        return (least, greatest)
    }

    /// Type 7 (linear between the two nearest ranks); nil without values, and if there are too many to be exact.
    mutating func quantiles(_ qs: [Double]) -> [Double]? {
        guard count > 0, count <= OrderedValues.exactLimit else { return nil }
        settle()
        guard let values else { preconditionFailure("BUG: quantiles of a set that lacks values") }
        return qs.map { q in
            let place = q * Double(values.count - 1)
            let index = Int(place.rounded(.down))
            guard index + 1 < values.count else { return values[values.count - 1] }
            return values[index] + (place - Double(index)) * (values[index + 1] - values[index])
        }
    }

    /// All values in order, if they are kept.
    mutating func kept() -> [Double]? {
        settle()
        return values
    }

    private var ends: (low: [Double], high: [Double]) {
        guard let values else { return (low, high) }
        return (
            Array(values.prefix(OrderedValues.endLength)), Array(values.suffix(OrderedValues.endLength).reversed())
        )
    }

    private mutating func settleIfLong() {
        if added.count + removed.count >= max(1024, (values?.count ?? 0) / 4) { settle() }
    }

    /// Merges additions and removals into the sorted values.
    mutating func settle() {
        guard values != nil, !added.isEmpty || !removed.isEmpty else { return }
        if added.count + removed.count <= 4 {
            for value in added {
                let place = place(of: value)
                values?.insert(value, at: place)
            }
            for value in removed {
                let place = place(of: value)
                values?.remove(at: place)
            }
        } else {
            added.sort()
            removed.sort()
            values = OrderedValues.without(OrderedValues.merged(values ?? [], added), removed)
        }
        added.removeAll(keepingCapacity: true)
        removed.removeAll(keepingCapacity: true)
    }

    /// Index of the first value that is not less.
    private func place(of value: Double) -> Int {
        guard let values else { return 0 }
        var low = 0
        var high = values.count
        while low < high {
            let middle = (low + high) / 2
            if values[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private mutating func letGo() {
        settle()
        (low, high) = ends
        values = nil
        added = []
        removed = []
    }

    private static func enter(_ value: Double, _ end: inout [Double], _ before: (Double, Double) -> Bool) {
        let place = end.firstIndex { before(value, $0) } ?? end.count
        end.insert(value, at: place)
        if end.count > endLength { end.removeLast() }
    }

    /// The first values of two sets together. If a side has more values than shown, nothing past its last is certain.
    private static func joined(
        _ a: [Double], _ countOfA: Int, _ b: [Double], _ countOfB: Int, _ before: (Double, Double) -> Bool
    ) -> [Double] {
        let sureOfA = a.count < countOfA ? a.last : nil
        let sureOfB = b.count < countOfB ? b.last : nil
        return Array(
            (a + b).sorted(by: before).prefix { value in
                !(sureOfA.map { before($0, value) } ?? false) && !(sureOfB.map { before($0, value) } ?? false)
            }.prefix(endLength))
    }

    private static func merged(_ a: [Double], _ b: [Double]) -> [Double] {
        var out = [Double]()
        out.reserveCapacity(a.count + b.count)
        var i = 0
        var j = 0
        while i < a.count && j < b.count {
            if b[j] < a[i] {
                out.append(b[j])
                j += 1
            } else {
                out.append(a[i])
                i += 1
            }
        }
        out.append(contentsOf: a[i...])
        out.append(contentsOf: b[j...])
        return out
    }

    private static func without(_ values: [Double], _ removed: [Double]) -> [Double] {
        guard !removed.isEmpty else { return values }
        var out = [Double]()
        out.reserveCapacity(values.count)
        var next = 0
        for value in values {
            if next < removed.count, removed[next] == value { next += 1 } else { out.append(value) }
        }
        precondition(next == removed.count, "BUG: a value was taken away that was not in the set")
        return out
    }
}

extension OrderedValues {
    mutating func save(to state: inout StateWriter) {
        settle()
        state.integer(count)
        state.flag(values != nil)
        for list in values.map({ [$0] }) ?? [low, high] {
            state.integer(list.count)
            for value in list { state.real(value) }
        }
    }

    mutating func restore(from state: inout StateReader) throws(StateError) {
        self = OrderedValues()
        count = try state.integer()
        var lists: [[Double]] = []
        let isKept = try state.flag()
        for _ in 0..<(isKept ? 1 : 2) {
            var list: [Double] = []
            for _ in 0..<(try state.count()) { list.append(try state.real()) }
            lists.append(list)
        }
        if isKept {
            values = lists[0]
            guard lists[0].count == count else { throw .damaged }
        } else {
            values = nil
            low = lists[0]
            high = lists[1]
        }
    }
}
