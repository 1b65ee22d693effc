// Distinct host stars, and how many of them have one planet, two, three ...
// Not the hosts' own values. A host is the identity key of its name.

final class Hosts: Aggregate {
    static let name = "hosts"
    static let digested = Digested.all
    private var planets: [String: Int32] = [:]
    private var perHost = GroupCounts()
    /// Nil: nothing yet. A board without hosts says 0, however it was made.
    private var published: Int?

    init() {}

    var distinct: Int { planets.count }

    func add(_ planet: PlanetFacts, weight: Int) {
        if let host = planet.host { add(host, Int32(weight)) }
    }

    private func add(_ host: String, _ number: Int32) {
        let before = planets[host] ?? 0
        let after = before + number
        planets[host] = after == 0 ? nil : after
        if before != 0 { count(hostsWith: Int(before), -1) }
        if after != 0 { count(hostsWith: Int(after), 1) }
    }

    private func count(hostsWith number: Int, _ weight: Int) {
        // One host with very many planets must not cost a table as long: numbers above 4096 go by name.
        if number <= 4096 {
            perHost.add(number, weight: weight) { "planets_per_host/\(number)" }
        } else {
            perHost.add(named: "planets_per_host/\(number)", weight: weight)
        }
    }

    func merge(_ other: Hosts) {
        for (host, number) in other.planets { add(host, number) }
    }

    func write(_ scope: GroupWriter.Scope, to groups: inout GroupWriter) {
        if scope == .all || published != distinct { groups.integer("hosts", distinct) }
        if scope == .changes { published = distinct }
        perHost.write(scope, to: &groups)
    }

    func save(to state: inout StateWriter) { Hosts.save(planets, to: &state) }

    func deferredSave() -> @Sendable (inout StateWriter) -> Void {
        let planets = planets
        return { Hosts.save(planets, to: &$0) }
    }

    private static func save(_ planets: [String: Int32], to state: inout StateWriter) {
        state.integer(planets.count)
        state.inOrder(planets) { state, host, number in
            state.text(host)
            state.integer(Int(number))
        }
    }

    func restore(from state: inout StateReader) throws(StateError) {
        planets = [:]
        perHost = GroupCounts()
        for _ in 0..<(try state.count()) {
            let host = try state.text()
            guard let number = Int32(exactly: try state.integer()) else { throw .damaged }
            add(host, number)
        }
    }
}
