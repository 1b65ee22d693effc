// ECSV (https://github.com/astropy/astropy-APEs/blob/main/APE6.rst) as CSV: its comments state the units and the
// separator, a space or a comma. Every line stays a line.

enum ECSVTable {
    static func csv(_ bytes: [UInt8], limit: Int) throws(TableFileError) -> [UInt8] {
        var text = CSVText(limit: limit)
        var lines = TextLines(bytes)
        var hasCommas = false
        var units: [String: String] = [:]
        while bytes.indices.contains(lines.at), bytes[lines.at] == UInt8(ascii: "#"), let line = lines.next() {
            let comment = String(decoding: line, as: UTF8.self)
            if comment.contains("delimiter:"), comment.contains(",") { hasCommas = true }
            if let name = value("name", in: comment), let unit = value("unit", in: comment) { units[name] = unit }
            if !lines.isAtEnd { try text.endLine() }
        }
        var rows = ECSVRows(lines, delimiter: hasCommas ? 0x2C : 0x20)
        var isHeader = true
        while let row = rows.next() {
            for field in row {
                if isHeader {
                    let name = String(decoding: field, as: UTF8.self)
                    text.header(name, unit: units[name] ?? "")
                } else {
                    text.field(field)
                }
            }
            if !row.isEmpty { isHeader = false }
            if !rows.isAtEnd { try text.endLine() }
        }
        return text.bytes
    }

    /// From a mapping on one line, as written by astropy: `- {name: pl_rade, unit: earthRad, datatype: float64}`.
    private static func value(_ key: String, in line: String) -> String? {
        guard let found = line.firstRange(of: "\(key): ") else { return nil }
        var rest = line[found.upperBound...]
        if let quote = rest.first, quote == "'" || quote == "\"" {
            rest = rest.dropFirst()
            return String(rest.prefix { $0 != quote })
        }
        return String(rest.prefix { $0 != "," && $0 != "}" && $0 != "\r" })
    }
}

/// The rows' fields, with quotes as in CSV. A field with line breaks keeps them.
struct ECSVRows {
    private var lines: TextLines
    private let delimiter: UInt8

    init(_ lines: TextLines, delimiter: UInt8) {
        self.lines = lines
        self.delimiter = delimiter
    }

    var isAtEnd: Bool { lines.isAtEnd }

    mutating func next() -> [[UInt8]]? {
        guard !isAtEnd else { return nil }
        var fields: [[UInt8]] = []
        var field: [UInt8] = []
        var (isQuoted, isOpen) = (false, false)
        while let line = lines.next() {
            for byte in line where byte != UInt8(ascii: "\r") {
                switch byte {
                case UInt8(ascii: "\""):
                    // A doubled quote within quotes is one: it closes and opens again.
                    if isOpen {
                        isOpen = false
                    } else {
                        if isQuoted { field.append(byte) }
                        (isQuoted, isOpen) = (true, true)
                    }
                case delimiter where !isOpen:
                    // Spaces may occur anywhere in a row; commas may not.
                    if delimiter == UInt8(ascii: ",") || isQuoted || !field.isEmpty { fields.append(field) }
                    (field, isQuoted) = ([], false)
                default: field.append(byte)
                }
            }
            if isOpen, !isAtEnd { field.append(UInt8(ascii: "\n")) } else { break }
        }
        if isQuoted || !field.isEmpty || (delimiter == UInt8(ascii: ",") && !fields.isEmpty) { fields.append(field) }
        return fields
    }
}
