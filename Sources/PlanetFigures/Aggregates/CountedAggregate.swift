// Planets counted by group: a name and a grouping make an aggregate. Grouping.swift has the groupings, Aggregates.swift
// the list.

import PlanetCore

final class CountedAggregate: StoredAggregate {
    let name: String
    /// For other programs that do the same; nil for a diagram's cells.
    let description: CountedColumns?
    var state = GroupCounts()
    /// Lines beside the counts.
    private var lines: ConstantLines
    private let count: (ArraySlice<CatalogueEvent>, inout GroupCounts) -> Void
    private let membersOf: (String) -> GroupMembers?
    private let isMeasured: (String) -> Bool?

    init<Key>(_ name: String, _ grouping: Grouping<Key>, lines: ConstantLines = ConstantLines()) {
        self.name = name
        self.lines = lines
        description =
            grouping.by.isEmpty
            ? nil : CountedColumns(aggregate: name, by: grouping.by, countsNull: grouping.countsNull)
        count = { grouping.count($0, in: &$1) }
        membersOf = grouping.members
        isMeasured = Key.isMeasured
    }

    convenience init<First, Second>(_ name: String, _ first: Grouping<First>, _ second: Grouping<Second>) {
        self.init(name, Grouping<PairKey<First, Second>>(first, second))
    }

    /// How many groups have a planet in the catalogue.
    var distinct: Int { state.distinct }

    func apply(_ events: ArraySlice<CatalogueEvent>) { count(events, &state) }

    func follow(_ parts: [CountedAggregate]) -> Int {
        parts.reduce(0) { $0 + state.takeChanges(of: &$1.state) }
    }

    func forgetFollower() { state.forgetFollower() }

    func write(_ scope: GroupWriter.Scope, to groups: inout GroupWriter) {
        lines.write(scope, to: &groups)
        state.write(scope, to: &groups, isMeasured: isMeasured)
    }

    func members(of group: String) -> GroupMembers? { lines.members(of: group) ?? membersOf(group) }
}
