// Planets found up to and in each year, in total and by method, derived from the counts by year and by method and year.
// No state of its own: nothing to add, merge or save.

import JSONText
import PlanetCore
import StateBytes

final class Cumulative: Aggregate {
    let name = "cumulative"
    private let years: CountedAggregate
    private let methodYears: CountedAggregate
    private var published: Set<String> = []
    private var publishedVersions = (-1, -1)

    init(_ years: CountedAggregate, _ methodYears: CountedAggregate) {
        self.years = years
        self.methodYears = methodYears
    }

    func apply(_ events: ArraySlice<CatalogueEvent>) {}
    func merge(_ other: Cumulative) {}
    func follow(_ parts: [Cumulative]) -> Int { 0 }

    func write(_ scope: GroupWriter.Scope, to groups: inout GroupWriter) {
        let versions = (years.state.version, methodYears.state.version)
        if scope == .changes, versions == publishedVersions { return }
        var found: [String: [(key: Int, value: Int)]] = [:]
        years.state.eachGroup { group, count in found["all", default: []].append((Int(group) ?? 0, count)) }
        methodYears.state.eachGroup { group, count in
            guard let point = Cumulative.point(group) else {
                preconditionFailure("BUG: the group \(group) is not a method and a year")
            }
            found[point.method, default: []].append((point.year, count))
        }
        for (group, counts) in found {
            var total = 0
            let json = JSONWriter.array { writer in
                for (year, count) in counts.sorted(by: { $0.key < $1.key }) {
                    total += count
                    writer.array {
                        $0.integer(year)
                        $0.integer(total)
                    }
                }
            }
            groups.json(group, json)
        }
        if scope == .changes {
            for group in published where found[group] == nil { groups.gone(group) }
            published = Set(found.keys)
            publishedVersions = versions
        }
    }

    private static func point(_ group: String) -> (method: String, year: Int)? {
        guard let key = PairKey<MethodKey, IntegerKey>(name: group) else { return nil }
        return (key.first.name, key.second.value)
    }

    /// `Transit`: the line's last point; `Transit/2016`: that year's point.
    func members(of group: String) -> GroupMembers? {
        let (method, last) = Cumulative.point(group) ?? (group, Int.max)
        return .each(.text(.discoverymethod), .number(.disc_year)) { planet in
            guard let year = planet.discovery.integer(.disc_year), year <= last else { return false }
            return method == "all" || planet.discovery[.discoverymethod] == method
        }
    }

    func save(to state: inout StateWriter) {}
    func restore(from state: inout StateReader) throws(StateError) {}
}
