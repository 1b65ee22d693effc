// Distinct host stars, and how many of them have one planet, two, three ... A host is identified by the identity key of
// its name.

import PlanetCore
import StateBytes

final class Hosts: Aggregate {
    let name = "hosts"
    private var planets = NameCounts()
    private var perHost = GroupCounts()
    /// Nil: nothing yet. A board without hosts says 0, however it was made.
    private var published: Int?

    var distinct: Int { planets.count }

    func add(_ planet: PlanetFacts, weight: Int) {
        if let host = planet.discovery.hostKey { add(host, Int32(weight)) }
    }

    private func add(_ host: String, _ number: Int32) { move(planets.add(host, number)) }

    /// A host has another number of planets now.
    private func move(_ number: (before: Int32, after: Int32)) {
        if number.before != 0 { count(hostsWith: Int(number.before), -1) }
        if number.after != 0 { count(hostsWith: Int(number.after), 1) }
    }

    private func count(hostsWith number: Int, _ weight: Int) {
        perHost.add(PerHost(planets: number), weight: weight)
    }

    /// A host with very many planets must not cost a table of that length: numbers above 511 are counted by name.
    private struct PerHost: GroupKey {
        let planets: Int
        init(planets: Int) { self.planets = planets }

        init?(name: String) {
            let parts = GroupName(name)
            guard parts.count == 2, parts[0] == "planets_per_host", let planets = parts.whole(1), planets > 0 else {
                return nil
            }
            self.planets = planets
        }
        static var numbers: Int { 512 }
        var number: Int? { planets < 512 ? planets : nil }
        var name: String { "planets_per_host/\(planets)" }
    }

    func members(of group: String) -> GroupMembers? {
        if group == "hosts" { return Hosts.members { _ in true } }
        guard let wanted = PerHost(name: group) else { return nil }
        return Hosts.members(isFixed: false) { $0 == wanted.planets }
    }

    /// The planets of hosts with a wanted number of planets; the value is the number of hosts.
    static func members(isFixed: Bool = true, _ isWanted: @escaping @Sendable (Int) -> Bool) -> GroupMembers {
        .planets(unit: .hosts, columns: [.text(.hostname)], isFixed: isFixed) { planets in
            let hosts = planets.map(\.discovery.hostKey)
            var numbers: [String: Int] = [:]
            for host in hosts { if let host { numbers[host, default: 0] += 1 } }
            let found = planets.indices.filter { hosts[$0].flatMap { numbers[$0] }.map(isWanted) ?? false }
            return CountedMembers(found, value: numbers.values.count(where: isWanted))
        }
    }

    func merge(_ other: Hosts) {
        other.planets.each { host, hash, number in move(planets.add(host, hash, number)) }
    }

    func follow(_ parts: [Hosts]) -> Int {
        parts.reduce(0) { looked, part in
            looked + part.planets.takeChanges { host, hash, number in move(planets.add(host, hash, number)) }
        }
    }

    func forgetFollower() { planets.forgetFollower() }

    func write(_ scope: GroupWriter.Scope, to groups: inout GroupWriter) {
        groups.looked += 1
        if scope == .all || published != distinct { groups.integer("hosts", distinct) }
        if scope == .changes { published = distinct }
        perHost.write(scope, to: &groups)
    }

    func save(to state: inout StateWriter) { deferredSave()(&state) }

    func deferredSave() -> @Sendable (inout StateWriter) -> Void {
        { [planets] state in planets.save(to: &state) }
    }

    func restore(from state: inout StateReader) throws(StateError) {
        planets.clear()
        perHost = GroupCounts()
        for _ in 0..<(try state.count()) {
            let host = try state.text()
            guard let number = Int32(exactly: try state.integer()), number > 0 else { throw .damaged }
            add(host, number)
        }
    }
}
