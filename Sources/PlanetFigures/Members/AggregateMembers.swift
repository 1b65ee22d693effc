// From a group on the board to what it counts, for other targets. Each aggregate's file says what it counts; the
// planets are in the caller's catalogue.

import PlanetCore

package enum AggregateMembers {
    /// What the group of this name counts. Names are the board's (docs/LIVE.md), and some finer ones (docs/API.md).
    package static func of(_ aggregate: String, group: String) -> GroupMembers {
        guard let asked = Aggregates().all.first(where: { $0.name == aggregate }) else { return .unknownAggregate }
        return asked.members(of: group) ?? .unknownGroup
    }
}

/// A group's name split at its slashes.
struct GroupName {
    let parts: [Substring]
    init(_ group: String) { parts = group.split(separator: "/", omittingEmptySubsequences: false) }

    subscript(_ place: Int) -> String { place < parts.count ? String(parts[place]) : "" }
    var count: Int { parts.count }

    /// A whole number as written on the board; nil for any other spelling.
    static func whole(_ text: some StringProtocol) -> Int? {
        guard let number = Int(text), "\(number)" == text else { return nil }
        return number
    }
    func whole(_ place: Int) -> Int? { GroupName.whole(self[place]) }
}
