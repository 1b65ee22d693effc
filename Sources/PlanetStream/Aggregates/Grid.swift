// Counts in a grid of logarithmic bins: the mass-radius and the period-radius diagram.
// Not the quantities' statistics. Two aggregates, because both are the same grid with another axis.

/// One axis: bins of equal width in the decadic logarithm, the lower edge belonging to the bin.
struct LogAxis: Sendable {
    let quantity: StatQuantity
    let lowest: Double
    let binsPerDecade: Double
    let count: Int

    static let mass = LogAxis(quantity: .mass, lowest: -2, binsPerDecade: 4, count: 24)
    static let period = LogAxis(quantity: .period, lowest: -1.5, binsPerDecade: 4, count: 28)
    static let radius = LogAxis(quantity: .radius, lowest: -1, binsPerDecade: 8, count: 24)

    func bin(_ log10: Double) -> Int? {
        let place = ((log10 - lowest) * binsPerDecade).rounded(.down)
        return place >= 0 && place < Double(count) ? Int(place) : nil
    }
}

struct Grid: Sendable {
    let first: LogAxis
    let second: LogAxis
    private var counts = GroupCounts()

    init(_ first: LogAxis, _ second: LogAxis) {
        self.first = first
        self.second = second
    }

    @inline(__always)
    mutating func add(_ a: Measurement?, _ b: Measurement?, weight: Int) {
        guard let a, let b else { return }
        guard let i = first.bin(a.log10), let j = second.bin(b.log10) else {
            counts.add(0, weight: weight) { "outside/all" }
            return
        }
        let cell = 1 + (i * second.count + j) * 2
        counts.add(cell, weight: weight) { "all/\(i)/\(j)" }
        if a.isMeasured && b.isMeasured { counts.add(cell + 1, weight: weight) { "measured/\(i)/\(j)" } }
    }

    mutating func merge(_ other: Grid) { counts.merge(other.counts) }
    mutating func write(_ scope: GroupWriter.Scope, to groups: inout GroupWriter) {
        counts.write(scope, to: &groups) { $0.hasPrefix("measured/") }
    }
    func save(to state: inout StateWriter) { counts.save(to: &state) }
    mutating func restore(from state: inout StateReader) throws(StateError) { try counts.restore(from: &state) }
}

final class MassRadius: Aggregate {
    static let name = "mass_radius"
    static let digested = Digested.all
    private var grid = Grid(.mass, .radius)

    init() {}

    func add(_ planet: PlanetFacts, weight: Int) { grid.add(planet.mass, planet.radius, weight: weight) }
    func merge(_ other: MassRadius) { grid.merge(other.grid) }
    func write(_ scope: GroupWriter.Scope, to groups: inout GroupWriter) { grid.write(scope, to: &groups) }
    func save(to state: inout StateWriter) { grid.save(to: &state) }
    func restore(from state: inout StateReader) throws(StateError) { try grid.restore(from: &state) }
}

final class PeriodRadius: Aggregate {
    static let name = "period_radius"
    static let digested = Digested.all
    private var grid = Grid(.period, .radius)

    init() {}

    func add(_ planet: PlanetFacts, weight: Int) { grid.add(planet.period, planet.radius, weight: weight) }
    func merge(_ other: PeriodRadius) { grid.merge(other.grid) }
    func write(_ scope: GroupWriter.Scope, to groups: inout GroupWriter) { grid.write(scope, to: &groups) }
    func save(to state: inout StateWriter) { grid.save(to: &state) }
    func restore(from state: inout StateReader) throws(StateError) { try grid.restore(from: &state) }
}
