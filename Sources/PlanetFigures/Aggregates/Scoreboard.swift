// How good the forecasts of mass and radius were: those made before the measurement, and all judged in hindsight. The
// forecasts themselves are kept with the planets (PlanetCore/Science/KeptForecast.swift).

import JSONText
import PlanetCore
import StateBytes

final class Scoreboard: Aggregate {
    let name = "scoreboard"
    /// Which forecasts preceded their measurement depends on history, not on the catalogue.
    let digested = Digested.groups(["hindsight/mass", "hindsight/radius"])

    /// mass, radius, hindsight/mass, hindsight/radius.
    private static let groups = ["mass", "radius", "hindsight/mass", "hindsight/radius"]
    private var cells = [ScoreCounts](repeating: ScoreCounts(), count: 4)
    /// Planets whose forecast awaits its measurement: mass, radius.
    private var waiting = [0, 0]
    /// By cell; each rises with every change.
    private var versions = [0, 0, 0, 0]
    /// Those of the parts that are followed.
    private var seen: [[Int]] = []
    private var published: (cells: [ScoreCounts], waiting: [Int])?

    func add(_ planet: PlanetFacts, weight: Int) {
        if let forecast = planet.forecast {
            if let score = forecast.score(planet.prediction) { add(score, to: score.kind.rawValue, weight) }
            if forecast.isWaiting(planet.prediction) { waiting[forecast.kind.rawValue] += weight }
        }
        let hindsight = ForecastScore.inHindsight(planet.discovery, planet.prediction)
        if let score = hindsight.mass { add(score, to: 2, weight) }
        if let score = hindsight.radius { add(score, to: 3, weight) }
    }

    private func add(_ score: ForecastScore, to cell: Int, _ weight: Int) {
        cells[cell].add(score, weight: weight)
        versions[cell] &+= 1
    }

    func members(of group: String) -> GroupMembers? {
        let kinds = ["mass": KeptForecast.Kind.mass, "radius": .radius]
        let name = GroupName(group)
        guard let kind = kinds[name[name.count - 1]] else { return nil }
        switch (name.count, name[0]) {
        case (1, _):
            return .forecasts { $0.forecast?.score($1)?.kind == kind }
        case (2, "hindsight"):
            return .forecasts { planet, prediction in
                let scores = ForecastScore.inHindsight(planet.discovery, prediction)
                return (kind == .mass ? scores.mass : scores.radius) != nil
            }
        case (2, "waiting"):
            return .forecasts { $0.forecast?.kind == kind && $0.forecast?.isWaiting($1) == true }
        default: return nil
        }
    }

    func merge(_ other: Scoreboard) {
        for index in cells.indices { cells[index].merge(other.cells[index]) }
        for index in versions.indices { versions[index] &+= 1 }
        for index in waiting.indices { waiting[index] += other.waiting[index] }
    }

    func follow(_ parts: [Scoreboard]) -> Int {
        let now = parts.map(\.versions)
        var looked = parts.count * (cells.count + waiting.count)
        for cell in cells.indices where seen.map({ $0[cell] }) != now.map({ $0[cell] }) {
            cells[cell] = ScoreCounts()
            for part in parts { cells[cell].merge(part.cells[cell]) }
            versions[cell] &+= 1
            looked += parts.count
        }
        for index in waiting.indices { waiting[index] = parts.reduce(0) { $0 + $1.waiting[index] } }
        seen = now
        return looked
    }

    func write(_ scope: GroupWriter.Scope, to groups: inout GroupWriter) {
        let old = scope == .changes ? published : nil
        groups.looked += cells.count + waiting.count
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
        JSONWriter.object {
            $0.member("n", cell.count)
            $0.optional("median_error_dex", cell.medianError)
            $0.optional("coverage_68", cell.coverage68)
            $0.optional("coverage_95", cell.coverage95)
        }
    }

    func save(to state: inout StateWriter) {
        for cell in cells { cell.save(to: &state) }
        for number in waiting { state.integer(number) }
    }

    func restore(from state: inout StateReader) throws(StateError) {
        for index in cells.indices {
            versions[index] &+= 1
            try cells[index].restore(from: &state)
        }
        for index in waiting.indices { waiting[index] = try state.integer() }
    }
}
