// Entity tags and If-None-Match (RFC 9110 sections 8.8.3 and 13.1.2).

package struct EntityTag: Sendable, Equatable, CustomStringConvertible {
    package let isWeak: Bool
    /// Without its quotes.
    package let opaque: String

    package init(_ opaque: String, isWeak: Bool = false) {
        self.opaque = opaque
        self.isWeak = isWeak
    }

    package var description: String { (isWeak ? "W/" : "") + "\"\(opaque)\"" }

    /// RFC 9110 section 8.8.3.2: the same, weak or not.
    package func matchesWeakly(_ other: EntityTag) -> Bool { opaque == other.opaque }

    /// Whether an If-None-Match value means "I have it": any tag in the list matches weakly, or it is "*".
    package func isIn(ifNoneMatch value: String) -> Bool {
        let bytes = trimmed(Array(value.utf8))
        if bytes.elementsEqual("*".utf8) { return true }
        return EntityTag.list(Array(bytes)).contains { matchesWeakly($0) }
    }

    /// The tags of a list, up to the first thing that is not a tag (quotes may hold commas).
    static func list(_ bytes: [UInt8]) -> [EntityTag] {
        var tags: [EntityTag] = []
        var i = 0
        while i < bytes.count {
            if bytes[i] == 0x20 || bytes[i] == 0x09 || bytes[i] == 0x2C {
                i += 1
                continue
            }
            var isWeak = false
            if bytes[i...].starts(with: [0x57, 0x2F]) {
                isWeak = true
                i += 2
            }
            guard i < bytes.count, bytes[i] == 0x22, let end = bytes[(i + 1)...].firstIndex(of: 0x22) else {
                return tags
            }
            tags.append(EntityTag(String(decoding: bytes[(i + 1)..<end], as: UTF8.self), isWeak: isWeak))
            i = end + 1
        }
        return tags
    }
}
