// Tables as text: CSV and TSV with their notes as comments, and JSON with an object per line.

import JSONText
import PlanetCore

/// RFC 4180. Comments come first: what the table is, and each column's unit. The whole can be submitted again.
final class DelimitedExport: ExportWriter {
    private let columns: [ExportColumn]
    private let notes: [(name: String, value: String)]
    private let delimiter: UInt8

    init(_ table: ExportTable, delimiter: UInt8) {
        (columns, notes, self.delimiter) = (table.columns, table.notes, delimiter)
    }

    func begin(_ bytes: inout [UInt8]) {
        for note in notes { comment("\(note.name): \(note.value)", &bytes) }
        for column in columns {
            if let unit = column.unit { comment("unit of \(column.name): \(unit)", &bytes) }
        }
        line(columns.map(\.name), &bytes)
    }

    func add(_ values: [ExportValue], to bytes: inout [UInt8]) { line(values.map(\.text), &bytes) }

    func endPart(isLast: Bool, _ bytes: inout [UInt8]) {}

    private func comment(_ text: String, _ bytes: inout [UInt8]) {
        bytes.append(contentsOf: "# ".utf8)
        bytes.append(contentsOf: text.utf8.map { $0 < 0x20 ? 0x20 : $0 })
        bytes.append(UInt8(ascii: "\n"))
    }

    private func line(_ fields: [String], _ bytes: inout [UInt8]) {
        for (index, field) in fields.enumerated() {
            if index > 0 { bytes.append(delimiter) }
            let isPlain = field.utf8.allSatisfy { $0 != delimiter && $0 != 0x22 && $0 != 0x0A && $0 != 0x0D }
            if isPlain, index > 0 || !field.hasPrefix("#") {
                bytes.append(contentsOf: field.utf8)
            } else {
                bytes.append(UInt8(ascii: "\""))
                for byte in field.utf8 {
                    if byte == 0x22 { bytes.append(byte) }
                    bytes.append(byte)
                }
                bytes.append(UInt8(ascii: "\""))
            }
        }
        bytes.append(UInt8(ascii: "\n"))
    }
}

/// Missing values are left out.
final class LinesExport: ExportWriter {
    private let columns: [ExportColumn]

    init(_ table: ExportTable) { columns = table.columns }

    func begin(_ bytes: inout [UInt8]) {}

    func add(_ values: [ExportValue], to bytes: inout [UInt8]) {
        bytes += JSONWriter.object { $0.members(columns, values) }
        bytes.append(UInt8(ascii: "\n"))
    }

    func endPart(isLast: Bool, _ bytes: inout [UInt8]) {}
}

extension JSONWriter {
    fileprivate mutating func members(_ columns: [ExportColumn], _ values: [ExportValue]) {
        for (column, value) in zip(columns, values) { member(column.name, value) }
    }

    /// Left out if there is no value.
    mutating func member(_ name: String, _ value: ExportValue) {
        switch value {
        case .none: break
        case .text(let text): member(name, text)
        case .number(let number): member(name, number)
        case .integer(let number): member(name, number)
        case .boolean(let flag): member(name, flag)
        case .day: member(name, value.text)
        }
    }
}
