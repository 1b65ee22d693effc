// Short byte arrays that lie below or above a long one (parquet.thrift, Statistics: "values may be truncated").
// Text is cut between characters, so that a bound of a STRING column is UTF-8 too.

enum Bound {
    /// `value`, or the beginning of it: a prefix never comes after the whole.
    static func lower(_ value: UnsafeRawBufferPointer, isText: Bool, limit: Int) -> [UInt8] {
        Array(value.prefix(cut(value, isText, limit)))
    }

    /// `value`, or a beginning of it with its last character (or byte) raised. Nil where none can be raised.
    static func upper(_ value: UnsafeRawBufferPointer, isText: Bool, limit: Int) -> [UInt8]? {
        guard value.count > limit else { return Array(value) }
        let kept = Array(value.prefix(cut(value, isText, limit)))
        return isText ? raisedText(kept) : raisedBytes(kept)
    }

    private static func cut(_ value: UnsafeRawBufferPointer, _ isText: Bool, _ limit: Int) -> Int {
        guard value.count > limit else { return value.count }
        var end = limit
        // A byte 10xxxxxx goes on a character. Four steps back is further than any character begins.
        if isText { while end > limit - 4 && value[end] & 0xC0 == 0x80 { end -= 1 } }
        return end
    }

    private static func raisedBytes(_ bytes: [UInt8]) -> [UInt8]? {
        var bytes = bytes
        while let last = bytes.popLast() {
            if last < 0xFF {
                bytes.append(last + 1)
                return bytes
            }
        }
        return nil
    }

    /// UTF-8 sorts by code point, so raising the last one possible gives text above every text with this beginning.
    private static func raisedText(_ bytes: [UInt8]) -> [UInt8]? {
        // Bytes that aren't UTF-8 after all get no bound rather than a wrong one.
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        var scalars = Array(text.unicodeScalars)
        while let last = scalars.popLast() {
            // The code point after U+D7FF is U+E000: surrogates are not characters.
            guard let next = Unicode.Scalar(last.value == 0xD7FF ? 0xE000 : last.value + 1) else { continue }
            scalars.append(next)
            var raised = ""
            raised.unicodeScalars.append(contentsOf: scalars)
            return Array(raised.utf8)
        }
        return nil
    }
}
