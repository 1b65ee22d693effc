// THE list of aggregates: to add one, write its file and its line here (and a panel, to show it).
// Not how any of them works.

final class Aggregates {
    let all: [any Aggregate]

    init() {
        let hosts = Hosts()
        let facilities = ByFacility()
        let years = ByYear()
        let methodYears = ByMethodYear()
        all = [
            Totals(hosts, facilities),
            ByMethod(),
            years,
            facilities,
            methodYears,
            Cumulative(years, methodYears),
            Stats(),
            MassRadius(),
            PeriodRadius(),
            hosts,
            Rate(),
            Quality(),
            Warnings(),
            Rejects(),
            Newest(),
            ByType(),
            ByNASAType(),
            ByZone(),
            ByTemperature(),
            ByHabitability(),
            ByZoneType(),
            Candidates(),
            ZoneDiagram(),
            ZonePoints(),
            MassRadiusRelation(),
            Scoreboard(),
        ]
    }

    func apply(_ events: ArraySlice<CatalogueEvent>) {
        for aggregate in all { aggregate.apply(events) }
    }

    func merge(_ other: Aggregates) {
        for (mine, theirs) in zip(all, other.all) { mine.mergeSame(theirs) }
    }

    /// `planets` calls back with every planet of the catalogue. To be called before anything is written or merged.
    func settle(_ planets: (_ each: (PlanetFacts) -> Void) -> Void) {
        for aggregate in all where aggregate.isShort { aggregate.refill(planets) }
    }

    func save(to state: inout StateWriter) {
        for aggregate in all {
            state.text(type(of: aggregate).name)
            aggregate.save(to: &state)
        }
    }

    func restore(from state: inout StateReader) throws(StateError) {
        for aggregate in all {
            guard try state.text() == type(of: aggregate).name else { throw .damaged }
            try aggregate.restore(from: &state)
        }
    }
}
