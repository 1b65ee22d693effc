// The board of all partitions: this process's own as they are now, the others as last published. The sum is kept from
// frame to frame and takes what each partition has changed since, so that a frame costs what has changed and not what
// is held; when partitions come or go it is made anew.
// Not who publishes the result (SharedPublisher.swift).

import Basics
import PlanetFigures
import StateBytes
import Telemetry

struct MergedBoard {
    /// A partition that another process owns.
    private struct Published {
        var state: PublishedState
        let aggregates: Aggregates
    }
    private struct Part {
        let place: TopicPartition?
        let next: Int64
        let aggregates: Aggregates
    }
    private var published: [String: Published] = [:]
    /// Damaged states by partition: their offsets.
    private var refused: [String: Int64] = [:]
    private var sum = Aggregates()
    /// What the sum is of; nil: nothing yet, and no viewer's board has had it.
    private var followed: [Aggregates]?
    /// How many groups the last call of `fill` looked at.
    private(set) var looked = 0
    private let lookedAt = Metrics.shared.counter(
        "planetarium_live_groups_total", "Groups looked at to merge partitions and to find what a frame has to say.")
    private let rebuilt = Metrics.shared.counter(
        "planetarium_live_rebuilds_total", "Times the merged board was made anew, as partitions had come or gone.")

    /// Brings `board`, the same as at the last call, up to date. `owned` are this process's partitions; `states` what
    /// planet-state says.
    mutating func fill(
        _ board: inout Board, _ owned: some Collection<OwnedPartition>, _ states: [String: PublishedState]
    ) -> BoardFilling {
        let parts = parts(owned, states)
        board.positions = Positions()
        for part in parts { if let place = part.place { board.positions[place] = part.next } }
        let now = parts.map(\.aggregates)
        let isSame = followed.map { $0.count == now.count && zip($0, now).allSatisfy { $0 === $1 } } ?? false
        if !isSame { beginAnew(now) }
        var groups = GroupWriter()
        looked = sum.follow(now)
        for (index, aggregate) in sum.all.enumerated() {
            groups.removeAll()
            aggregate.write(.changes, to: &groups)
            if isSame {
                board.apply(groups.items, to: index)
            } else {
                groups.removeAll()
                aggregate.write(.all, to: &groups)
                board.replace(groups.items, at: index)
            }
        }
        looked += groups.looked
        lookedAt.add(looked)
        return isSame ? .changes : .anew
    }

    /// The next board is another one: it knows nothing yet.
    mutating func forget() {
        for part in followed ?? [] { part.forgetFollower() }
        followed = nil
        sum = Aggregates()
        published = [:]
        refused = [:]
    }

    private mutating func beginAnew(_ parts: [Aggregates]) {
        for part in (followed ?? []) + parts { part.forgetFollower() }
        followed = parts
        sum = Aggregates()
        rebuilt.add()
    }

    /// In an order that stays: one's own, then the others by name.
    private mutating func parts(
        _ owned: some Collection<OwnedPartition>, _ states: [String: PublishedState]
    ) -> [Part] {
        var parts: [Part] = []
        var taken: Set<String> = []
        for partition in owned {
            // While a partition is read again from its beginning, what was published of it is further.
            if !partition.isCaughtUp, let state = states[partition.name], state.next > partition.next { continue }
            taken.insert(partition.name)
            partition.tally.settle()
            parts.append(Part(place: partition.place, next: partition.next, aggregates: partition.tally.aggregates))
        }
        for (name, state) in states.sorted(by: { $0.key < $1.key }) where !taken.contains(name) {
            guard let known = take(state, of: name) else { continue }
            parts.append(Part(place: TopicPartition(name), next: known.state.next, aggregates: known.aggregates))
        }
        for name in Array(published.keys) where taken.contains(name) || states[name] == nil { published[name] = nil }
        return parts
    }

    /// A later state goes into the aggregates that are followed: only what differs is merged. A damaged one leaves the
    /// one before it standing.
    private mutating func take(_ state: PublishedState, of name: String) -> Published? {
        let known = published[name]
        if known?.state.next == state.next || refused[name] == state.next { return known }
        // An earlier one is of another log, and no sum of what was followed.
        let isLater = known.map { $0.state.next < state.next } ?? false
        let aggregates = isLater ? known?.aggregates ?? Aggregates() : Aggregates()
        if MergedBoard.restore(aggregates, from: state) {
            published[name] = Published(state: state, aggregates: aggregates)
        } else {
            refused[name] = state.next
            Log.error("a published state is damaged", ["state": name, "next": state.next])
            if isLater, let known { _ = MergedBoard.restore(known.aggregates, from: known.state) }
        }
        return published[name]
    }

    private static func restore(_ aggregates: Aggregates, from state: PublishedState) -> Bool {
        var reader = StateReader(state.bytes)
        do throws(StateError) {
            try aggregates.restore(from: &reader)
            return true
        } catch {
            return false
        }
    }
}
