// The headline numbers: what the catalogue contains, and what came to it. The numbers of hosts and facilities come from
// their own aggregates.

import PlanetCore
import StateBytes

final class Totals: Aggregate {
    let name = "totals"
    let digested = Digested.groups([
        "planets", "candidates", "hosts", "facilities", "controversial", "aliases",
    ])

    private enum Number: Int, CaseIterable {
        case planets, controversial, records, revisions, duplicates, withdrawals, rejected, warned, late, aliases
        /// On the board only if there are any.
        case candidates
    }
    private let hosts: Hosts
    private let facilities: CountedAggregate
    private var numbers = [Int](repeating: 0, count: Number.allCases.count)
    private var published: [Int]?

    init(_ hosts: Hosts, _ facilities: CountedAggregate) {
        self.hosts = hosts
        self.facilities = facilities
    }

    func add(_ planet: PlanetFacts, weight: Int) {
        numbers[Number.planets.rawValue] += weight
        if Totals.isControversial(planet.discovery) { numbers[Number.controversial.rawValue] += weight }
    }

    private static func isControversial(_ discovery: Discovery) -> Bool { discovery[.pl_controv_flag] == 1 }

    func note(_ event: borrowing CatalogueEvent) {
        if event.kind != .rejected { count(.records) }
        if event.candidates != 0 { count(.candidates, event.candidates) }
        switch event.kind {
        case .invalid, .rejected: count(.rejected)
        case .change(.duplicate): count(.duplicates)
        case .change(.late): count(.late)
        case .change(.alias): count(.aliases)
        case .change(.alias_removal): count(.aliases, -1)
        case .change(let change):
            if change == .revision || change == .reinstatement { count(.revisions) }
            if change == .withdrawal { count(.withdrawals) }
            if !event.rules.isEmpty { count(.warned) }
        }
    }

    private func count(_ number: Number, _ weight: Int = 1) { numbers[number.rawValue] += weight }

    /// Now in the catalogue.
    var planets: Int { numbers[Number.planets.rawValue] }
    var records: Int { numbers[Number.records.rawValue] }

    func merge(_ other: Totals) {
        for index in numbers.indices { numbers[index] += other.numbers[index] }
    }

    func follow(_ parts: [Totals]) -> Int {
        for index in numbers.indices { numbers[index] = parts.reduce(0) { $0 + $1.numbers[index] } }
        return parts.count * numbers.count
    }

    private static let groupNames = Number.allCases.map { "\($0)" } + ["hosts", "facilities"]

    func write(_ scope: GroupWriter.Scope, to groups: inout GroupWriter) {
        let all = numbers + [hosts.distinct, facilities.distinct]
        for (index, name) in Totals.groupNames.enumerated() where scope == .all || published?[index] != all[index] {
            if index != Number.candidates.rawValue || all[index] > 0 {
                groups.integer(name, all[index])
            } else if scope == .changes, let published, published[index] > 0 {
                groups.gone(name)
            }
        }
        if scope == .changes { published = all }
    }

    func members(of group: String) -> GroupMembers? {
        switch group {
        case "planets": .each(.text(.pl_name), isFixed: true) { _ in true }
        case "controversial":
            .each(.number(.pl_controv_flag), isFixed: true) { Totals.isControversial($0.discovery) }
        case "hosts": Hosts.members { _ in true }
        case "facilities":
            .planets(unit: .planets, columns: [.text(.disc_facility)], isFixed: true) { planets in
                let found = planets.indices.filter { planets[$0].discovery[.disc_facility] != nil }
                return CountedMembers(found, value: Set(found.map { planets[$0].discovery[.disc_facility] }).count)
            }
        case "aliases": .aliases
        case "candidates": .candidates
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

    func save(to state: inout StateWriter) {
        for number in numbers { state.integer(number) }
    }

    func restore(from state: inout StateReader) throws(StateError) {
        for index in numbers.indices { numbers[index] = try state.integer() }
    }
}
