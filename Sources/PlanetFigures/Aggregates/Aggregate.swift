// An aggregate has three parts: algebra (an element of a commutative group that planets are added to and subtracted
// from), rendering (its groups on the board) and saving. Most keep one value for all three: StoredAggregate.
// Aggregates.swift lists them.

import PlanetCore
import StateBytes

/// Which of an aggregate's groups are in the board's digest: those that depend on the catalogue's planets alone, not on
/// when or how often they came.
package enum Digested: Sendable {
    case all
    case none
    case groups([String])

    package func contains(_ group: String) -> Bool {
        switch self {
        case .all: true
        case .none: false
        case .groups(let names): names.contains(group)
        }
    }
}

package protocol AggregateAlgebra: AnyObject {
    /// Adds (weight 1) or removes (weight -1) a planet; removed, it must be as it was when added.
    func add(_ planet: PlanetFacts, weight: Int)

    /// A record came, whatever its effect.
    func note(_ event: borrowing CatalogueEvent)

    /// Applies a batch in log order. Called through the protocol once per batch; the loop inside is the conformer's.
    func apply(_ events: ArraySlice<CatalogueEvent>)

    /// Adds the state of another partition's aggregate.
    func merge(_ other: Self)

    /// Makes this the sum of `parts`, which it was at the last call: takes what each has changed since, the first time
    /// all of it. A part has one follower, and is not written with `.changes`. Returns how many groups were looked at.
    func follow(_ parts: [Self]) -> Int
    /// The next to follow starts with all there is.
    func forgetFollower()

    /// True when values are missing that only the keyed state has; then `refill` is called before `write`.
    var isShort: Bool { get }
    /// `planets` calls back with PlanetFacts where predictions are wanted, which take longer than all the rest.
    func refill(_ planets: (_ withPredictions: Bool, _ each: (PlanetValues) -> Void) -> Void)
}

extension AggregateAlgebra {
    func add(_ planet: PlanetFacts, weight: Int) {}
    func note(_ event: borrowing CatalogueEvent) {}

    func apply(_ events: ArraySlice<CatalogueEvent>) {
        events.withUnsafeBufferPointer { events in
            // By index: an element taken out would be copied with all it refers to.
            for index in events.indices {
                if let before = events[index].before { add(before, weight: -1) }
                if let after = events[index].after { add(after, weight: 1) }
                note(events[index])
            }
        }
    }

    var isShort: Bool { false }
    func refill(_ planets: (_ withPredictions: Bool, _ each: (PlanetValues) -> Void) -> Void) {}

    func forgetFollower() {}

    /// Follows those whose type is known only now.
    func followSame(_ parts: [any AggregateAlgebra]) -> Int {
        follow(
            parts.map { part in
                guard let same = part as? Self else {
                    preconditionFailure("BUG: \(Self.self) follows another aggregate")
                }
                return same
            })
    }

    /// Merges with one whose type is known only at run time.
    func mergeSame(_ other: any AggregateAlgebra) {
        guard let same = other as? Self else { preconditionFailure("BUG: \(Self.self) merged with another aggregate") }
        merge(same)
    }
}

package protocol AggregateRendering: AnyObject {
    /// The name on the board (docs/LIVE.md).
    var name: String { get }
    var digested: Digested { get }

    /// Writes all groups, or those that may have changed since the last call with `.changes`.
    func write(_ scope: GroupWriter.Scope, to groups: inout GroupWriter)

    /// What the group of this name counts; nil if there can be no such group. Not on the data path.
    func members(of group: String) -> GroupMembers?
}

extension AggregateRendering {
    var digested: Digested { .all }
}

package protocol AggregateSaving: AnyObject {
    func save(to state: inout StateWriter)
    /// Saves the present state later, on another thread: large parts are copies that cost nothing until a change.
    func deferredSave() -> @Sendable (inout StateWriter) -> Void
    /// Replaces the state; the aggregate is new.
    func restore(from state: inout StateReader) throws(StateError)
}

extension AggregateSaving {
    func deferredSave() -> @Sendable (inout StateWriter) -> Void {
        var state = StateWriter(isOrdered: true)
        save(to: &state)
        let saved = state.bytes
        return { $0.append(saved) }
    }
}

package typealias Aggregate = AggregateAlgebra & AggregateRendering & AggregateSaving

/// A value that can be merged, shown and saved. Its copies cost nothing until they change.
protocol AggregateState: Sendable {
    mutating func merge(_ other: Self)
    mutating func write(_ scope: GroupWriter.Scope, to groups: inout GroupWriter)
    func save(to state: inout StateWriter)
    mutating func restore(from state: inout StateReader) throws(StateError)
}

/// An aggregate whose state is one value; only the effect of a planet or a record is its own.
protocol StoredAggregate: Aggregate {
    associatedtype State: AggregateState
    var state: State { get set }
}

extension StoredAggregate {
    func merge(_ other: Self) { state.merge(other.state) }
    func write(_ scope: GroupWriter.Scope, to groups: inout GroupWriter) { state.write(scope, to: &groups) }
    func save(to state: inout StateWriter) { self.state.save(to: &state) }
    func deferredSave() -> @Sendable (inout StateWriter) -> Void { { [state] in state.save(to: &$0) } }
    func restore(from state: inout StateReader) throws(StateError) { try self.state.restore(from: &state) }
}
