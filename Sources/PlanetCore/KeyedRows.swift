// The keyed state kept by both web and stream: a row for each key in the log, planet or alias, in order of first
// appearance. Rows lie in chunks: a copy shares them all, and a changed row copies only its chunk's references.
// PlanetHistory.swift defines how a record changes a row's state, PackedRow.swift how a row is kept.

import StateBytes

/// A view of a packed row, with what its owner reads from the bytes of its own.
package protocol KeyedRow: Sendable {
    init(_ packed: PackedRow)
    var packed: PackedRow { get }
    /// The owner's bytes after a record that was not refused. `row`: before it.
    func extra(after outcome: RowOutcome, _ note: inout Note) -> [UInt8]
    /// What the owner says of a record, and learns of it.
    associatedtype Note
    /// Whether saved bytes are what `extra` makes.
    static func isWhole(_ extra: UnsafeRawBufferPointer) -> Bool
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

package struct KeyedRows<Row: KeyedRow>: Sendable {
    package static var chunkRows: Int { 256 }

    private var places = KeyPlaces()
    package private(set) var chunks: [[Row]] = []
    package private(set) var count = 0
    /// False if a key came twice.
    package private(set) var isWhole = true

    package init() {}

    private func row(_ place: Int) -> Row { chunks[place / Self.chunkRows][place % Self.chunkRows] }

    private func place(of key: String, _ hash: UInt32) -> Int? {
        places.find(hash) { row($0).packed.has(key: key) }
    }

    package subscript(_ key: String) -> Row? { place(of: key, KeyPlaces.hash(key)).map { row($0) } }

    /// The next record of this key. A tombstone of an unknown key leaves no row.
    package mutating func apply(
        key: String, _ record: PlanetRecord, _ submission: SubmissionID? = nil, _ sent: SentFrom? = nil,
        from basis: RecordBasis = .none, note: inout Row.Note
    ) -> RowOutcome {
        let hash = KeyPlaces.hash(key)
        guard let place = place(of: key, hash) else {
            if case .tombstone = record { return .nothingToWithdraw }
            var row = Row(PackedRow(key: key))
            var outcome = Self.apply(record, submission, sent, from: basis, key: key, to: &row, note: &note)
            outcome.place = Int32(count)
            append(row, hash)
            return outcome
        }
        let (chunk, slot) = place.quotientAndRemainder(dividingBy: Self.chunkRows)
        var row = chunks[chunk][slot]
        var outcome = Self.apply(record, submission, sent, from: basis, key: key, to: &row, note: &note)
        if case .change = outcome.effect { chunks[chunk][slot] = row }
        outcome.place = Int32(place)
        return outcome
    }

    /// The same for a row that the caller keeps; `key` is the row's.
    package static func apply(
        _ record: PlanetRecord, _ submission: SubmissionID?, _ sent: SentFrom?, from basis: RecordBasis, key: String,
        to row: inout Row, note: inout Row.Note
    ) -> RowOutcome {
        var state = row.packed.state
        let before = state.value
        let effect = state.apply(record, submission, sent, from: basis)
        var outcome = RowOutcome(effect: effect, revision: Int(state.revision))
        var (forecast, isOwn) = (KeptForecast?.none, row.packed.forecastIsOwn)
        switch effect {
        case .refused(let rule):
            outcome.issue = state.issue(rule, record)
            return outcome
        case .change(.duplicate), .change(.late): forecast = row.packed.forecast
        case .change:
            outcome.before = before
            outcome.after = state.value
            outcome.forecastBefore = row.packed.forecast
            let own = state.discovery.flatMap { KeptForecast.after($0, nil) }
            forecast = own ?? outcome.forecastBefore
            isOwn = own != nil
            outcome.forecast = forecast
        }
        row = Row(
            PackedRow(key: key, state, forecast, isOwn: isOwn, extra: row.extra(after: outcome, &note)))
        return outcome
    }

    private mutating func append(_ row: Row, _ hash: UInt32) {
        places.append(hash)
        if count % Self.chunkRows == 0 {
            chunks.append([])
            chunks[chunks.count - 1].reserveCapacity(Self.chunkRows)
        }
        chunks[chunks.count - 1].append(row)
        count += 1
    }
}

extension KeyedRows where Row.Note == Void {
    package mutating func apply(
        key: String, _ record: PlanetRecord, _ submission: SubmissionID? = nil, _ sent: SentFrom? = nil,
        from basis: RecordBasis = .none
    ) -> RowOutcome {
        var note: Void = ()
        return apply(key: key, record, submission, sent, from: basis, note: &note)
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
                for row in some.joined() { row.packed.save(to: &state) }
                return state.bytes
            }
        }
    }

    package mutating func add(_ block: [UInt8]) throws(StateError) {
        var state = StateReader(block)
        for _ in 0..<(try state.count()) {
            let packed = try PackedRow(from: &state, Row.isWhole)
            let key = packed.key
            let hash = KeyPlaces.hash(key)
            if place(of: key, hash) != nil { isWhole = false }
            append(Row(packed), hash)
        }
        guard state.isAtEnd else { throw .damaged }
    }

    /// Planets that are not withdrawn.
    package var present: Int { chunks.reduce(0) { $0 + $1.count { $0.packed.isPlanet } } }
}
