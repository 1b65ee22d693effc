// Planets by discovery method.
// Not by year, or both together.

final class ByMethod: Aggregate {
    static let name = "by_method"
    static let digested = Digested.all
    private var counts = GroupCounts()

    init() {}

    /// How many there are with a planet in the catalogue.
    var distinct: Int { counts.distinct }

    func add(_ planet: PlanetFacts, weight: Int) {
        guard let method = planet.method else { return }
        counts.add(method, weight: weight) { [discovery = planet.discovery] in discovery[.discoverymethod] ?? "" }
    }

    func merge(_ other: ByMethod) { counts.merge(other.counts) }
    func write(_ scope: GroupWriter.Scope, to groups: inout GroupWriter) { counts.write(scope, to: &groups) }
    func save(to state: inout StateWriter) { counts.save(to: &state) }
    func restore(from state: inout StateReader) throws(StateError) { try counts.restore(from: &state) }
}
