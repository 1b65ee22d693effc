// Entity tags (RFC 9110 section 8.8.3), and lists of them. What a request asks of them is Preconditions'.

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

    /// RFC 9110 section 8.8.3.2: the same, and neither is weak.
    package func matchesStrongly(_ other: EntityTag) -> Bool { !isWeak && self == other }

    /// The tags of a list, up to the first thing that is not a tag (quotes may hold commas); whether that is all of it.
    static func list(_ bytes: [UInt8]) -> (tags: [EntityTag], isWhole: Bool) {
        var tags: [EntityTag] = []
        var i = 0
        var isSeparated = true
        while i < bytes.count {
            if bytes[i] == 0x20 || bytes[i] == 0x09 || bytes[i] == 0x2C {
                if bytes[i] == 0x2C { isSeparated = true }
                i += 1
                continue
            }
            var isWeak = false
            if bytes[i...].starts(with: [0x57, 0x2F]) {
                isWeak = true
                i += 2
            }
            guard isSeparated, i < bytes.count, bytes[i] == 0x22,
                let end = bytes[(i + 1)...].firstIndex(of: 0x22), bytes[(i + 1)..<end].allSatisfy({ $0 > 0x20 })
            else { return (tags, false) }
            tags.append(EntityTag(String(decoding: bytes[(i + 1)..<end], as: UTF8.self), isWeak: isWeak))
            i = end + 1
            isSeparated = false
        }
        return (tags, true)
    }
}
