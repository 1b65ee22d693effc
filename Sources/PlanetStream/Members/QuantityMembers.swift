// Who is counted by a quantity's value: statistics, and the cells of the mass-radius and period-radius diagrams.
// Not the zone diagram, whose quantities are predicted (PredictedMembers.swift).

import PlanetCore

extension StatQuantity {
    var column: ColumnID {
        switch self {
        case .radius: .number(.pl_rade)
        case .mass: .number(.pl_bmasse)
        case .period: .number(.pl_orbper)
        case .distance: .number(.sy_dist)
        }
    }
}

extension Stats {
    /// The planets whose values the figures are of.
    static func members(of group: String) -> GroupMembers? {
        let name = GroupName(group)
        guard name.count >= 3, let quantity = StatQuantity.allCases.first(where: { $0.name == name[0] }),
            ["all", "measured"].contains(name[name.count - 1])
        else { return nil }
        let method = name.parts[1..<name.count - 1].joined(separator: "/")
        let isMeasuredOnly = name[name.count - 1] == "measured"
        return .each(quantity.column, .text(.discoverymethod)) { planet in
            guard method == "all" || planet.discovery[.discoverymethod] == method,
                let value = FactReader.measurement(planet.discovery, quantity.columns)
            else { return false }
            return value.isMeasured || !isMeasuredOnly
        }
    }
}

extension Grid {
    static func members(of group: String, _ first: LogAxis, _ second: LogAxis) -> GroupMembers? {
        let name = GroupName(group)
        let isOutside = group == "outside/all"
        let i = name.whole(1)
        let j = name.whole(2)
        if !isOutside {
            guard name.count == 3, ["all", "measured"].contains(name[0]), let i, let j, (0..<first.count).contains(i),
                (0..<second.count).contains(j)
            else { return nil }
        }
        let isMeasuredOnly = name[0] == "measured"
        return .each(first.quantity.column, second.quantity.column) { planet in
            guard let a = FactReader.measurement(planet.discovery, first.quantity.columns),
                let b = FactReader.measurement(planet.discovery, second.quantity.columns)
            else { return false }
            guard let column = first.bin(a.log10), let row = second.bin(b.log10) else { return isOutside }
            return column == i && row == j && (!isMeasuredOnly || (a.isMeasured && b.isMeasured))
        }
    }
}

extension MassRadius {
    static func members(of group: String) -> GroupMembers? { Grid.members(of: group, .mass, .radius) }
}

extension PeriodRadius {
    static func members(of group: String) -> GroupMembers? { Grid.members(of: group, .period, .radius) }
}

extension MassRadiusRelation {
    static func members(of group: String) -> GroupMembers? {
        lines.contains { $0.group == group }
            ? .nothing("A line of a published relation: no planet is counted in it.") : nil
    }
}
