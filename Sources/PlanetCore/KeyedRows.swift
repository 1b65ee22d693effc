// The keyed state kept by both web and stream: a row for each key in the log, planet or alias, in order of first
// appearance. Rows lie in chunks: a copy shares them all, and a changed row copies only its chunk's references.
// PlanetHistory.swift defines how a record changes a row's state, PackedRow.swift how a row is kept.

import StateBytes

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

package struct KeyedRows: Sendable {
    package static let chunkRows = 256
    /// What an owner keeps in a row beside its state, after a record that was not refused. The row is as it was before
    /// that, nil before the key's first record.
    package typealias Extra = (_ row: PackedRow?, _ outcome: RowOutcome) -> [UInt8]

    private var places = KeyPlaces()
    package private(set) var chunks: [[PackedRow]] = []
    package private(set) var count = 0
    /// False if a key came twice.
    package private(set) var isWhole = true

    package init() {}

    private func row(_ place: Int) -> PackedRow { chunks[place / KeyedRows.chunkRows][place % KeyedRows.chunkRows] }

    private func place(of key: String, _ hash: UInt32) -> Int? {
        places.find(hash) { row($0).has(key: key) }
    }

    package subscript(_ key: String) -> PackedRow? { place(of: key, KeyPlaces.hash(key)).map { row($0) } }

    /// The next record of this key. A tombstone of an unknown key leaves no row.
    package mutating func apply(
        key: String, _ record: PlanetRecord, _ submission: SubmissionID? = nil, _ sent: SentFrom? = nil,
        from basis: RecordBasis = .none, extra: Extra = { _, _ in [] }
    ) -> RowOutcome {
        let hash = KeyPlaces.hash(key)
        guard let place = place(of: key, hash) else {
            if case .tombstone = record { return .nothingToWithdraw }
            var (outcome, row) = KeyedRows.apply(record, submission, sent, basis, key, to: nil, extra)
            outcome.place = Int32(count)
            append(row ?? PackedRow(key: key), hash)
            return outcome
        }
        let (chunk, slot) = place.quotientAndRemainder(dividingBy: KeyedRows.chunkRows)
        var (outcome, row) = KeyedRows.apply(record, submission, sent, basis, key, to: chunks[chunk][slot], extra)
        if let row { chunks[chunk][slot] = row }
        outcome.place = Int32(place)
        return outcome
    }

    /// The same for a row that the caller keeps; `key` is the row's.
    package static func apply(
        _ record: PlanetRecord, _ submission: SubmissionID?, _ sent: SentFrom?, from basis: RecordBasis, key: String,
        to row: inout PackedRow
    ) -> RowOutcome {
        let (outcome, changed) = apply(record, submission, sent, basis, key, to: row) { _, _ in [] }
        if let changed { row = changed }
        return outcome
    }

    /// `row`: nil before the key's first record; what is returned: nil if the record was refused.
    private static func apply(
        _ record: PlanetRecord, _ submission: SubmissionID?, _ sent: SentFrom?, _ basis: RecordBasis, _ key: String,
        to row: PackedRow?, _ extra: Extra
    ) -> (RowOutcome, PackedRow?) {
        var state = PlanetState()
        if let row { state = row.state }
        let before = state.value
        let effect = state.apply(record, submission, sent, from: basis)
        var outcome = RowOutcome(effect: effect, revision: Int(state.revision))
        var (forecast, isOwn) = (row?.forecast, row?.forecastIsOwn ?? false)
        switch effect {
        case .refused(let rule):
            outcome.issue = state.issue(rule, record)
            return (outcome, nil)
        case .change(.duplicate), .change(.late): break
        case .change:
            outcome.before = before
            outcome.after = state.value
            outcome.forecastBefore = forecast
            let own = state.discovery.flatMap { KeptForecast.after($0, nil) }
            isOwn = own != nil
            forecast = own ?? forecast
            outcome.forecast = forecast
        }
        return (outcome, PackedRow(key: key, state, forecast, isOwn: isOwn, extra: extra(row, outcome)))
    }

    private mutating func append(_ row: PackedRow, _ hash: UInt32) {
        places.append(hash)
        if count % KeyedRows.chunkRows == 0 {
            chunks.append([])
            chunks[chunks.count - 1].reserveCapacity(KeyedRows.chunkRows)
        }
        chunks[chunks.count - 1].append(row)
        count += 1
    }
}

// MARK: Saved

extension KeyedRows {
    /// Chunks of a block.
    private static let blockChunks = 16

    /// For rows to be added by `add`.
    package init(capacity: Int) { places.reserveCapacity(capacity) }

    /// All rows as bytes, in blocks made on demand; `add` reads one back.
    package var blocks: [@Sendable () -> [UInt8]] {
        stride(from: 0, to: chunks.count, by: KeyedRows.blockChunks).map { [chunks] start in
            {
                var state = StateWriter()
                let some = chunks[start..<min(chunks.count, start + KeyedRows.blockChunks)]
                state.integer(some.reduce(0) { $0 + $1.count })
                for row in some.joined() { row.save(to: &state) }
                return state.bytes
            }
        }
    }

    /// `isWhole`: whether an owner's bytes are what it makes.
    package mutating func add(
        _ block: [UInt8], _ isWhole: (UnsafeRawBufferPointer) -> Bool = { $0.isEmpty }
    ) throws(StateError) {
        var state = StateReader(block)
        for _ in 0..<(try state.count()) {
            let packed = try PackedRow(from: &state, isWhole)
            let key = packed.key
            let hash = KeyPlaces.hash(key)
            if place(of: key, hash) != nil { self.isWhole = false }
            append(packed, hash)
        }
        guard state.isAtEnd else { throw .damaged }
    }

    /// Planets that are not withdrawn.
    package var present: Int { chunks.reduce(0) { $0 + $1.count { $0.isPlanet } } }
}
