// A table as VOTable 1.4 (https://www.ivoa.net/documents/VOTable/) with TABLEDATA: units, descriptions, notes as INFO.

final class VOTableExport: ExportWriter {
    /// As astropy and the IVOA's VOUnits know them; others are left out.
    private static let units = [
        "days": "d", "au": "AU", "Earth radius": "earthRad", "Jupiter radius": "jupiterRad", "Earth mass": "earthMass",
        "Jupiter mass": "jupiterMass", "Solar radius": "solRad", "Solar mass": "solMass", "K": "K", "deg": "deg",
        "pc": "pc", "mag": "mag", "Solar luminosity": "solLum", "m/s": "m/s",
    ]

    private let table: ExportTable

    init(_ table: ExportTable) { self.table = table }

    func begin(_ bytes: inout [UInt8]) {
        var text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">
            <RESOURCE type="results">

            """
        for note in table.notes {
            text += "<INFO name=\"\(escaped(note.name))\" value=\"\(escaped(note.value))\"/>\n"
        }
        text += "<TABLE nrows=\"\(table.count)\">\n"
        for column in table.columns { text += field(column) }
        text += "<DATA><TABLEDATA>\n"
        bytes.append(contentsOf: text.utf8)
    }

    func add(_ values: [ExportValue], to bytes: inout [UInt8]) {
        bytes.append(contentsOf: "<TR>".utf8)
        for value in values {
            bytes.append(contentsOf: "<TD>".utf8)
            bytes.append(contentsOf: escaped(value.text).utf8)
            bytes.append(contentsOf: "</TD>".utf8)
        }
        bytes.append(contentsOf: "</TR>\n".utf8)
    }

    func endPart(isLast: Bool, _ bytes: inout [UInt8]) {
        if isLast { bytes.append(contentsOf: "</TABLEDATA></DATA>\n</TABLE>\n</RESOURCE>\n</VOTABLE>\n".utf8) }
    }

    private func field(_ column: ExportColumn) -> String {
        let type =
            switch column.kind {
            case .text, .date: "datatype=\"unicodeChar\" arraysize=\"*\""
            case .real: "datatype=\"double\""
            case .integer: "datatype=\"long\""
            case .boolean: "datatype=\"boolean\""
            }
        let unit = column.unit.flatMap { VOTableExport.units[$0] }.map { " unit=\"\($0)\"" } ?? ""
        let about = column.about.isEmpty ? "" : "<DESCRIPTION>\(escaped(column.about))</DESCRIPTION>"
        return "<FIELD name=\"\(escaped(column.name))\" \(type)\(unit)>\(about)</FIELD>\n"
    }

    /// Characters that XML 1.0 does not have are left out.
    private func escaped(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == 0x26 || $0 == 0x3C || $0 == 0x3E || $0 == 0x22 || $0 < 0x20 }) else {
            return text
        }
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\u{9}", "\u{A}", "\u{D}": result += "&#\(scalar.value);"
            case "\u{0}"..."\u{1F}": break
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
