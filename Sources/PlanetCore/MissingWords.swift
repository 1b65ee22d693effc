// The words that stand for no value in tables: what R, pandas, astropy, Excel, SQL and people write into an empty cell.
// JSON has null. -999 and the like are numbers and read as such.

enum MissingWords {
    /// In lower case.
    static let all: Set<String> = [
        "nan", "null", "none", "nil", "na", "n/a", "n.a.", "<na>", "#n/a", "#n/d", "#na", "n/d", "nd", "nat", "\\n",
        "-", "--", "---", "----", "–", "—", "?", "??", ".", "...", "…", "(null)", "<null>", "[null]", "missing",
        "masked", "unknown", "inconnu", "inconnue", "no data", "not available", "non disponible",
        "#value!", "#div/0!", "#ref!", "#num!", "#name?", "#null!",
    ]
    private static let longest = all.reduce(0) { max($0, $1.utf8.count) }
    /// First letters of these words: most values begin with a digit, or are longer than any word.
    private static let starts: [Bool] = (0..<256).map { byte in
        all.contains { word in
            guard let first = word.utf8.first, Int(first) != byte else { return true }
            return first >= 0x61 && first <= 0x7a && Int(first) - 32 == byte
        }
    }

    static func contains(_ text: UnsafeRawBufferPointer) -> Bool {
        let word = text.trimmed
        guard word.count <= longest, let first = word.first, starts[Int(first)] else { return false }
        return all.contains(String(decoding: word, as: UTF8.self).lowercased())
    }
}
