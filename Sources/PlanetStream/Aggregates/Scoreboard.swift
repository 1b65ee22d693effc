// How good the forecasts of mass and radius were: those made before the measurement came, and all that could be judged in hindsight.
// Not the forecasts themselves: they are kept with the planets (PlanetCore/Science/KeptForecast.swift).

import JSONText

final class Scoreboard: Aggregate {
    static let name = "scoreboard"
    /// Which forecasts were made before their measurement is a matter of history, not of the catalogue.
    static let digested = Digested.groups(["hindsight/mass", "hindsight/radius"])

    /// mass, radius, hindsight/mass, hindsight/radius.
    private static let groups = ["mass", "radius", "hindsight/mass", "hindsight/radius"]
    private var cells = [ScoreCounts](repeating: ScoreCounts(), count: 4)
    /// Planets whose forecast waits for its measurement: mass, radius.
    private var waiting = [0, 0]
    private var published: (cells: [ScoreCounts], waiting: [Int])?

    init() {}

    func add(_ planet: PlanetFacts, weight: Int) {
        if let score = planet.score { cells[score.kind.rawValue].add(score, weight: weight) }
        if let kind = planet.waiting { waiting[kind.rawValue] += weight }
        if let score = planet.hindsight.mass { cells[2].add(score, weight: weight) }
        if let score = planet.hindsight.radius { cells[3].add(score, weight: weight) }
    }

    func merge(_ other: Scoreboard) {
        for index in cells.indices { cells[index].merge(other.cells[index]) }
        for index in waiting.indices { waiting[index] += other.waiting[index] }
    }

    func write(_ scope: GroupWriter.Scope, to groups: inout GroupWriter) {
        let old = scope == .changes ? published : nil
        for (index, group) in Scoreboard.groups.enumerated() where old?.cells[index] != cells[index] {
            groups.json(group, json(cells[index]), count: cells[index].count)
        }
        for (index, group) in ["waiting/mass", "waiting/radius"].enumerated()
        where old?.waiting[index] != waiting[index] {
            groups.integer(group, waiting[index])
        }
        if scope == .changes { published = (cells, waiting) }
    }

    private func json(_ cell: ScoreCounts) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("n", cell.count)
        for (name, value) in [
            ("median_error_dex", cell.medianError), ("coverage_68", cell.coverage68), ("coverage_95", cell.coverage95),
        ] {
            writer.key(name)
            if let value { writer.real(value) } else { writer.null() }
        }
        writer.endObject()
        return writer.bytes
    }

    func save(to state: inout StateWriter) {
        for cell in cells { cell.save(to: &state) }
        for number in waiting { state.integer(number) }
    }

    func restore(from state: inout StateReader) throws(StateError) {
        for index in cells.indices { try cells[index].restore(from: &state) }
        for index in waiting.indices { waiting[index] = try state.integer() }
    }
}
