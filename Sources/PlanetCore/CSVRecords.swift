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
    private let begin: Int
    private var at: Int
    private var nextLine = 1
    private var fields: [Field] = []
    /// Fields of a record that are kept; those beyond are counted.
    private let mostFields = DiscoveryDecoder.recordLimits.fields
    private var unquoted: [UInt8] = []
    /// The line on which the record begins.
    private(set) var line = 1
    /// The record's range, without its line end.
    private(set) var raw = 0..<0
    /// The last comment skipped, from behind its sign, and its line.
    private(set) var lastComment: (range: Range<Int>, line: Int)?

    /// `line`: the number of the text's first line.
    init(_ text: UnsafeRawBufferPointer, from start: Int, line: Int = 1) {
        self.text = text
        begin = start
        at = start
        nextLine = line
        delimiter = CSVRecords.delimiter(text, from: start)
    }

    /// The most frequent in the header, outside quotes: comma, semicolon (as spreadsheets write it in French), tab or
    /// bar.
    private static func delimiter(_ text: UnsafeRawBufferPointer, from start: Int) -> UInt8 {
        var from = start
        while from < text.count {
            let end = text.index(of: UInt8(ascii: "\n"), from: from) ?? text.count
            let line = text[from..<end]
            from = end + 1
            guard let first = line.first, first != UInt8(ascii: "#"), first != UInt8(ascii: "\r") else { continue }
            if isSeparatorNote(line) { continue }
            let candidates = [UInt8(ascii: ","), UInt8(ascii: "\t"), UInt8(ascii: ";"), UInt8(ascii: "|")]
            var counts = [0, 0, 0, 0]
            var isQuoted = false
            for byte in line {
                if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
                guard !isQuoted, let kind = candidates.firstIndex(of: byte) else { continue }
                counts[kind] += 1
            }
            let most = counts.max() ?? 0
            return candidates[counts.firstIndex(of: most) ?? 0]
        }
        return UInt8(ascii: ",")
    }

    /// `sep=;`, a line by which some spreadsheet programs note the separator.
    static func isSeparatorNote(_ line: some BidirectionalCollection<UInt8>) -> Bool {
        guard line.count <= 8, line.lazy.prefix(4).map({ $0 | 0x20 }).elementsEqual("sep=".utf8.map { $0 | 0x20 })
        else { return false }
        return line.dropFirst(4).count { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") } == 1
    }

    /// The record's, including those not kept.
    private(set) var fieldCount = 0

    /// What a comma in a number may be: a decimal sign if it does not separate fields.
    var decimalComma: DecimalComma {
        switch delimiter {
        case UInt8(ascii: ";"): .yes
        case UInt8(ascii: "\t"), UInt8(ascii: "|"): .unlessThousands
        default: .no
        }
    }

    /// Goes back to a comment to read it as a record: a header may follow a #.
    mutating func readAgain(_ comment: (range: Range<Int>, line: Int)) {
        at = comment.range.lowerBound
        nextLine = comment.line
    }

    /// Calls with each field's bytes, in order.
    func forEachField(_ body: (Int, UnsafeRawBufferPointer) -> Void) {
        unquoted.withUnsafeBytes { copies in
            for (index, field) in fields.enumerated() {
                body(index, UnsafeRawBufferPointer(rebasing: (field.isCopy ? copies : text)[field.range]))
            }
        }
    }

    /// All fields at once, for the duration of the call.
    func withFields<Result>(_ body: ([UnsafeRawBufferPointer]) -> Result) -> Result {
        unquoted.withUnsafeBytes { copies in
            body(fields.map { UnsafeRawBufferPointer(rebasing: ($0.isCopy ? copies : text)[$0.range]) })
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
            case UInt8(ascii: "#"):
                let (start, line) = (at + 1, nextLine)
                skipLine()
                lastComment = (start..<at, line)
            case UInt8(ascii: "\n"): skipLine()
            case UInt8(ascii: "s"), UInt8(ascii: "S"):
                let end = text.index(of: UInt8(ascii: "\n"), from: at) ?? text.count
                guard at == begin, CSVRecords.isSeparatorNote(text[at..<end]) else { return }
                skipLine()
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
