// Planets found up to and in each year, of all methods and of each: written from the counts by year, and by method and year.
// Not a state of its own: nothing to add, merge or save.

import JSONText

final class Cumulative: Aggregate {
    static let name = "cumulative"
    static let digested = Digested.all
    private let years: ByYear
    private let methodYears: ByMethodYear
    private var published: Set<String> = []
    private var publishedVersions = (-1, -1)

    init(_ years: ByYear, _ methodYears: ByMethodYear) {
        self.years = years
        self.methodYears = methodYears
    }

    func apply(_ events: ArraySlice<CatalogueEvent>) {}
    func merge(_ other: Cumulative) {}

    func write(_ scope: GroupWriter.Scope, to groups: inout GroupWriter) {
        let versions = (years.version, methodYears.version)
        if scope == .changes, versions == publishedVersions { return }
        var found: [String: [(key: Int, value: Int)]] = [:]
        years.forEach { year, count in found["all", default: []].append((year, count)) }
        methodYears.forEach { method, year, count in found[method, default: []].append((year, count)) }
        for (group, counts) in found {
            var writer = JSONWriter()
            var total = 0
            writer.beginArray()
            for (year, count) in counts.sorted(by: { $0.key < $1.key }) {
                total += count
                writer.beginArray()
                writer.integer(year)
                writer.integer(total)
                writer.endArray()
            }
            writer.endArray()
            groups.json(group, writer.bytes)
        }
        if scope == .changes {
            for group in published where found[group] == nil { groups.gone(group) }
            published = Set(found.keys)
            publishedVersions = versions
        }
    }

    func save(to state: inout StateWriter) {}
    func restore(from state: inout StateReader) throws(StateError) {}
}
