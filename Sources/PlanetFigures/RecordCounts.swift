// A batch's counts of records as they come, whatever happened to their planets: for programs that add them up
// themselves, beside the figures of the present planets (the rest of Aggregates).

import PlanetCore

package struct RecordCounts {
    private let counted: [any Aggregate] = [
        Totals(Hosts(), CountedAggregate("by_facility", By.text(.disc_facility))), Rate(),
        CountedRules("warnings", RecordGroup.warning, isCounted: \.warns),
        CountedRules("rejects", RecordGroup.reject, isCounted: \.isRefusal),
    ]
    private let changes = Newest()

    package init() {}

    /// How many planets are shown as the newest.
    package static var newestKept: Int { Newest.places }
    /// How many of the newest periods are kept, by the beginning of their groups' names.
    package static var ratesKept: [(kind: String, places: Int)] { Rate.kept }

    package func apply(_ events: ArraySlice<CatalogueEvent>) {
        for aggregate in counted { aggregate.apply(events) }
        changes.apply(events)
    }

    /// Whether a group of an aggregate on the board counts records rather than planets.
    package func counts(_ aggregate: String, _ group: String) -> Bool {
        if aggregate == changes.name { return true }
        return counted.first { $0.name == aggregate }.map { !$0.digested.contains(group) } ?? false
    }

    /// Every group that counts records, `aggregate/group`, in order of their names; the totals even if they are 0.
    package var groups: [(name: String, count: Int)] {
        let all = counted.flatMap { aggregate -> [(name: String, count: Int)] in
            var groups = GroupWriter()
            aggregate.write(.all, to: &groups)
            return groups.items.compactMap { item in
                guard let value = item.value, counts(aggregate.name, item.group) else { return nil }
                return ("\(aggregate.name)/\(item.group)", Int(value))
            }
        }
        return all.sorted { $0.name < $1.name }
    }

    /// The newest planets, the newest first, with the places of their records.
    package var newest: [(timestamp: Int64, partition: Int32, offset: Int64, key: String, json: [UInt8])] {
        changes.placed
    }
}
