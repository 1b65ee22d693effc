// IPAC tables (https://irsa.ipac.caltech.edu/applications/DDGEN/Doc/ipac_tbl.html) as CSV, line by line: the bars of
// the header show where a column begins and ends.

struct IPACTable {
    private struct Column {
        let name: String
        let unit: String
        let null: String
        /// Starts under its bar, where text is allowed, too.
        let range: Range<Int>
    }

    /// Names, types, units, null words. The last three may be missing.
    private static let mostHeaderLines = 4

    private var lines: TextLines
    private var text: CSVText
    private var columns: [Column] = []

    /// One line for each line, so that line numbers stay the same; a line that is not a row becomes an empty one.
    static func csv(_ bytes: [UInt8], limit: Int) throws(TableFileError) -> [UInt8] {
        var table = IPACTable(lines: TextLines(bytes), text: CSVText(limit: limit))
        var line = try table.readHeader()
        while let row = line {
            try table.write(row)
            if !table.lines.isAtEnd { try table.text.endLine() }
            line = table.lines.next()
        }
        return table.text.bytes
    }

    private init(lines: TextLines, text: CSVText) { (self.lines, self.text) = (lines, text) }

    /// Returns the line after the header.
    private mutating func readHeader() throws(TableFileError) -> ArraySlice<UInt8>? {
        var header: [ArraySlice<UInt8>] = []
        var behind: ArraySlice<UInt8>?
        while let line = lines.next() {
            if line.first == UInt8(ascii: "|") {
                header.append(line)
                guard header.count <= IPACTable.mostHeaderLines else {
                    throw IPACTable.malformed("has more than \(IPACTable.mostHeaderLines) lines that begin with a bar")
                }
            } else if header.isEmpty {
                try text.endLine()
            } else {
                behind = line
                break
            }
        }
        columns = try IPACTable.columns(header)
        for column in columns { text.header(column.name, unit: column.unit) }
        for _ in header { try text.endLine() }
        return behind
    }

    private static func columns(_ header: [ArraySlice<UInt8>]) throws(TableFileError) -> [Column] {
        guard let names = header.first else { throw malformed("has no line of column names") }
        let characters = names.filter { $0 & 0xC0 != 0x80 }
        let bars = characters.indices.filter { characters[$0] == UInt8(ascii: "|") }
        guard bars.count > 1 else { throw malformed("has a header with one bar") }
        if header.count > 1, header[1].contains(UInt8(ascii: "-")), header[1].allSatisfy({ "|-: \r".utf8.contains($0) })
        {
            throw TableFileError(.not_a_table, "This is a table in Markdown: save it as CSV.")
        }
        return bars.indices.dropLast().map { index in
            let (bar, next) = (bars[index], bars[index + 1])
            func word(_ row: Int) -> String? {
                guard header.indices.contains(row) else { return nil }
                return String(decoding: cell(header[row], bar + 1..<next), as: UTF8.self)
            }
            // The last column's values may be longer than its header.
            let end = index == bars.count - 2 ? Int.max : next
            return Column(name: word(0) ?? "", unit: word(2) ?? "", null: word(3) ?? "null", range: bar..<end)
        }
    }

    private mutating func write(_ line: ArraySlice<UInt8>) throws(TableFileError) {
        switch line.first {
        case UInt8(ascii: " "):
            for column in columns {
                let value = IPACTable.cell(line, column.range)
                text.field(value.elementsEqual(column.null.utf8) ? ArraySlice() : value)
            }
        case nil, UInt8(ascii: "\\"), UInt8(ascii: "\r"): break
        default: throw IPACTable.malformed("has a row that does not begin with a space")
        }
    }

    /// The line's content in these columns, without white space around it.
    private static func cell(_ line: ArraySlice<UInt8>, _ range: Range<Int>) -> ArraySlice<UInt8> {
        let from = place(of: range.lowerBound, line)
        let to = place(of: range.upperBound, line)
        var cell = line[from..<max(from, to)].drop { $0 <= 0x20 }
        while let last = cell.last, last <= 0x20 { cell.removeLast() }
        return cell
    }

    /// The index of a character by its number: columns are counted as on a screen, not in bytes.
    private static func place(of number: Int, _ line: ArraySlice<UInt8>) -> Int {
        guard number < line.count else { return line.endIndex }
        var (left, at) = (number, line.startIndex)
        while at < line.endIndex {
            let continues = line[at] & 0xC0 == 0x80
            if !continues, left == 0 { return at }
            if !continues { left -= 1 }
            at += 1
        }
        return line.endIndex
    }

    private static func malformed(_ what: String) -> TableFileError {
        TableFileError(.malformed_table, "The IPAC table \(what).")
    }
}
