// The keyed state kept by both web and stream: a row for each key in the log, planet or alias, in order of first
// appearance. Rows lie in chunks: a copy shares them all, and a changed row copies only its chunk. PlanetHistory.swift
// defines how a record changes a row's state.

import StateBytes

package protocol KeyedRow: Sendable {
    /// Before the first record of its key.
    init(key: String)
    var key: String { get }
    var state: PlanetState { get set }
    /// Made while only mass or radius was measured; kept through withdrawals.
    var forecast: KeptForecast? { get set }

    func save(to state: inout StateWriter)
    init(from state: inout StateReader, _ cache: inout TextCache) throws(StateError)
}

/// The effect of a record on its key's row.
package struct RowOutcome: Sendable {
    package let effect: PlanetState.Effect
    /// The key's revision after the record; 0 if the key never occurred.
    package let revision: Int
    /// The value before and after the record; both nothing if it changed no value.
    package internal(set) var before = PlanetState.Value.nothing
    package internal(set) var after = PlanetState.Value.nothing
    /// Before and after the record; nil if it changed no value.
    package internal(set) var forecastBefore: KeptForecast?
    package internal(set) var forecast: KeptForecast?
    /// Where the row is among all; nil where the caller keeps it.
    package internal(set) var place: Int32?
    /// Why it was refused.
    package internal(set) var issue: FieldIssue?

    /// For a tombstone whose key never occurred: it leaves no row.
    package static var nothingToWithdraw: RowOutcome { RowOutcome(effect: .change(.duplicate), revision: 0) }
}

// Generic across modules, on the data path: everything that `apply` needs is compiled for the actual row.
package struct KeyedRows<Row: KeyedRow>: Sendable {
    @usableFromInline package static var chunkRows: Int { 256 }

    @usableFromInline var places: [String: Int32] = [:]
    @usableFromInline package internal(set) var chunks: [[Row]] = []
    @usableFromInline package internal(set) var count = 0

    @inlinable package init() {}

    @inlinable package subscript(_ key: String) -> Row? {
        places[key].map { chunks[Int($0) / Self.chunkRows][Int($0) % Self.chunkRows] }
    }

    /// The next record of this key. A tombstone of an unknown key leaves no row. `note` stores what else is kept about
    /// a record that was not refused.
    @inlinable package mutating func apply(
        key: String, _ record: PlanetRecord, _ submission: SubmissionID? = nil, _ sent: SentFrom? = nil,
        from basis: RecordBasis = .none,
        note: (inout Row, RowOutcome) -> Void = { _, _ in }
    ) -> RowOutcome {
        let place: Int
        if let known = places[key] {
            place = Int(known)
        } else {
            if case .tombstone = record { return .nothingToWithdraw }
            place = count
            append(Row(key: key))
        }
        let (chunk, slot) = place.quotientAndRemainder(dividingBy: Self.chunkRows)
        var outcome = Self.apply(record, submission, sent, from: basis, to: &chunks[chunk][slot], note: note)
        outcome.place = Int32(place)
        return outcome
    }

    /// The same for a row that the caller keeps.
    @inlinable package static func apply(
        _ record: PlanetRecord, _ submission: SubmissionID?, _ sent: SentFrom?, from basis: RecordBasis,
        to row: inout Row,
        note: (inout Row, RowOutcome) -> Void
    ) -> RowOutcome {
        let before = row.state.value
        let effect = row.state.apply(record, submission, sent, from: basis)
        var outcome = RowOutcome(effect: effect, revision: Int(row.state.revision))
        switch effect {
        case .refused(let rule):
            outcome.issue = row.state.issue(rule, record)
            return outcome
        case .change(.duplicate), .change(.late): break
        case .change:
            outcome.before = before
            outcome.after = row.state.value
            outcome.forecastBefore = row.forecast
            if case .planet(let discovery) = outcome.after {
                row.forecast = KeptForecast.after(discovery, row.forecast)
            }
            outcome.forecast = row.forecast
        }
        note(&row, outcome)
        return outcome
    }

    @usableFromInline mutating func append(_ row: Row) {
        places[row.key] = Int32(count)
        if count % Self.chunkRows == 0 {
            chunks.append([])
            chunks[chunks.count - 1].reserveCapacity(Self.chunkRows)
        }
        chunks[chunks.count - 1].append(row)
        count += 1
    }
}

// MARK: Saved

extension KeyedRows {
    /// Chunks of a block.
    private static var blockChunks: Int { 16 }

    /// For rows to be added by `add`.
    package init(capacity: Int) { places.reserveCapacity(capacity) }

    /// All rows as bytes, in blocks made on demand; `add` reads one back.
    package var blocks: [@Sendable () -> [UInt8]] {
        stride(from: 0, to: chunks.count, by: Self.blockChunks).map { [chunks] start in
            {
                var state = StateWriter()
                let some = chunks[start..<min(chunks.count, start + Self.blockChunks)]
                state.integer(some.reduce(0) { $0 + $1.count })
                for row in some.joined() { row.save(to: &state) }
                return state.bytes
            }
        }
    }

    package mutating func add(_ block: [UInt8], _ cache: inout TextCache) throws(StateError) {
        var state = StateReader(block)
        for _ in 0..<(try state.count()) { append(try Row(from: &state, &cache)) }
        guard state.isAtEnd else { throw .damaged }
    }

    /// False if a key came twice.
    package var isWhole: Bool { places.count == count }

    /// Planets that are not withdrawn.
    package var present: Int { chunks.reduce(0) { $0 + $1.count { $0.state.discovery != nil } } }
}
