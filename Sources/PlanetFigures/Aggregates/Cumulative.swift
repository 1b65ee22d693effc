// Planets found up to and in each year, in total and by method, derived from the counts by year and by method and year.
// No state of its own: nothing to add, merge or save.

import JSONText
import PlanetCore
import StateBytes

final class Cumulative: Aggregate {
    let name = "cumulative"
    private let years: CountedAggregate
    private let methodYears: CountedAggregate
    private struct Point: Equatable {
        let year: Int
        let count: Int
    }
    /// Of all planets, and of each method that there was.
    private var lines = ["all"]
    /// The groups by method and year as they were last gone through, which mostly is their order the next time.
    private var places: [(group: String, line: Int, year: Int)] = []
    /// By line.
    private var published: [[Point]] = []
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
        let found = counts()
        for (line, points) in found.enumerated() {
            let before = line < published.count ? published[line] : []
            if scope == .changes, points == before { continue }
            if !points.isEmpty {
                groups.json(lines[line], json(points))
            } else if scope == .changes {
                groups.gone(lines[line])
            }
        }
        if scope == .changes {
            published = found
            publishedVersions = versions
        }
    }

    /// By line; in no order.
    private func counts() -> [[Point]] {
        var found = [[Point]](repeating: [], count: lines.count)
        years.state.eachGroup { group, count in found[0].append(Point(year: Int(group) ?? 0, count: count)) }
        var index = 0
        methodYears.state.eachGroup { group, count in
            if index == places.count || places[index].group != group { place(group, at: index) }
            let place = places[index]
            if place.line == found.count { found.append([]) }
            found[place.line].append(Point(year: place.year, count: count))
            index += 1
        }
        return found
    }

    private func place(_ group: String, at index: Int) {
        guard let point = Cumulative.point(group) else {
            preconditionFailure("BUG: the group \(group) is not a method and a year")
        }
        let line = lines.firstIndex(of: point.method) ?? lines.count
        if line == lines.count { lines.append(point.method) }
        places[index..<min(index + 1, places.count)] = [(group, line, point.year)]
    }

    private func json(_ points: [Point]) -> [UInt8] {
        JSONWriter.array { writer in
            var total = 0
            for point in points.sorted(by: { $0.year < $1.year }) {
                total += point.count
                writer.array {
                    $0.integer(point.year)
                    $0.integer(total)
                }
            }
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
