// The lines of a text, one after the other, without a list of them: a text may consist of line ends only.

import Glibc

struct TextLines {
    private let bytes: [UInt8]
    /// Where the next line begins; beyond the end after the last one.
    private(set) var at = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Whether the last line returned had no line end.
    var isAtEnd: Bool { at > bytes.count }

    /// The next line without its line feed; after the last line feed there is an empty one.
    mutating func next() -> ArraySlice<UInt8>? {
        guard !isAtEnd else { return nil }
        let start = at
        let end = bytes.withUnsafeBytes { text -> Int in
            guard let base = text.baseAddress, start < text.count,
                let found = memchr(base + start, Int32(UInt8(ascii: "\n")), text.count - start)
            else { return text.count }
            return UnsafeRawPointer(found) - base
        }
        at = end + 1
        return bytes[start..<end]
    }
}
