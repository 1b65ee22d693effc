// How often each rule warned, or rejected a record, as records came. Rules of other programs that write to the log are
// all counted under `other`, so groups are never more than the rules.
// Not of the catalogue as it is: a warning stays counted when the planet is revised.

import PlanetCore

final class CountedRules: StoredAggregate {
    let name: String
    let digested = Digested.none
    var state = GroupCounts()
    private let recordsOf: (String) -> RecordGroup
    private let isCounted: (CatalogueEvent.Kind) -> Bool

    /// `isCounted`: whether the rules of a record are counted here.
    init(
        _ name: String, _ recordsOf: @escaping (String) -> RecordGroup,
        isCounted: @escaping (CatalogueEvent.Kind) -> Bool
    ) {
        self.name = name
        self.recordsOf = recordsOf
        self.isCounted = isCounted
    }

    func apply(_ events: ArraySlice<CatalogueEvent>) {
        for index in events.indices where !events[index].rules.isEmpty && isCounted(events[index].kind) {
            for rule in events[index].rules { state.add(named: Rule.counted(rule), weight: 1) }
        }
    }

    func members(of group: String) -> GroupMembers? {
        Rule.counted(group) == group ? .records(recordsOf(group), isFixed: false) : nil
    }
}

extension CatalogueEvent.Kind {
    /// Whether the record's rules are warnings that count: a copy's, and a late record's, don't.
    var warns: Bool {
        guard case .change(let change) = self else { return false }
        return change != .duplicate && change != .late
    }

    var isRefusal: Bool { self == .invalid || self == .rejected }
}
