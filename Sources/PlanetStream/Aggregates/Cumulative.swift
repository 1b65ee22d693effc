// Planets found up to and in each year, of all methods and of each: written from the counts by method and year.
// Not a state of its own: nothing to add, merge or save.

import JSONText

final class Cumulative: Aggregate {
    static let name = "cumulative"
    static let digested = Digested.all
    private let source: ByMethodYear
    private var published: Set<String> = []

    init(_ source: ByMethodYear) { self.source = source }

    func apply(_ events: ArraySlice<CatalogueEvent>) {}
    func merge(_ other: Cumulative) {}

    func write(_ scope: GroupWriter.Scope, to groups: inout GroupWriter) {
        var years: [String: [Int: Int]] = [:]
        source.forEach { method, year, count in
            years[String(method), default: [:]][year, default: 0] += count
            years["all", default: [:]][year, default: 0] += count
        }
        for (group, counts) in years {
            var writer = JSONWriter()
            var total = 0
            writer.beginArray()
            for (year, count) in counts.sorted(by: { $0.key < $1.key }) where count != 0 {
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
            for group in published where years[group] == nil { groups.gone(group) }
            published = Set(years.keys)
        }
    }

    func save(to state: inout StateWriter) {}
    func restore(from state: inout StateReader) throws(StateError) {}
}
