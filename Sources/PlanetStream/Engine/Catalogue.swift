// The keyed state: every key the log has told of, planet or alias, with its current value. What can't be a group element (the smallest
// value, a distinct count) is derived from it.
// Not a store: it is rebuilt by reading the log, the lake, or a checkpoint.

import PlanetCore

struct Catalogue {
    struct Planet: Sendable {
        var key: String
        var state = PlanetState()
        /// Kept through withdrawals.
        var forecast: KeptForecast?

        /// Nil when withdrawn, and for an alias.
        var discovery: Discovery? { state.discovery }
    }

    /// Rows of a chunk. A copy of the catalogue's chunks costs nothing until rows change, and then only their chunks.
    static let chunkRows = 256

    private var places: [String: Int32] = [:]
    private(set) var chunks: [[Planet]] = []
    private(set) var count = 0

    init() {}

    /// What the record did, and the value it took away.
    struct Outcome {
        let effect: PlanetState.Effect
        let revision: Int
        /// The value that the record ended, and the one that it began; nil for a record that changes no planet's value.
        var before: Discovery?
        var after: Discovery?
        /// As it was, and as it is after the record.
        var forecastBefore: KeptForecast?
        var forecast: KeptForecast?
        /// Why it was refused.
        var issue: FieldIssue?
    }

    /// The next record of this key.
    mutating func apply(key: String, _ record: PlanetRecord, _ submission: SubmissionID? = nil) -> Outcome {
        guard let place = places[key] else {
            var planet = Planet(key: key)
            let effect = planet.state.apply(record, submission)
            if case .tombstone = record { return Outcome(effect: effect, revision: 0) }
            let discovery = planet.discovery
            planet.forecast = discovery.flatMap { KeptForecast.after($0, nil) }
            append(planet)
            return Outcome(
                effect: effect, revision: Int(planet.state.revision), after: discovery, forecast: planet.forecast)
        }
        let (chunk, row) = Int(place).quotientAndRemainder(dividingBy: Catalogue.chunkRows)
        let before = chunks[chunk][row].discovery
        let effect = chunks[chunk][row].state.apply(record, submission)
        let revision = Int(chunks[chunk][row].state.revision)
        switch effect {
        case .refused(let rule):
            return Outcome(effect: effect, revision: revision, issue: chunks[chunk][row].state.issue(rule, record))
        case .change(.duplicate), .change(.late):
            return Outcome(effect: effect, revision: revision)
        case .change:
            let kept = chunks[chunk][row].forecast
            let after = chunks[chunk][row].discovery
            if let after { chunks[chunk][row].forecast = KeptForecast.after(after, kept) }
            return Outcome(
                effect: effect, revision: revision, before: before, after: after, forecastBefore: kept,
                forecast: chunks[chunk][row].forecast)
        }
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
        state.flag(forecast != nil)
        forecast?.save(to: &state)
    }

    init(from state: inout StateReader, _ cache: inout TextCache) throws(StateError) {
        key = try state.text()
        self.state = try PlanetState(from: &state, &cache)
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
