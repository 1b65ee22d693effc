// How often each rule warned, and how often each rejected a record, as records came.
// Not of the catalogue as it is: a warning stays counted when the planet is revised.

final class Warnings: Aggregate {
    static let name = "warnings"
    static let digested = Digested.none
    private var counts = GroupCounts()

    init() {}

    func apply(_ events: ArraySlice<CatalogueEvent>) {
        for index in events.indices where !events[index].rules.isEmpty {
            guard case .change(let change) = events[index].kind, change != .duplicate, change != .late else { continue }
            for rule in events[index].rules { counts.add(named: rule, weight: 1) }
        }
    }

    func merge(_ other: Warnings) { counts.merge(other.counts) }
    func write(_ scope: GroupWriter.Scope, to groups: inout GroupWriter) { counts.write(scope, to: &groups) }
    func save(to state: inout StateWriter) { counts.save(to: &state) }
    func restore(from state: inout StateReader) throws(StateError) { try counts.restore(from: &state) }
}

final class Rejects: Aggregate {
    static let name = "rejects"
    static let digested = Digested.none
    private var counts = GroupCounts()

    init() {}

    func apply(_ events: ArraySlice<CatalogueEvent>) {
        for index in events.indices where events[index].kind == .invalid || events[index].kind == .rejected {
            for rule in events[index].rules { counts.add(named: rule, weight: 1) }
        }
    }

    func merge(_ other: Rejects) { counts.merge(other.counts) }
    func write(_ scope: GroupWriter.Scope, to groups: inout GroupWriter) { counts.write(scope, to: &groups) }
    func save(to state: inout StateWriter) { counts.save(to: &state) }
    func restore(from state: inout StateReader) throws(StateError) { try counts.restore(from: &state) }
}
