// Rows to be written: leading columns (LeadingColumns.swift), those of a discovery, those of its prediction.

import PlanetCore

/// The columns of one table, where they stay: rows are set by the thousand, and each would ask whether a Swift array is
/// its own.
private final class ColumnStorage {
    let columns: UnsafeMutableBufferPointer<JudgedColumn>

    init(_ kinds: [JudgedColumn.Kind]) {
        columns = .allocate(capacity: kinds.count)
        for (index, kind) in kinds.enumerated() { columns.initializeElement(at: index, to: JudgedColumn(kind)) }
    }

    deinit {
        columns.deinitialize()
        columns.deallocate()
    }
}

/// Rows of one frame. Not to be copied: the copy would have the same columns.
struct JudgedTable<Leading: LeadingColumn> {
    /// All columns, in the rows' order.
    static var names: [(name: String, kind: JudgedColumn.Kind)] {
        Leading.allCases.map { ("\($0)", $0.kind) } + Columns.all.map { ($0.name, JudgedColumn.Kind($0.type)) }
            + PredictionColumn.all.map { ($0.name, JudgedColumn.Kind($0.reading)) }
    }

    private let firstPrediction = Leading.allCases.count + Columns.all.count

    private let storage: ColumnStorage
    private let columns: UnsafeMutableBufferPointer<JudgedColumn>
    private let numberPlaces: [Int]
    private let textPlaces: [Int]
    private let readings = PredictionColumn.all.map(\.reading)
    /// Written column by column at the end, so that neighbours in memory are of the same column.
    private var predictions: [Prediction] = []
    private var predicted: [Int] = []

    init() {
        storage = ColumnStorage(JudgedTable.names.map(\.kind))
        columns = storage.columns
        var numbers = [Int](repeating: 0, count: NumberColumn.allCases.count)
        var texts = [Int](repeating: 0, count: TextColumn.allCases.count)
        for (index, column) in Columns.all.enumerated() {
            switch column.id {
            case .number(let id): numbers[Int(id.rawValue)] = Leading.allCases.count + index
            case .text(let id): texts[Int(id.rawValue)] = Leading.allCases.count + index
            }
        }
        numberPlaces = numbers
        textPlaces = texts
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
    mutating func set(_ row: Int, _ column: Leading, _ value: Double) { columns[column.rawValue].set(row, value) }
    mutating func set(_ row: Int, _ column: Leading, _ value: Bool) { columns[column.rawValue].set(row, value) }

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
        predictions.withUnsafeBufferPointer { predictions in
            guard let first = predictions.baseAddress else { return }
            for (index, reading) in readings.enumerated() {
                let place = firstPrediction + index
                for (offset, row) in predicted.enumerated() {
                    write(reading, of: first + offset, to: place, row)
                }
            }
        }
    }

    @inline(__always)
    private func write(
        _ reading: PredictionColumn.Reading, of prediction: UnsafePointer<Prediction>, to place: Int, _ row: Int
    ) {
        switch reading {
        case .real(let read): if let value = read(prediction) { columns[place].set(row, value) }
        case .integer(let read): if let value = read(prediction) { columns[place].set(row, Int32(clamping: value)) }
        case .text(let read): if let value = read(prediction) { columns[place].set(row, value) }
        case .boolean(let read): if let value = read(prediction) { columns[place].set(row, value) }
        }
    }

    /// Writes the number of rows, and all their columns.
    func write(rows: Int, to frame: inout FrameWriter) throws(FrameError) {
        writePredictions()
        frame.word(rows)
        for index in columns.indices {
            guard columns[index].size <= Int32.max else { throw FrameError("a frame's texts are too long") }
            columns[index].write(rows: rows, to: &frame)
        }
    }
}

extension JudgedColumn.Kind {
    init(_ type: ColumnType) {
        self =
            switch type {
            case .text: .text
            case .real: .real
            case .integer, .flag: .int64
            case .date: .date
            case .boolean: .boolean
            }
    }

    init(_ reading: PredictionColumn.Reading) {
        self =
            switch reading {
            case .real: .real
            case .integer: .int32
            case .text: .text
            case .boolean: .boolean
            }
    }
}
