// Who is counted where a planet's own columns say it: totals, methods, years, facilities, hosts, columns' quality.
// Not the predicted classes (PredictedMembers.swift), nor quantities (QuantityMembers.swift).

import Basics
import PlanetCore

extension Totals {
    static func members(of group: String) -> GroupMembers? {
        switch group {
        case "planets": .each(.text(.pl_name), isFixed: true) { _ in true }
        case "controversial": .each(.number(.pl_controv_flag), isFixed: true) { $0.discovery[.pl_controv_flag] == 1 }
        case "hosts": Hosts.members { _ in true }
        case "facilities":
            .planets(unit: .planets, columns: [.text(.disc_facility)], isFixed: true) { planets in
                let found = planets.indices.filter { planets[$0].discovery[.disc_facility] != nil }
                return CountedMembers(found, value: Set(found.map { planets[$0].discovery[.disc_facility] }).count)
            }
        case "aliases": .aliases
        case "records": .records(.records, isFixed: true)
        case "revisions": .records(.revisions, isFixed: true)
        case "duplicates": .records(.duplicates, isFixed: true)
        case "withdrawals": .records(.withdrawals, isFixed: true)
        case "rejected": .records(.rejected, isFixed: true)
        case "warned": .records(.warned, isFixed: true)
        case "late": .records(.late, isFixed: true)
        default: nil
        }
    }
}

extension ByMethod {
    static func members(of group: String) -> GroupMembers? {
        .each(.text(.discoverymethod)) { $0.discovery[.discoverymethod] == group }
    }
}

extension ByYear {
    static func members(of group: String) -> GroupMembers? {
        guard let year = GroupName.whole(group) else { return nil }
        return .each(.number(.disc_year)) { $0.discovery.integer(.disc_year) == year }
    }
}

extension ByFacility {
    static func members(of group: String) -> GroupMembers? {
        .each(.text(.disc_facility)) { $0.discovery[.disc_facility] == group }
    }
}

extension ByMethodYear {
    static func members(of group: String) -> GroupMembers? {
        guard let slash = group.lastIndex(of: "/"), let year = GroupName.whole(group[group.index(after: slash)...])
        else { return nil }
        let method = String(group[..<slash])
        return .each(.text(.discoverymethod), .number(.disc_year)) {
            $0.discovery[.discoverymethod] == method && $0.discovery.integer(.disc_year) == year
        }
    }
}

extension Cumulative {
    /// `Transit`: the line's last point; `Transit/2016`: the point of that year.
    static func members(of group: String) -> GroupMembers? {
        var method = group
        var last = Int.max
        if let slash = group.lastIndex(of: "/"), let year = GroupName.whole(group[group.index(after: slash)...]) {
            method = String(group[..<slash])
            last = year
        }
        return .each(.text(.discoverymethod), .number(.disc_year)) { [method, last] planet in
            guard let year = planet.discovery.integer(.disc_year), year <= last else { return false }
            return method == "all" || planet.discovery[.discoverymethod] == method
        }
    }
}

extension Hosts {
    static func members(of group: String) -> GroupMembers? {
        if group == "hosts" { return members { _ in true } }
        let name = GroupName(group)
        guard name.count == 2, name[0] == "planets_per_host", let number = name.whole(1), number > 0 else { return nil }
        return members(isFixed: false) { $0 == number }
    }

    /// The planets of hosts whose number of planets is one of the wanted; the value is how many hosts.
    static func members(isFixed: Bool = true, _ isWanted: @escaping @Sendable (Int) -> Bool) -> GroupMembers {
        .planets(unit: .hosts, columns: [.text(.hostname)], isFixed: isFixed) { planets in
            let hosts = planets.map { $0.discovery[.hostname].map { IdentityKey.of($0) ?? $0 } }
            var numbers: [String: Int] = [:]
            for host in hosts { if let host { numbers[host, default: 0] += 1 } }
            let found = planets.indices.filter { hosts[$0].flatMap { numbers[$0] }.map(isWanted) ?? false }
            return CountedMembers(found, value: numbers.values.count(where: isWanted))
        }
    }
}

extension Quality {
    /// `pl_rade`: those with a value; `pl_rade/forecast`, `pl_rade/missing` ...: those counted there.
    static func members(of group: String) -> GroupMembers? {
        let name = GroupName(group)
        guard name.count <= 2, let column = Columns.find(name[0]), column.name == name[0],
            let read = provenance(in: column.id)
        else { return nil }
        if name.count == 1 { return .each(column.id, isFixed: true) { read($0.discovery) != .missing } }
        guard let wanted = Provenance(rawValue: name[1]) else { return nil }
        return .each(column.id, isFixed: true) { read($0.discovery) == wanted }
    }
}

extension Warnings {
    static func members(of group: String) -> GroupMembers? {
        Rule(rawValue: group) == nil ? nil : .records(.warning(group), isFixed: false)
    }
}

extension Rejects {
    /// Any name: a record of another program says its own rules.
    static func members(of group: String) -> GroupMembers? { .records(.reject(group), isFixed: false) }
}

extension Rate {
    static func members(of group: String) -> GroupMembers? {
        let name = GroupName(group)
        guard name.count == 2 else { return nil }
        switch name[0] {
        case "minute":
            guard name[1].hasSuffix("Z"), let time = RFC3339.micros("\(name[1].dropLast()):00Z") else { return nil }
            return .records(.minute(time.floorDivided(by: 60_000_000)), isFixed: false)
        case "day":
            guard let time = RFC3339.micros("\(name[1])T00:00:00Z") else { return nil }
            return .records(.day(time.floorDivided(by: UTCDay.micros)), isFixed: false)
        default: return nil
        }
    }
}

extension Newest {
    static func members(of group: String) -> GroupMembers? { group == "list" ? .newest(places) : nil }
}
