// Addresses containing a user and a password ("kafka://user:password@host"): refused, and never shown in full.

enum Secrets {
    /// Where secrets belong.
    static let elsewhere = "see --kafka-properties, --hdfs-token-file and --token-file"

    /// Whether anything precedes an at sign in the authority of an address.
    static func areIn(_ text: String) -> Bool { text.contains("://") && place(in: text) != nil }

    /// The text with three dots instead.
    static func hidden(in text: String) -> String {
        place(in: text).map { text.replacingCharacters(in: $0) } ?? text
    }

    private static func place(in text: String) -> Range<String.Index>? {
        let start = text.firstRange(of: "://")?.upperBound ?? text.startIndex
        // A password may contain anything, even a slash: up to the last at sign.
        return text[start...].lastIndex(of: "@").map { start..<$0 }
    }
}

extension String {
    fileprivate func replacingCharacters(in range: Range<Index>) -> String {
        self[..<range.lowerBound] + "…" + self[range.upperBound...]
    }
}
