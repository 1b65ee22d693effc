// Planets by discovery method and year.
// Not the running totals, which Cumulative derives from it.

final class ByMethodYear: Aggregate {
    static let name = "by_method_year"
    static let digested = Digested.all
    private var counts = GroupCounts()
    /// The groups' names taken apart, by place.
    private var parsed: [(method: String, year: Int)] = []

    init() {}

    func add(_ planet: PlanetFacts, weight: Int) {
        guard let method = planet.method, let year = planet.year else { return }
        let number = method * 512 + min(max(0, year - FactReader.firstYear), 511)
        counts.add(number, weight: weight) { [discovery = planet.discovery] in
            "\(discovery[.discoverymethod] ?? "")/\(year)"
        }
    }

    /// Rises with every change.
    var version: Int { counts.version }

    /// Method, year and count of every group that isn't 0.
    func forEach(_ body: (_ method: String, _ year: Int, _ count: Int) -> Void) {
        for group in counts.groups[parsed.count...] {
            guard let slash = group.lastIndex(of: "/"), let year = Int(group[group.index(after: slash)...]) else {
                preconditionFailure("BUG: the group \(group) is no method and year")
            }
            parsed.append((String(group[..<slash]), year))
        }
        for (place, group) in parsed.enumerated() where counts.count(at: place) != 0 {
            body(group.method, group.year, counts.count(at: place))
        }
    }

    func merge(_ other: ByMethodYear) { counts.merge(other.counts) }
    func write(_ scope: GroupWriter.Scope, to groups: inout GroupWriter) { counts.write(scope, to: &groups) }
    func save(to state: inout StateWriter) { counts.save(to: &state) }
    func restore(from state: inout StateReader) throws(StateError) {
        parsed = []
        try counts.restore(from: &state)
    }
}
