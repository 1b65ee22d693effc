// Which group a planet is in. Both the number and the list of a group's planets follow from this.
// CountedAggregate.swift counts.

import PlanetCore

struct Grouping<Key: GroupKey>: Sendable {
    typealias Reading<Planet> = @Sendable (Planet) -> Key?

    /// The columns of the lake's tables `discoveries` and `predictions` that make up the group's name; none for cells.
    let by: [String]
    /// Whether a null makes a group, "null"; else the planet is in none.
    let countsNull: Bool
    /// The planet's columns that decide.
    let columns: [ColumnID]
    /// Each returns a group that the planet is in, if any.
    let readings: [Reading<PlanetFacts>]
    /// The same for a planet of the web's catalogue.
    let membership: [Reading<CountedPlanet>]
    /// Which keys are possible.
    var isPossible: @Sendable (Key) -> Bool = { _ in true }

    /// By the planet's columns.
    init(by: [String], _ columns: [ColumnID], _ readings: Reading<PlanetValues>...) {
        self.by = by
        countsNull = false
        self.columns = columns
        // One by one: an array of functions of another type would be cast at run time.
        self.readings = readings.map { read in { read($0) } }
        membership = readings.map { read in { read(PlanetValues($0.discovery)) } }
    }

    /// By the planet's prediction.
    init(by: [String], countsNull: Bool, predicted read: @escaping Reading<PlanetFacts>) {
        self.by = by
        self.countsNull = countsNull
        columns = GroupMembers.predictedColumns
        readings = [read]
        membership = [{ read(PlanetFacts($0.discovery, key: $0.key, forecast: $0.forecast)) }]
    }

    /// By two things at once.
    init<First, Second>(_ first: Grouping<First>, _ second: Grouping<Second>) where Key == PairKey<First, Second> {
        func pair<Planet>(
            _ a: @escaping Grouping<First>.Reading<Planet>, _ b: @escaping Grouping<Second>.Reading<Planet>
        ) -> Reading<Planet> {
            { planet in
                guard let first = a(planet), let second = b(planet) else { return nil }
                return PairKey(first, second)
            }
        }
        by = first.by + second.by
        countsNull = first.countsNull && second.countsNull
        columns = first.columns + second.columns.filter { !first.columns.contains($0) }
        readings = [pair(first.readings[0], second.readings[0])]
        membership = [pair(first.membership[0], second.membership[0])]
    }

    /// Subtracts the planets that leave, and adds those that enter.
    func count(_ events: ArraySlice<CatalogueEvent>, in counts: inout GroupCounts) {
        events.withUnsafeBufferPointer { events in
            for reading in readings {
                for index in events.indices {
                    if let before = events[index].before, let key = reading(before) { counts.add(key, weight: -1) }
                    if let after = events[index].after, let key = reading(after) { counts.add(key, weight: 1) }
                }
            }
        }
    }

    func members(of group: String) -> GroupMembers? {
        guard let wanted = Key(name: group), isPossible(wanted) else { return nil }
        return .planets(unit: .planets, columns: columns, isFixed: false) { [membership] planets in
            CountedMembers(planets.indices.filter { index in membership.contains { $0(planets[index]) == wanted } })
        }
    }
}

/// Ways to group planets.
enum By {
    static let method = Grouping<MethodKey>(by: ["discoverymethod"], [.text(.discoverymethod)]) { $0.method }

    static func text(_ column: TextColumn) -> Grouping<TextKey> {
        Grouping(by: ["\(column)"], [.text(column)]) { $0.discovery[column].map { TextKey(name: $0) } }
    }

    static func integer(_ column: NumberColumn) -> Grouping<IntegerKey> {
        Grouping(by: ["\(column)"], [.number(column)]) { $0.discovery.integer(column).map { IntegerKey($0) } }
    }

    /// `column`: of the table `predictions`.
    static func predicted<Value: GroupKey>(
        _ column: String, _ read: @escaping @Sendable (PlanetFacts) -> Value?
    ) -> Grouping<OrNull<Value>> {
        Grouping(by: [column], countsNull: true) { OrNull(read($0)) }
    }

    static let type = predicted("pl_type") { $0.prediction.type }
    static let nasaType = predicted("nasa_type") { $0.prediction.nasaType }
    static let zone = predicted("hz_class") { $0.prediction.zone }
    static let temperature = predicted("temp_class") { $0.prediction.temperatureClass }
    static let habitability = {
        var grouping = predicted("habitable") { $0.prediction.habitable.map { IntegerKey($0) } }
        grouping.isPossible = { key in key.value.map { Habitability.ranks.contains($0.value) } ?? true }
        return grouping
    }()

    /// A cell of all planets with both quantities, and one of those with both measured.
    static func cells(_ x: QuantityAxis, _ y: QuantityAxis) -> Grouping<CellKey> {
        var grouping = Grouping<CellKey>(
            by: [], [x.quantity.column, y.quantity.column],
            { planet in
                guard let a = planet[x.quantity], let b = planet[y.quantity] else { return nil }
                guard let i = x.axis.bin(a.log10), let j = y.axis.bin(b.log10) else { return CellKey(.outsideAll) }
                return CellKey(.all, i, j)
            },
            { planet in
                guard let a = planet[x.quantity], let b = planet[y.quantity], a.isMeasured, b.isMeasured,
                    let i = x.axis.bin(a.log10), let j = y.axis.bin(b.log10)
                else { return nil }
                return CellKey(.measured, i, j)
            })
        grouping.isPossible = { key in
            key.kind == .outsideAll
                || (key.kind == .all || key.kind == .measured) && x.axis.has(key.i) && y.axis.has(key.j)
        }
        return grouping
    }
}

/// A quantity along a diagram's axis, by its decadic logarithm.
struct QuantityAxis: Sendable {
    let quantity: StatQuantity
    let axis: DiagramAxis

    static let mass = QuantityAxis(quantity: .mass, axis: .mass)
    static let period = QuantityAxis(quantity: .period, axis: .period)
    static let radius = QuantityAxis(quantity: .radius, axis: .radius)
}

extension DiagramAxis {
    @inline(__always)
    func bin(_ value: Double) -> Int? {
        let place = ((value - lowest) * binsPerUnit).rounded(.down)
        return place >= 0 && place < Double(count) ? Int(place) : nil
    }

    func has(_ bin: Int) -> Bool { (0..<count).contains(bin) }
}
