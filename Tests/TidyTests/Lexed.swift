// A text taken apart into words and signs of code, comments, and string literals. Not a parser: enough to say where a
// name stands. Works on bytes, because a debug build goes through two million of them.

/// One word or sign of code.
struct Token: Equatable {
    /// A whole identifier or number, or one other byte.
    let text: String
    /// From 1.
    let line: Int

    var isName: Bool { text.utf8.first.map { $0 == 0x5F || ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A } ?? false }
}

/// One comment or literal, without its marks.
struct Prose: Equatable {
    let text: String
    let line: Int
}

struct Lexed {
    private(set) var code: [Token] = []
    /// A Python text in three quotes is one too.
    private(set) var comments: [Prose] = []
    private(set) var strings: [Prose] = []

    private let bytes: [UInt8]
    private let language: Language
    private var at = 0
    private var line = 1

    init(_ text: String, _ language: Language) {
        bytes = Array(text.utf8)
        self.language = language
        guard language != .markdown, language != .other else {
            comments = [Prose(text: text, line: 1)]
            return
        }
        readCode(until: nil)
    }

    private func isNext(_ marks: [UInt8]) -> Bool {
        at + marks.count <= bytes.count && marks.indices.allSatisfy { bytes[at + $0] == marks[$0] }
    }

    private mutating func step(_ count: Int = 1) {
        for _ in 0..<count where at < bytes.count {
            if bytes[at] == 0x0A { line += 1 }
            at += 1
        }
    }

    private func text(from start: Int, to end: Int) -> String { String(decoding: bytes[start..<end], as: UTF8.self) }

    private static func isWord(_ byte: UInt8) -> Bool {
        byte == 0x5F || byte >= 0x80 || (byte >= 0x30 && byte <= 0x39)
            || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A)
    }

    /// Code to the end, or to the `)` or `}` that ends an interpolation.
    private mutating func readCode(until end: UInt8?) {
        var depth = 0
        let open: UInt8 = end == UInt8(ascii: "}") ? UInt8(ascii: "{") : UInt8(ascii: "(")
        while at < bytes.count {
            let byte = bytes[at]
            if let end, byte == end, depth == 0 { return }
            if end != nil, byte == open { depth += 1 }
            if byte == end { depth -= 1 }
            if let mark = language.lineComment, isNext(mark), language != .shell || isFreeStanding() {
                readLineComment(mark)
            } else if let marks = language.blockComment, isNext(marks.open) {
                readBlockComment(marks.open, marks.close)
            } else if language.quotes.contains(byte) {
                readString(quote: byte, hashes: 0)
            } else if language == .swift, byte == UInt8(ascii: "#"), let hashes = rawString() {
                at += hashes
                readString(quote: UInt8(ascii: "\""), hashes: hashes)
            } else if language == .javaScript, byte == UInt8(ascii: "/"), isRegex() {
                readRegex()
            } else if Lexed.isWord(byte) {
                let start = at
                while at < bytes.count, Lexed.isWord(bytes[at]) { at += 1 }
                code.append(Token(text: text(from: start, to: at), line: line))
            } else {
                if byte > 0x20 { code.append(Token(text: text(from: at, to: at + 1), line: line)) }
                step()
            }
        }
    }

    /// In the shell a `#` opens a comment only after a space.
    private func isFreeStanding() -> Bool { at == 0 || bytes[at - 1] <= 0x20 }

    private mutating func readLineComment(_ mark: [UInt8]) {
        let first = line
        at += mark.count
        // `///` and `//` are one comment; so are the lines of one that goes on below.
        var text: [UInt8] = []
        while true {
            while at < bytes.count, bytes[at] == mark[0] { at += 1 }
            while at < bytes.count, bytes[at] != 0x0A {
                text.append(bytes[at])
                at += 1
            }
            var next = at + 1
            while next < bytes.count, bytes[next] == 0x20 || bytes[next] == 0x09 { next += 1 }
            guard next + mark.count <= bytes.count, mark.indices.allSatisfy({ bytes[next + $0] == mark[$0] }) else {
                break
            }
            text.append(0x0A)
            line += 1
            at = next + mark.count
        }
        comments.append(Prose(text: String(decoding: text, as: UTF8.self), line: first))
    }

    private mutating func readBlockComment(_ open: [UInt8], _ close: [UInt8]) {
        let first = line
        step(open.count)
        let start = at
        var depth = 1
        while at < bytes.count {
            if isNext(close) {
                depth -= 1
                if depth == 0 || language != .swift { break }
            } else if language == .swift, isNext(open) {
                depth += 1
            }
            step()
        }
        comments.append(Prose(text: text(from: start, to: at), line: first))
        step(close.count)
    }

    /// The number of `#` before a quote.
    private func rawString() -> Int? {
        var end = at
        while end < bytes.count, bytes[end] == UInt8(ascii: "#") { end += 1 }
        return end < bytes.count && bytes[end] == UInt8(ascii: "\"") ? end - at : nil
    }

    private mutating func readString(quote: UInt8, hashes: Int) {
        let first = line
        let isTriple = (language == .swift || language == .python) && isNext([quote, quote, quote])
        let isLong = isTriple || quote == UInt8(ascii: "`") || language == .shell
        let close =
            Array(repeating: quote, count: isTriple ? 3 : 1) + Array(repeating: UInt8(ascii: "#"), count: hashes)
        step(isTriple ? 3 : 1)
        let interpolation = hashes == 0 ? language.interpolation(in: quote) : nil
        var text: [UInt8] = []
        while at < bytes.count, !isNext(close) {
            if bytes[at] == 0x0A, !isLong { break }
            if let interpolation, isNext(interpolation) {
                at += interpolation.count
                readCode(until: interpolation[0] == UInt8(ascii: "$") ? UInt8(ascii: "}") : UInt8(ascii: ")"))
                step()
            } else {
                if bytes[at] == UInt8(ascii: "\\"), hashes == 0 {
                    text.append(bytes[at])
                    step()
                }
                guard at < bytes.count else { break }
                text.append(bytes[at])
                step()
            }
        }
        step(close.count)
        let prose = Prose(text: String(decoding: text, as: UTF8.self), line: first)
        if isTriple, language == .python { comments.append(prose) } else { strings.append(prose) }
    }

    /// A slash where no value stands before it.
    private func isRegex() -> Bool {
        guard let before = code.last?.text else { return true }
        return ["(", "=", ",", ":", "[", "!", "&", "|", "?", "{", "}", ";", "return", ">"].contains(before)
    }

    private mutating func readRegex() {
        at += 1
        var isInClass = false
        while at < bytes.count, bytes[at] != 0x0A, isInClass || bytes[at] != UInt8(ascii: "/") {
            if bytes[at] == UInt8(ascii: "\\") { at += 1 }
            if at < bytes.count, bytes[at] == UInt8(ascii: "[") { isInClass = true }
            if at < bytes.count, bytes[at] == UInt8(ascii: "]") { isInClass = false }
            at += 1
        }
        step()
    }
}
