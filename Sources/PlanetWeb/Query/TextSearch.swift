// A text to search many others for, ignoring case. It is prepared once, so that a search takes linear time in the
// length of the other text (Knuth, Morris, Pratt 1977): the standard library's search prepares itself anew each time.

struct TextSearch: Sendable {
    /// In lower case.
    private let text: String
    /// The text's bytes if all of it is ASCII.
    private let bytes: [UInt8]?
    /// For each byte: how many of those before its successor are also the text's first.
    private let borders: [Int]

    init(_ text: String) {
        self.text = text.lowercased()
        let bytes = Array(self.text.utf8)
        let isASCII = bytes.allSatisfy { $0 < 0x80 }
        self.bytes = isASCII ? bytes : nil
        borders = isASCII ? TextSearch.borders(bytes) : []
    }

    func isIn(_ other: String) -> Bool {
        var other = other
        guard let found = other.withUTF8({ find($0) }) else { return other.lowercased().contains(text) }
        return found
    }

    /// Nil if letters beyond ASCII require the slower way: one of them may be several code points.
    private func find(_ other: UnsafeBufferPointer<UInt8>) -> Bool? {
        guard let bytes else { return other.allSatisfy { $0 < 0x80 } ? false : nil }
        if bytes.isEmpty { return true }
        var matched = 0
        for (index, byte) in other.enumerated() {
            guard byte < 0x80 else { return nil }
            let letter = byte &- 0x41 < 26 ? byte | 0x20 : byte
            while matched > 0, bytes[matched] != letter { matched = borders[matched - 1] }
            if bytes[matched] == letter { matched += 1 }
            if matched == bytes.count {
                // What follows may belong to the last letter.
                return index + 1 == other.count || other[index + 1] < 0x80 ? true : nil
            }
        }
        return false
    }

    private static func borders(_ bytes: [UInt8]) -> [Int] {
        var borders = Array(repeating: 0, count: bytes.count)
        for index in bytes.indices.dropFirst() {
            var length = borders[index - 1]
            while length > 0, bytes[length] != bytes[index] { length = borders[length - 1] }
            borders[index] = bytes[length] == bytes[index] ? length + 1 : 0
        }
        return borders
    }
}
