// Statistics of radius, mass, period and distance, per method and overall, with and without forecasts and bounds.
// Numerics/ computes them.

import PlanetCore
import StateBytes

final class Stats: Aggregate {
    let name = "stats"

    private static let quantities = StatQuantity.allCases.count
    private var table = Table()
    /// Of the parts that are followed: the versions of their cells, by the places here.
    private var seen: [[Int]] = []

    func add(_ planet: PlanetFacts, weight: Int) { table.add(planet, weight: weight) }

    /// One value, which a planet is added to in one go: the run time checks each access to a class's members.
    private struct Table {
        var methods = NameSlots()
        /// By method (0: all), quantity, mode (0: all, 1: measured).
        var cells: [Distribution] = []
        var published: [Int] = []
        /// What the versions of cells begin with: above all there were before.
        private let firstVersion: Int

        init(firstVersion: Int = 0) {
            self.firstVersion = firstVersion
            widen(toMethod: 0)
        }

        static func place(method: Int, _ quantity: StatQuantity, measured: Int) -> Int {
            (method * quantities + quantity.rawValue) * 2 + measured
        }

        mutating func widen(toMethod method: Int) {
            let needed = (method + 1) * quantities * 2
            while cells.count < needed {
                cells.append(Distribution(version: firstVersion))
                published.append(0)
            }
        }

        mutating func add(_ planet: PlanetFacts, weight: Int) {
            let method = place(of: planet)
            widen(toMethod: method)
            if let value = planet.radius { add(value, .radius, method, weight) }
            if let value = planet.mass { add(value, .mass, method, weight) }
            if let value = planet.period { add(value, .period, method, weight) }
            if let value = planet.distance { add(value, .distance, method, weight) }
        }

        /// Of the planet's method; 0 where it has none.
        mutating func place(of planet: PlanetValues) -> Int {
            planet.method.map { methods.slot($0) + 1 } ?? 0
        }

        @inline(__always)
        private mutating func add(_ value: Measurement, _ quantity: StatQuantity, _ method: Int, _ weight: Int) {
            add(value, at: Table.place(method: 0, quantity, measured: 0), weight)
            if method != 0 { add(value, at: Table.place(method: method, quantity, measured: 0), weight) }
        }

        @inline(__always)
        private mutating func add(_ value: Measurement, at place: Int, _ weight: Int) {
            cells.withUnsafeMutableBufferPointer { cells in
                cells[place].add(value, weight: weight)
                if value.isMeasured { cells[place + 1].add(value, weight: weight) }
            }
        }
    }

    func merge(_ other: Stats) {
        for (cell, place) in zip(other.table.cells, placesHere(of: other)) { table.cells[place].merge(cell) }
    }

    func follow(_ parts: [Stats]) -> Int {
        let places = parts.map { placesHere(of: $0) }
        let now = zip(parts, places).map { part, places in
            var versions = [Int](repeating: -1, count: table.cells.count)
            for (theirs, mine) in places.enumerated() { versions[mine] = part.table.cells[theirs].version }
            return versions
        }
        var looked = parts.count * table.cells.count
        for place in table.cells.indices {
            let isSame = now.indices.allSatisfy { part in
                part < seen.count && place < seen[part].count && seen[part][place] == now[part][place]
            }
            if isSame { continue }
            let theirs = zip(parts, places).compactMap { part, places in
                places.firstIndex(of: place).map { part.table.cells[$0] }
            }
            table.cells[place].become(theirs)
            looked += theirs.count
        }
        seen = now
        return looked
    }

    /// Where another's cells are here; makes room for them.
    private func placesHere(of other: Stats) -> [Int] {
        let per = Stats.quantities * 2
        return other.table.cells.indices.map { place in
            let method = place < per ? 0 : table.methods.slot(named: other.table.methods.names[place / per - 1]) + 1
            table.widen(toMethod: method)
            return method * per + place % per
        }
    }

    var isShort: Bool { table.cells.contains { $0.isShort } }

    func refill(_ planets: (_ withPredictions: Bool, _ each: (PlanetValues) -> Void) -> Void) {
        let short = table.cells.map { $0.isShort }
        var values = [[Double]](repeating: [], count: table.cells.count)
        planets(false) { planet in
            let own = table.place(of: planet)
            for quantity in StatQuantity.allCases {
                guard let value = planet[quantity] else { continue }
                for method in own == 0 ? [0] : [0, own] {
                    let place = Table.place(method: method, quantity, measured: 0)
                    if short[place] { values[place].append(value.value) }
                    if short[place + 1], value.isMeasured { values[place + 1].append(value.value) }
                }
            }
        }
        for place in table.cells.indices where short[place] { table.cells[place].refill(values[place]) }
    }

    func write(_ scope: GroupWriter.Scope, to groups: inout GroupWriter) {
        groups.looked += table.cells.count
        for method in 0...table.methods.names.count {
            let methodName = method == 0 ? "all" : table.methods.names[method - 1]
            for quantity in StatQuantity.allCases {
                for measured in 0...1 {
                    let place = Table.place(method: method, quantity, measured: measured)
                    guard place < table.cells.count,
                        scope == .all || table.cells[place].version != table.published[place]
                    else { continue }
                    if scope == .changes { table.published[place] = table.cells[place].version }
                    let group = "\(quantity.name)/\(methodName)/\(measured == 1 ? "measured" : "all")"
                    if let json = table.cells[place].json() {
                        groups.json(group, json, count: table.cells[place].count, isMeasured: measured == 1)
                    } else if scope == .changes {
                        groups.gone(group)
                    }
                }
            }
        }
    }

    /// The planets whose values the figures describe.
    func members(of group: String) -> GroupMembers? {
        let name = GroupName(group)
        guard name.count >= 3, let quantity = StatQuantity.allCases.first(where: { $0.name == name[0] }),
            ["all", "measured"].contains(name[name.count - 1])
        else { return nil }
        let method = name.parts[1..<name.count - 1].joined(separator: "/")
        let isMeasuredOnly = name[name.count - 1] == "measured"
        return .each(quantity.column, .text(.discoverymethod)) { planet in
            guard method == "all" || planet.discovery[.discoverymethod] == method,
                let value = Measurement(planet.discovery, quantity.columns)
            else { return false }
            return value.isMeasured || !isMeasuredOnly
        }
    }

    func save(to state: inout StateWriter) { deferredSave()(&state) }

    func deferredSave() -> @Sendable (inout StateWriter) -> Void {
        { [names = table.methods.names, cells = table.cells] state in
            state.integer(names.count)
            for name in names { state.text(name) }
            state.integer(cells.count)
            for cell in cells { cell.save(to: &state) }
        }
    }

    func restore(from state: inout StateReader) throws(StateError) {
        table = Table(firstVersion: (table.cells.map(\.version).max() ?? 0) + 1)
        for _ in 0..<(try state.count()) { _ = table.methods.slot(named: try state.text()) }
        table.widen(toMethod: table.methods.names.count)
        guard try state.count() == table.cells.count else { throw .damaged }
        for place in table.cells.indices { try table.cells[place].restore(from: &state) }
    }
}
