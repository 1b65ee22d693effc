// Planets by discovery year (disc_year, not the time of arrival).
// Not the running total: that is Cumulative.

final class ByYear: Aggregate {
    static let name = "by_year"
    static let digested = Digested.all
    private var counts = GroupCounts()

    init() {}

    func add(_ planet: PlanetFacts, weight: Int) {
        guard let year = planet.year else { return }
        counts.add(max(0, year - FactReader.firstYear), weight: weight) { String(year) }
    }

    /// Rises with every change.
    var version: Int { counts.version }

    /// Year and count of every group that isn't 0.
    func forEach(_ body: (_ year: Int, _ count: Int) -> Void) {
        counts.forEach { group, count in body(Int(group) ?? 0, count) }
    }

    func merge(_ other: ByYear) { counts.merge(other.counts) }
    func write(_ scope: GroupWriter.Scope, to groups: inout GroupWriter) { counts.write(scope, to: &groups) }
    func save(to state: inout StateWriter) { counts.save(to: &state) }
    func restore(from state: inout StateReader) throws(StateError) { try counts.restore(from: &state) }
}
