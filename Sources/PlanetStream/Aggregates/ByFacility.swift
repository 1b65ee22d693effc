// Planets by the facility that found them, in its exact spelling.
// Not by telescope or instrument.

final class ByFacility: Aggregate {
    static let name = "by_facility"
    static let digested = Digested.all
    private var counts = GroupCounts()

    init() {}

    /// How many there are with a planet in the catalogue.
    var distinct: Int { counts.distinct }

    func add(_ planet: PlanetFacts, weight: Int) {
        guard let facility = planet.facility else { return }
        counts.add(facility, weight: weight) { [discovery = planet.discovery] in discovery[.disc_facility] ?? "" }
    }

    func merge(_ other: ByFacility) { counts.merge(other.counts) }
    func write(_ scope: GroupWriter.Scope, to groups: inout GroupWriter) { counts.write(scope, to: &groups) }
    func save(to state: inout StateWriter) { counts.save(to: &state) }
    func restore(from state: inout StateReader) throws(StateError) { try counts.restore(from: &state) }
}
