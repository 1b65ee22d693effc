// A key of a partition in another program's state, row by row in a Parquet file: read from its columns, and written to
// them. Columns rather than a checkpoint's bytes, so that a later build can read it. PlanetCore/PlanetHistory.swift
// defines what a record does to it.

import PlanetCore
import PlanetFigures

struct FoldedPlanet {
    var planet: PackedRow
    /// What the last record that changed it did, and where it lies; nil if there was none.
    var last: (change: Change, offset: Int64, timestamp: Int64)?

    init(_ key: String) { planet = PackedRow(key: key) }

    /// Sets the row's columns; `partition`: that of its records.
    func write(_ row: Int, partition: Int32, to table: inout JudgedTable<StateColumn>) {
        let state = planet.state
        table.set(row, .key, planet.key)
        table.set(row, .revision, Int32(clamping: Int(state.revision)))
        table.set(row, .log_partition, partition)
        if let last {
            table.set(row, .change, last.change.rawValue)
            table.set(row, .log_offset, last.offset)
            table.set(row, .log_timestamp, last.timestamp)
        }
        table.set(row, .was_planet, state.wasPlanet)
        if let day = state.rowupdate { table.set(row, .last_rowupdate, day) }
        if !state.submissions.isEmpty {
            table.set(row, .submissions, state.submissions.map { "\($0.bits)" }.joined(separator: " "))
        }
        if !state.sentMarks.isEmpty {
            table.set(row, .sent_on, state.sentMarks.map { "\($0.origin):\($0.offset)" }.joined(separator: " "))
        }
        if let forecast = planet.forecast {
            table.set(row, .forecast, "\(forecast.kind)")
            table.set(row, .forecast_known, forecast.known)
            table.set(row, .forecast_error, forecast.error)
        }
        switch state.value {
        case .nothing: table.set(row, .state, "nothing")
        case .planet(let discovery):
            table.set(row, .state, "planet")
            table.set(row, discovery)
            table.set(row, Predictor.prediction(of: discovery))
        case .alias(let alias):
            table.set(row, .state, "alias")
            table.set(row, .alias_of, alias.canonical)
            table.set(row, .alias_source, alias.source)
            table.set(row, name: alias.name)
        }
    }
}

/// Reads rows of planets back from their arrays: those of `StateColumn` and of a discovery; predictions are recomputed.
struct PlanetFrame {
    private enum Values {
        case texts(Texts)
        case bits(Bits)
        case words(Integers<Int64>)
        case halves(Integers<Int32>)
    }

    static let names = JudgedTable<StateColumn>.names.prefix(StateColumn.allCases.count + Columns.all.count)

    let rows: Int
    private let columns: [(given: Bits, values: Values)]
    private var draft = DiscoveryDraft()
    private var cache = TextCache()

    init(_ reader: inout FrameReader) throws(FrameError) {
        rows = try reader.rows()
        var columns: [(given: Bits, values: Values)] = []
        for (_, kind) in PlanetFrame.names {
            let given = try reader.bits(rows)
            switch kind {
            case .text: columns.append((given, .texts(try reader.texts(rows))))
            case .boolean: columns.append((given, .bits(try reader.flags(rows))))
            case .int32, .date: columns.append((given, .halves(try reader.integers(rows, Int32.self))))
            case .real, .int64, .timestamp: columns.append((given, .words(try reader.integers(rows, Int64.self))))
            }
        }
        self.columns = columns
    }

    /// The partition of the row's records.
    func partition(_ row: Int) -> Int32 { Int32(clamping: integer(row, .log_partition) ?? 0) }

    mutating func planet(_ row: Int) throws(FrameError) -> FoldedPlanet {
        guard let key = try text(row, .key), let revision = integer(row, .revision).flatMap({ UInt32(exactly: $0) })
        else { throw damaged(row) }
        let value: PlanetState.Value
        switch try text(row, .state) {
        case "planet": value = .planet(try discovery(row))
        case "alias":
            guard let canonical = try text(row, .alias_of) else { throw damaged(row) }
            value = .alias(
                PlanetAlias(
                    name: try discovery(row)[.pl_name] ?? "", canonical: canonical,
                    canonicalKey: IdentityKey.of(canonical) ?? "", source: try text(row, .alias_source)))
        case "nothing": value = .nothing
        default: throw damaged(row)
        }
        var found = FoldedPlanet(key)
        let state = PlanetState(
            value, revision: revision, wasPlanet: integer(row, .was_planet) == 1,
            rowupdate: integer(row, .last_rowupdate).map { Int32(clamping: $0) },
            submissions: try submissions(row), sentMarks: try marks(row))
        found.planet = PackedRow(key: key, state, try forecast(row))
        if let change = try text(row, .change).flatMap({ Change(rawValue: $0) }),
            let offset = integer(row, .log_offset), let timestamp = integer(row, .log_timestamp)
        {
            found.last = (change, Int64(offset), Int64(timestamp))
        }
        return found
    }

    private func damaged(_ row: Int) -> FrameError { FrameError("row \(row) of the planets is not what was written") }

    private func submissions(_ row: Int) throws(FrameError) -> [SubmissionID] {
        var found: [SubmissionID] = []
        for word in try text(row, .submissions)?.split(separator: " ") ?? [] {
            guard let bits = Int64(word) else { throw damaged(row) }
            found.append(SubmissionID(bits: bits))
        }
        return found
    }

    private func marks(_ row: Int) throws(FrameError) -> [SentMark] {
        var found: [SentMark] = []
        for word in try text(row, .sent_on)?.split(separator: " ") ?? [] {
            let parts = word.split(separator: ":")
            guard parts.count == 2, let origin = Int64(parts[0]), let offset = Int64(parts[1]) else {
                throw damaged(row)
            }
            found.append(SentMark(origin: origin, offset: offset))
        }
        return found
    }

    private func forecast(_ row: Int) throws(FrameError) -> KeptForecast? {
        guard let name = try text(row, .forecast) else { return nil }
        guard let kind = KeptForecast.Kind.allCases.first(where: { "\($0)" == name }),
            let known = real(row, StateColumn.forecast_known.rawValue),
            let error = real(row, StateColumn.forecast_error.rawValue)
        else { throw damaged(row) }
        return KeptForecast(kind: kind, known: known, error: error)
    }

    private mutating func discovery(_ row: Int) throws(FrameError) -> Discovery {
        draft.clear()
        for (index, column) in Columns.all.enumerated() {
            let place = StateColumn.allCases.count + index
            guard columns[place].given[row] else { continue }
            switch column.id {
            case .text(let id):
                if case .texts(let texts) = columns[place].values { draft[id] = cache.string(try texts.row(row)) }
            case .number(let id): draft[id] = real(row, place)
            }
        }
        return draft.discovery
    }

    private func text(_ row: Int, _ column: StateColumn) throws(FrameError) -> String? {
        guard columns[column.rawValue].given[row], case .texts(let texts) = columns[column.rawValue].values else {
            return nil
        }
        return String(decoding: try texts.row(row), as: UTF8.self)
    }

    private func integer(_ row: Int, _ column: StateColumn) -> Int? { integer(row, column.rawValue) }

    private func integer(_ row: Int, _ place: Int) -> Int? {
        guard columns[place].given[row] else { return nil }
        switch columns[place].values {
        case .bits(let bits): return bits[row] ? 1 : 0
        case .words(let words): return Int(words[row])
        case .halves(let halves): return Int(halves[row])
        case .texts: return nil
        }
    }

    private func real(_ row: Int, _ place: Int) -> Double? {
        if case .words(let words) = columns[place].values, PlanetFrame.names[place].kind == .real {
            return columns[place].given[row] ? Double(bitPattern: UInt64(bitPattern: words[row])) : nil
        }
        return integer(row, place).map { Double($0) }
    }
}
