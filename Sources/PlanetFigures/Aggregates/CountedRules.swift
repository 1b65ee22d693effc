// How often each rule warned about a record, or rejected one, as records came. Rules of other programs that write to
// the log are counted together under `other`, so there are no more groups than rules. Not by the present catalogue: a
// warning remains counted when the planet is revised.

import PlanetCore

final class CountedRules: StoredAggregate {
    let name: String
    let digested = Digested.none
    var state = GroupCounts()
    private let recordsOf: (String) -> RecordGroup
    private let isCounted: (CatalogueEvent.Kind) -> Bool

    /// `isCounted`: whether the rules of a record count here.
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

    func follow(_ parts: [CountedRules]) -> Int {
        parts.reduce(0) { $0 + state.takeChanges(of: &$1.state) }
    }

    func forgetFollower() { state.forgetFollower() }

    func members(of group: String) -> GroupMembers? {
        Rule.counted(group) == group ? .records(recordsOf(group), isFixed: false) : nil
    }
}

extension CatalogueEvent.Kind {
    /// Whether the record's rules are warnings that count: those of a copy or a late record don't.
    var warns: Bool {
        guard case .change(let change) = self else { return false }
        return change != .duplicate && change != .late
    }

    var isRefusal: Bool { self == .invalid || self == .rejected }
}
