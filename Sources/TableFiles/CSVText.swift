// Writes CSV (RFC 4180), a field at a time: what other kinds of tables are converted to. Bounded, like the input.

struct CSVText {
    private(set) var bytes: [UInt8] = []
    private let limit: Int
    private var isFirst = true

    init(limit: Int) { self.limit = limit }

    mutating func field(_ text: some Collection<UInt8>) {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
        let isPlain = text.allSatisfy { $0 != 0x2C && $0 != 0x22 && $0 != 0x0A && $0 != 0x0D }
        // A first field that begins with # would be a comment.
        if isPlain, text.first != UInt8(ascii: "#") { return bytes.append(contentsOf: text) }
        bytes.append(UInt8(ascii: "\""))
        for byte in text {
            if byte == UInt8(ascii: "\"") { bytes.append(byte) }
            bytes.append(byte)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// A column's name, with its unit in brackets if it has one.
    mutating func header(_ name: String, unit: String) {
        field(Array((unit.isEmpty ? name : "\(name) [\(unit)]").utf8))
    }

    /// A row is no longer than its input, so the limit need not be checked more often.
    mutating func endLine() throws(TableFileError) {
        bytes.append(UInt8(ascii: "\n"))
        isFirst = true
        guard bytes.count <= limit else {
            throw TableFileError(.too_large_unpacked, "As CSV, the table has more than \(limit) bytes.")
        }
    }
}
