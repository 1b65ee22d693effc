// A file of NAME = VALUE lines: a configuration file or a file of librdkafka properties. Empty lines and those that
// start with # are skipped. Values may be secret: an error names only file and line.

import Glibc

enum NameValueFile {
    struct Line: Equatable {
        let number: Int
        let name: String
        let value: String
    }

    private static let mostBytes = 1 << 20

    /// `option` names the file in an error.
    static func lines(of path: String, option: String) throws(UsageError) -> [Line] {
        guard let stream = fopen(path, "r") else {
            throw UsageError("\(option): cannot open \(path): \(String(cString: strerror(errno)))")
        }
        defer { fclose(stream) }
        var bytes = [UInt8](repeating: 0, count: mostBytes + 1)
        let count = fread(&bytes, 1, bytes.count, stream)
        guard ferror(stream) == 0 else { throw UsageError("\(option): cannot read \(path)") }
        guard count <= mostBytes else { throw UsageError("\(option): \(path) has more than \(mostBytes) bytes") }
        return try lines(in: String(decoding: bytes[..<count], as: UTF8.self), path: path)
    }

    static func lines(in text: String, path: String) throws(UsageError) -> [Line] {
        var lines: [Line] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = trimmed(line)
            if line.isEmpty || line.hasPrefix("#") { continue }
            guard let pair = pair(line) else { throw UsageError("\(path):\(index + 1): not NAME = VALUE") }
            lines.append(Line(number: index + 1, name: pair.name, value: pair.value))
        }
        return lines
    }

    /// Nil: there is no "=", or no name before it.
    static func pair(_ text: some StringProtocol) -> (name: String, value: String)? {
        guard let equals = text.firstIndex(of: "=") else { return nil }
        let name = trimmed(text[..<equals])
        return name.isEmpty ? nil : (name, trimmed(text[text.index(after: equals)...]))
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        func isSpace(_ character: Character) -> Bool { character == " " || character == "\t" || character.isNewline }
        return String(text.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    }
}
