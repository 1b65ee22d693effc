// An alias record: the statement, with its source, that a name refers to another planet ("KOI-87.01" is "Kepler-22 b").
// For other spellings of a name see IdentityKey.swift, for other names of columns Aliases.swift.
import JSONText

/// A class: most keys are planets, whose state should not reserve room for four texts.
package final class PlanetAlias: Sendable, Equatable {
    package let name: String
    /// The name of the planet referred to.
    package let canonical: String
    package let canonicalKey: String
    /// The alias's source; nil if none is given.
    package let source: String?

    package init(name: String, canonical: String, canonicalKey: String, source: String?) {
        self.name = name
        self.canonical = canonical
        self.canonicalKey = canonicalKey
        self.source = source
    }

    package static func == (a: PlanetAlias, b: PlanetAlias) -> Bool {
        a === b || (a.name == b.name && a.canonical == b.canonical && a.source == b.source)
    }

    /// The record's value in the log.
    package var json: [UInt8] {
        JSONWriter.object(capacity: 128) {
            $0.member("pl_name", name)
            $0.member("alias_of", canonical)
            if let source { $0.member("alias_source", source) }
        }
    }
}
