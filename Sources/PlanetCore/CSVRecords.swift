// Splits CSV (RFC 4180) into records and fields: quotes, CR LF or LF, `#` comment lines, empty lines.
// Not here: what the fields are (CSVSubmissions.swift).

/// Walks a text record by record. Fields point into the text or, if they had doubled quotes, into `unquoted`.
struct CSVRecords {
    enum Next {
        case record
        case malformed(String)
        case end
    }

    private struct Field {
        let range: Range<Int>
        let isCopy: Bool
    }

    private let text: UnsafeRawBufferPointer
    private let delimiter: UInt8
    private var at: Int
    private var nextLine = 1
    private var fields: [Field] = []
    /// Fields of a record that are kept; those beyond are counted.
    private let mostFields: Int
    private var unquoted: [UInt8] = []
    /// The line that the record begins on.
    private(set) var line = 1
    /// Where the record lies, without its line end.
    private(set) var raw = 0..<0

    init(_ text: UnsafeRawBufferPointer, from start: Int, mostFields: Int = DiscoveryDecoder.recordLimits.fields) {
        self.text = text
        self.mostFields = mostFields
        at = start
        delimiter = CSVRecords.delimiter(text, from: start)
    }

    /// A comma; a semicolon where the header has semicolons and no comma, as spreadsheets write it in French.
    private static func delimiter(_ text: UnsafeRawBufferPointer, from start: Int) -> UInt8 {
        var from = start
        while from < text.count {
            let end = text.index(of: UInt8(ascii: "\n"), from: from) ?? text.count
            let line = text[from..<end]
            from = end + 1
            guard let first = line.first, first != UInt8(ascii: "#"), first != UInt8(ascii: "\r") else { continue }
            let isSemicolon = line.contains(UInt8(ascii: ";")) && !line.contains(UInt8(ascii: ","))
            return UInt8(ascii: isSemicolon ? ";" : ",")
        }
        return UInt8(ascii: ",")
    }

    /// Of the record, also those that are not kept.
    private(set) var fieldCount = 0

    /// Calls with each field's bytes, in order.
    func forEachField(_ body: (Int, UnsafeRawBufferPointer) -> Void) {
        unquoted.withUnsafeBytes { copies in
            for (index, field) in fields.enumerated() {
                body(index, UnsafeRawBufferPointer(rebasing: (field.isCopy ? copies : text)[field.range]))
            }
        }
    }

    mutating func next() -> Next {
        skipCommentsAndEmptyLines()
        guard at < text.count else { return .end }
        fields.removeAll(keepingCapacity: true)
        fieldCount = 0
        unquoted.removeAll(keepingCapacity: true)
        line = nextLine
        let start = at
        while true {
            if at < text.count, text[at] == UInt8(ascii: "\"") {
                if let fault = quotedField() {
                    skipLine()
                    raw = start..<lineEnd(at, from: start)
                    return .malformed(fault)
                }
            } else {
                let from = at
                while at < text.count, text[at] != delimiter, text[at] != UInt8(ascii: "\n") { at += 1 }
                var end = at
                if at == text.count || text[at] == UInt8(ascii: "\n"), end > from, text[end - 1] == UInt8(ascii: "\r") {
                    end -= 1
                }
                add(from..<end)
            }
            guard at < text.count, text[at] == delimiter else { break }
            at += 1
        }
        if at < text.count {
            at += 1
            nextLine += 1
        }
        raw = start..<lineEnd(at, from: start)
        return .record
    }

    private mutating func add(_ range: Range<Int>, isCopy: Bool = false) {
        fieldCount += 1
        if fieldCount <= mostFields { fields.append(Field(range: range, isCopy: isCopy)) }
    }

    /// RFC 4180 section 2, rules 5 to 7. Leaves `at` on the delimiter or line end; returns a sentence if there is none.
    private mutating func quotedField() -> String? {
        at += 1
        let from = at
        let copyFrom = unquoted.count
        var clean = from
        while true {
            guard let quote = text.index(of: UInt8(ascii: "\""), from: at) else {
                at = from
                return "a quoted field has no end"
            }
            if quote + 1 < text.count, text[quote + 1] == UInt8(ascii: "\"") {
                if fieldCount < mostFields { unquoted.append(contentsOf: text[clean...quote]) }
                clean = quote + 2
                at = clean
                continue
            }
            at = quote + 1
            nextLine += text[from..<quote].count { $0 == UInt8(ascii: "\n") }
            if clean == from {
                add(from..<quote)
            } else {
                if fieldCount < mostFields { unquoted.append(contentsOf: text[clean..<quote]) }
                add(copyFrom..<unquoted.count, isCopy: true)
            }
            break
        }
        if at < text.count, text[at] == UInt8(ascii: "\r"), at + 1 == text.count || text[at + 1] == UInt8(ascii: "\n") {
            at += 1
        }
        if at < text.count, text[at] != delimiter, text[at] != UInt8(ascii: "\n") {
            return "something follows the end of a quoted field"
        }
        return nil
    }

    private mutating func skipCommentsAndEmptyLines() {
        while at < text.count {
            switch text[at] {
            case UInt8(ascii: "#"), UInt8(ascii: "\n"): skipLine()
            case UInt8(ascii: "\r") where at + 1 == text.count || text[at + 1] == UInt8(ascii: "\n"): skipLine()
            default: return
            }
        }
    }

    private mutating func skipLine() {
        at = text.index(of: UInt8(ascii: "\n"), from: at).map { $0 + 1 } ?? text.count
        nextLine += 1
    }

    private func lineEnd(_ end: Int, from start: Int) -> Int {
        var end = end
        if end > start, text[end - 1] == UInt8(ascii: "\n") { end -= 1 }
        if end > start, text[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        return end
    }
}
