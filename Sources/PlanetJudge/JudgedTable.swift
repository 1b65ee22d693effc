// The columns of judged rows: what the lake's tables have of a record, and what keyed state and aggregates want to know
// of it. Not what comes before the record: change, revision.

import PlanetCore

/// Rows of one frame.
struct JudgedTable: ~Copyable {
    static let leading: [(name: String, kind: JudgedColumn.Kind)] = [
        ("log_partition", .int32), ("log_offset", .int64), ("log_timestamp", .timestamp), ("dt", .text),
        ("source", .text), ("key", .text), ("verdict", .text), ("rules", .text), ("errors", .text), ("raw", .text),
        ("value_id", .text), ("submission", .int64), ("sent_origin", .int64), ("sent_offset", .int64),
        ("alias_of", .text), ("alias_source", .text),
        ("alias_key", .text),
    ]
    /// Worked out here and not by who counts: another log10 may put a value on the other side of a bin's edge.
    static let facts: [(name: String, kind: JudgedColumn.Kind)] =
        [("host_key", .text), ("flux_log10", .real), ("zone_distance", .real)]
        + quantities.map { ("\($0)_log10", .real) }
    /// What statistics are kept of.
    static let quantities: [NumberColumn] = [.pl_rade, .pl_bmasse, .pl_orbper, .sy_dist]

    enum Leading: Int {
        case partition, offset, timestamp, day, source, key, verdict, rules, errors, raw, value, submission
        case sentOrigin, sentOffset, aliasOf, aliasSource, aliasKey
    }

    /// All columns, in the rows' order.
    static let names: [(name: String, kind: JudgedColumn.Kind)] =
        leading + Columns.all.map { ($0.name, kind($0.type)) }
        + PredictionColumn.all.map { ($0.name, kind($0.reading)) } + facts

    private static let firstValue = leading.count
    private static let firstPrediction = firstValue + Columns.all.count
    private static let firstFact = firstPrediction + PredictionColumn.all.count

    private let columns: UnsafeMutableBufferPointer<JudgedColumn>
    private let numberPlaces: [Int]
    private let textPlaces: [Int]
    private let readings = PredictionColumn.all.map(\.reading)
    /// Written column by column at the end: a row's neighbours are of the same column then.
    private var predictions: [Prediction] = []
    private var predicted: [Int] = []

    init() {
        columns = .allocate(capacity: JudgedTable.names.count)
        for (index, column) in JudgedTable.names.enumerated() {
            columns.initializeElement(at: index, to: JudgedColumn(column.kind))
        }
        var numbers = [Int](repeating: 0, count: NumberColumn.allCases.count)
        var texts = [Int](repeating: 0, count: TextColumn.allCases.count)
        for (index, column) in Columns.all.enumerated() {
            switch column.id {
            case .number(let id): numbers[Int(id.rawValue)] = JudgedTable.firstValue + index
            case .text(let id): texts[Int(id.rawValue)] = JudgedTable.firstValue + index
            }
        }
        numberPlaces = numbers
        textPlaces = texts
    }

    deinit {
        columns.deinitialize()
        columns.deallocate()
    }

    private static func kind(_ type: ColumnType) -> JudgedColumn.Kind {
        switch type {
        case .text: .text
        case .real: .real
        case .integer, .flag: .int64
        case .date: .date
        case .boolean: .boolean
        }
    }

    private static func kind(_ reading: PredictionColumn.Reading) -> JudgedColumn.Kind {
        switch reading {
        case .real: .real
        case .integer: .int32
        case .text: .text
        case .boolean: .boolean
        }
    }

    mutating func clear() {
        for index in columns.indices { columns[index].clear() }
        predictions.removeAll(keepingCapacity: true)
        predicted.removeAll(keepingCapacity: true)
    }

    mutating func set(_ row: Int, _ column: Leading, _ text: String?) {
        if let text { columns[column.rawValue].set(row, text) }
    }
    mutating func set(_ row: Int, _ column: Leading, _ value: Int64) { columns[column.rawValue].set(row, value) }
    mutating func set(_ row: Int, _ column: Leading, _ value: Int32) { columns[column.rawValue].set(row, value) }

    mutating func set(_ row: Int, name: String) { columns[textPlaces[Int(TextColumn.pl_name.rawValue)]].set(row, name) }

    mutating func set(_ row: Int, _ discovery: Discovery) {
        discovery.forEachText { column, text in columns[textPlaces[Int(column.rawValue)]].set(row, text) }
        discovery.forEachNumber { column, value in
            let place = numberPlaces[Int(column.rawValue)]
            switch columns[place].kind {
            case .int64: columns[place].set(row, Int64(value))
            case .date: columns[place].set(row, Int32(value))
            case .boolean: columns[place].set(row, value != 0)
            default: columns[place].set(row, value)
            }
        }
    }

    mutating func set(_ row: Int, _ prediction: Prediction) {
        predicted.append(row)
        predictions.append(prediction)
    }

    private func writePredictions() {
        for (index, reading) in readings.enumerated() {
            let place = JudgedTable.firstPrediction + index
            for (row, prediction) in zip(predicted, predictions) {
                switch reading {
                case .real(let read): if let value = read(prediction) { columns[place].set(row, value) }
                case .integer(let read):
                    if let value = read(prediction) { columns[place].set(row, Int32(clamping: value)) }
                case .text(let read): if let value = read(prediction) { columns[place].set(row, value) }
                case .boolean(let read): if let value = read(prediction) { columns[place].set(row, value) }
                }
            }
        }
    }

    /// All rows as a frame.
    func write(rows: Int, to frame: inout FrameWriter) throws(FrameError) {
        writePredictions()
        frame.begin(rows: rows)
        for index in columns.indices {
            guard columns[index].size <= Int32.max else { throw FrameError("a frame's texts are too long") }
            columns[index].write(rows: rows, to: &frame)
        }
        frame.end()
    }

    mutating func setFacts(_ row: Int, _ discovery: Discovery, _ prediction: Prediction) {
        let first = JudgedTable.firstFact
        if let host = discovery.hostKey { columns[first].set(row, host) }
        if let flux = prediction.thermalFlux, prediction.zone != nil {
            columns[first + 1].set(row, decadicLogarithm(flux))
            if let temperature = discovery[.st_teff].flatMap({ HabitableZone.temperature($0) }) {
                columns[first + 2].set(
                    row, HabitableZone.distanceFromMiddle(thermalFlux: flux, temperature: temperature))
            }
        }
        for (index, quantity) in JudgedTable.quantities.enumerated() {
            if let value = discovery[quantity], value > 0 {
                columns[first + 3 + index].set(row, decadicLogarithm(value))
            }
        }
    }
}
