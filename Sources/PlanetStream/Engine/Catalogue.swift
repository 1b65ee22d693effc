// The keyed state: every planet the log has told of, with its current value. What can't be a group element (the smallest value, a
// distinct count) is derived from it.
// Not a store: it is rebuilt by reading the log, the lake, or a checkpoint.

import PlanetCore

struct Catalogue {
    struct Planet: Sendable {
        var key: String
        var state = PlanetState()
        /// Nil when withdrawn.
        var discovery: Discovery?
        /// Kept through withdrawals.
        var forecast: KeptForecast?
    }

    /// Rows of a chunk. A copy of the catalogue's chunks costs nothing until rows change, and then only their chunks.
    static let chunkRows = 256

    private var places: [String: Int32] = [:]
    private(set) var chunks: [[Planet]] = []
    private(set) var count = 0

    init() {}

    /// What the record did, and the value it took away.
    struct Outcome {
        let change: Change
        let revision: Int
        let before: Discovery?
        /// As it was, and as it is after the record.
        var forecastBefore: KeptForecast?
        var forecast: KeptForecast?
    }

    /// A record of this key: its value, or nil for a tombstone.
    mutating func apply(key: String, _ discovery: Discovery?) -> Outcome {
        guard let place = places[key] else {
            guard let discovery else { return Outcome(change: .duplicate, revision: 0, before: nil) }
            var planet = Planet(key: key, discovery: discovery)
            let change = planet.state.apply(.value(isSame: false))
            planet.forecast = KeptForecast.after(discovery, nil)
            append(planet)
            return Outcome(
                change: change, revision: Int(planet.state.revision), before: nil, forecast: planet.forecast)
        }
        let (chunk, row) = Int(place).quotientAndRemainder(dividingBy: Catalogue.chunkRows)
        let before = chunks[chunk][row].discovery
        var state = chunks[chunk][row].state
        let change = state.apply(PlanetState.Record(discovery, after: before))
        guard change != .duplicate else {
            return Outcome(change: change, revision: Int(state.revision), before: nil)
        }
        let kept = chunks[chunk][row].forecast
        chunks[chunk][row].state = state
        chunks[chunk][row].discovery = discovery
        if let discovery { chunks[chunk][row].forecast = KeptForecast.after(discovery, kept) }
        return Outcome(
            change: change, revision: Int(state.revision), before: before, forecastBefore: kept,
            forecast: chunks[chunk][row].forecast)
    }

    private mutating func append(_ planet: Planet) {
        places[planet.key] = Int32(count)
        if count % Catalogue.chunkRows == 0 {
            chunks.append([])
            chunks[chunks.count - 1].reserveCapacity(Catalogue.chunkRows)
        }
        chunks[chunks.count - 1].append(planet)
        count += 1
    }
}

// MARK: Saved state

extension Catalogue.Planet {
    func save(to state: inout StateWriter) {
        state.text(key)
        self.state.save(to: &state)
        state.flag(discovery != nil)
        discovery?.save(to: &state)
        state.flag(forecast != nil)
        forecast?.save(to: &state)
    }

    init(from state: inout StateReader, _ cache: inout TextCache) throws(StateError) {
        key = try state.text()
        self.state = try PlanetState(from: &state)
        discovery = try state.flag() ? try Discovery(from: &state, &cache) : nil
        forecast = try state.flag() ? try KeptForecast(from: &state) : nil
    }
}

extension Catalogue {
    /// Some rows as bytes, which `rows` reads back.
    static func saved(_ rows: ArraySlice<[Planet]>) -> [UInt8] {
        var state = StateWriter()
        state.integer(rows.reduce(0) { $0 + $1.count })
        for chunk in rows {
            for planet in chunk { planet.save(to: &state) }
        }
        return state.bytes
    }

    static func rows(_ saved: [UInt8]) throws(StateError) -> [Planet] {
        var state = StateReader(saved)
        var cache = TextCache()
        var rows: [Planet] = []
        let count = try state.count()
        rows.reserveCapacity(count)
        for _ in 0..<count { rows.append(try Planet(from: &state, &cache)) }
        guard state.isAtEnd else { throw .damaged }
        return rows
    }

    /// For rows that `add` brings.
    init(capacity: Int) { places.reserveCapacity(capacity) }

    mutating func add(_ rows: [Planet]) {
        for planet in rows { append(planet) }
    }

    /// A key that is there twice would have hidden another.
    var isWhole: Bool { places.count == count }

    /// Planets that are not withdrawn.
    var present: Int { chunks.reduce(0) { $0 + $1.count { $0.discovery != nil } } }
}
