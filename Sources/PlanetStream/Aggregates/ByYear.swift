// Planets by discovery year (disc_year, not the time of arrival).
// Not the running total: that is Cumulative.

final class ByYear: Aggregate {
    static let name = "by_year"
    static let digested = Digested.all
    private var counts = GroupCounts()

    init() {}

    func add(_ planet: borrowing PlanetFacts, weight: Int) {
        let year = planet.year
        counts.add(max(0, year - FactReader.firstYear), weight: weight) { String(year) }
    }

    func merge(_ other: ByYear) { counts.merge(other.counts) }
    func write(_ scope: GroupWriter.Scope, to groups: inout GroupWriter) { counts.write(scope, to: &groups) }
    func save(to state: inout StateWriter) { counts.save(to: &state) }
    func restore(from state: inout StateReader) throws(StateError) { try counts.restore(from: &state) }
}
