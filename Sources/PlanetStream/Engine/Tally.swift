// Keyed state and aggregates that belong together: of all partitions in a process that owns the log, of one partition
// in a process that shares it. All records of a key lie in one partition, so tallies of different partitions never
// share a planet. OwnedPartition.swift supplies the records.

import PlanetCore
import PlanetFigures
import StateBytes

final class Tally {
    var judge: RecordJudge
    private(set) var aggregates: Aggregates
    /// Judged, but not yet in the aggregates.
    var events: [CatalogueEvent] = []
    var mark = CheckpointMark()

    init() {
        judge = RecordJudge()
        aggregates = Aggregates()
    }

    init(_ planets: KeyedRows, _ aggregates: Aggregates) {
        judge = RecordJudge(planets)
        self.aggregates = aggregates
    }

    /// Swaps the contents of the two tallies.
    func exchange(with other: Tally) {
        swap(&judge, &other.judge)
        swap(&aggregates, &other.aggregates)
        swap(&events, &other.events)
        swap(&mark, &other.mark)
    }

    func applyEvents() {
        guard !events.isEmpty else { return }
        aggregates.apply(events[...])
        events.removeAll(keepingCapacity: true)
    }

    /// Call it before anything is written, saved or merged.
    func settle() {
        aggregates.settle { withPredictions, each in
            judge.forEachPlanet { planet, discovery in
                each(
                    withPredictions
                        ? PlanetFacts(discovery, key: planet.key, forecast: nil) : PlanetValues(discovery))
            }
        }
    }

    /// Every group of every aggregate, as in the lake's table.
    func rows() -> [AggregateRow] {
        settle()
        var rows: [AggregateRow] = []
        var groups = GroupWriter()
        for aggregate in aggregates.all {
            groups.removeAll()
            aggregate.write(.all, to: &groups)
            for item in groups.items {
                rows.append(
                    AggregateRow(
                        aggregate: aggregate.name, group: item.group, json: item.json ?? [],
                        value: item.value, count: item.count, isMeasured: item.isMeasured))
            }
        }
        return rows
    }

    var planets: Int { judge.planets.count }

    /// The aggregates as bytes (Aggregates.restore reads them).
    func saved() -> [UInt8] {
        settle()
        var state = StateWriter()
        aggregates.save(to: &state)
        return state.bytes
    }
}
