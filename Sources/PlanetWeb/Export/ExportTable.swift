// A list to be exported as a table: named and typed columns, rows made one at a time. TextExports.swift and others
// write it.

import Basics
import PlanetCore

enum ExportValue: Sendable {
    case none
    case text(String)
    case number(Double)
    case integer(Int)
    case boolean(Bool)
    /// Days since 1970-01-01.
    case day(Int)

    /// As written in CSV and VOTable; empty for none.
    var text: String {
        switch self {
        case .none: ""
        case .text(let text): text
        case .number(let value): ExportValue.shortest(value)
        case .integer(let value): "\(value)"
        case .boolean(let value): value ? "true" : "false"
        case .day(let days): CivilDate(days: days).text
        }
    }

    private static func shortest(_ value: Double) -> String {
        value == value.rounded() && value.magnitude < 1e15 && value.sign == .plus ? "\(Int(value))" : "\(value)"
    }
}

struct ExportColumn: Sendable {
    enum Kind: Sendable { case text, real, integer, boolean, date }

    let name: String
    let kind: Kind
    var unit: String?
    var about = ""
}

struct ExportTable: Sendable {
    let columns: [ExportColumn]
    let count: Int
    /// The values of the nth row, in the columns' order.
    let row: @Sendable (Int) -> [ExportValue]
    /// Name and value: what the table is, and what it can be checked against.
    let notes: [(name: String, value: String)]
}

extension ExportColumn {
    init(_ id: ColumnID) {
        let column = Columns.of(id)
        let kind: Kind =
            switch column.type {
            case .text: .text
            case .real: .real
            case .integer, .flag: .integer
            case .date: .date
            case .boolean: .boolean
            }
        self.init(name: column.name, kind: kind, unit: column.unit, about: column.label.en)
    }

    init(_ column: PredictionColumn) {
        let kind: Kind =
            switch column.reading {
            case .real: .real
            case .integer: .integer
            case .text: .text
            case .boolean: .boolean
            }
        self.init(name: column.name, kind: kind, unit: ExportColumn.units[column.name], about: "predicted")
    }

    private static let units = [
        "luminosity": "Solar luminosity", "sma_au": "au", "d_eff_au": "au", "flux_mean": "Earth flux",
        "flux_thermal": "Earth flux", "teq_a03_k": "K", "tsurf_k": "K", "rv_k_ms": "m/s",
        "ck_mass_point": "Earth mass", "ck_mass_q025": "Earth mass", "ck_mass_q16": "Earth mass",
        "ck_mass_q50": "Earth mass", "ck_mass_q84": "Earth mass", "ck_mass_q975": "Earth mass",
        "ck_radius_point": "Earth radius", "ck_radius_q025": "Earth radius", "ck_radius_q16": "Earth radius",
        "ck_radius_q50": "Earth radius", "ck_radius_q84": "Earth radius", "ck_radius_q975": "Earth radius",
    ]
}

extension ExportValue {
    init(_ id: ColumnID, of discovery: Discovery) {
        switch id {
        case .text(let column): self = discovery[column].map { .text($0) } ?? .none
        case .number(let column):
            guard let value = discovery[column] else {
                self = .none
                return
            }
            self =
                switch Columns.of(column).type {
                case .real, .text: .number(value)
                case .integer, .flag: .integer(Int(value))
                case .date: .day(Int(value))
                case .boolean: .boolean(value != 0)
                }
        }
    }

    init(_ column: PredictionColumn, of prediction: Prediction) {
        self = withUnsafePointer(to: prediction) { prediction in
            switch column.reading {
            case .real(let read): read(prediction).map { .number($0) } ?? .none
            case .integer(let read): read(prediction).map { .integer($0) } ?? .none
            case .text(let read): read(prediction).map { .text($0) } ?? .none
            case .boolean(let read): read(prediction).map { .boolean($0) } ?? .none
            }
        }
    }
}
