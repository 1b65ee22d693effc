// THE list of aggregates. One that counts planets by their values is a row here; any other is a file, and a line here.

import PlanetCore
import StateBytes

package final class Aggregates {
    package let all: [any Aggregate]

    package init() {
        let hosts = Hosts()
        let facilities = CountedAggregate("by_facility", By.text(.disc_facility))
        let years = CountedAggregate("by_year", By.integer(.disc_year))
        let methodYears = CountedAggregate("by_method_year", By.method, By.integer(.disc_year))
        all = [
            Totals(hosts, facilities),
            CountedAggregate("by_method", By.method),
            years,
            facilities,
            methodYears,
            Cumulative(years, methodYears),
            Stats(),
            CountedAggregate("mass_radius", By.cells(.mass, .radius)),
            CountedAggregate("period_radius", By.cells(.period, .radius)),
            hosts,
            Rate(),
            Quality(),
            CountedRules("warnings", RecordGroup.warning, isCounted: \.warns),
            CountedRules("rejects", RecordGroup.reject, isCounted: \.isRefusal),
            Newest(),
            CountedAggregate("by_type", By.type),
            CountedAggregate("by_nasa_type", By.nasaType),
            CountedAggregate("by_zone", By.zone),
            CountedAggregate("by_temperature", By.temperature),
            CountedAggregate("by_habitability", By.habitability),
            CountedAggregate("by_zone_type", By.zone, By.type),
            Candidates(),
            CountedAggregate("hz_diagram", ZoneDiagram.cells, lines: ZoneDiagram.limits),
            ZonePoints(),
            MassRadiusRelation(),
            Scoreboard(),
        ]
    }

    package func apply(_ events: ArraySlice<CatalogueEvent>) {
        for aggregate in all { aggregate.apply(events) }
    }

    package func merge(_ other: Aggregates) {
        for (mine, theirs) in zip(all, other.all) { mine.mergeSame(theirs) }
    }

    /// Makes this the sum of `parts`, which it was at the last call; only what they have changed since costs anything.
    /// Parts have been settled, and are always the same and in the same order; for others begin anew, after they have
    /// forgotten their follower. Returns how many groups were looked at.
    package func follow(_ parts: [Aggregates]) -> Int {
        all.indices.reduce(0) { looked, index in looked + all[index].followSame(parts.map { $0.all[index] }) }
    }

    package func forgetFollower() {
        for aggregate in all { aggregate.forgetFollower() }
    }

    /// `planets` calls back with every planet of the catalogue, with PlanetFacts where predictions are wanted. Call it
    /// before anything is written or merged.
    package func settle(_ planets: (_ withPredictions: Bool, _ each: (PlanetValues) -> Void) -> Void) {
        for aggregate in all where aggregate.isShort { aggregate.refill(planets) }
    }

    /// Planets now in the catalogue.
    package var present: Int {
        for case let totals as Totals in all { return totals.planets }
        return 0
    }

    /// Records of planet-discoveries that are counted, whatever they did.
    package var records: Int {
        for case let totals as Totals in all { return totals.records }
        return 0
    }

    package func save(to state: inout StateWriter) {
        for aggregate in all {
            state.text(aggregate.name)
            aggregate.save(to: &state)
        }
    }

    package func restore(from state: inout StateReader) throws(StateError) {
        for aggregate in all {
            guard try state.text() == aggregate.name else { throw .damaged }
            try aggregate.restore(from: &state)
        }
    }
}
