// An alias record: the explicit statement, with its source, that a name means another planet ("KOI-87.01" is "Kepler-22
// b").
// Not here: other spellings of one name (IdentityKey.swift), other names of columns (Aliases.swift).
import JSONText
import StateBytes

/// A class: most keys are planets, and their state should not have to make room for four texts.
package final class PlanetAlias: Sendable, Equatable {
    package let name: String
    /// The name of the planet that is meant.
    package let canonical: String
    package let canonicalKey: String
    /// The alias's source; nil where none is given.
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
        var writer = JSONWriter(capacity: 128)
        writer.beginObject()
        writer.member("pl_name", name)
        writer.member("alias_of", canonical)
        if let source { writer.member("alias_source", source) }
        writer.endObject()
        return writer.bytes
    }

    func save(to state: inout StateWriter) {
        state.text(name)
        state.text(canonical)
        state.text(canonicalKey)
        state.flag(source != nil)
        if let source { state.text(source) }
    }

    convenience init(from state: inout StateReader) throws(StateError) {
        self.init(
            name: try state.text(), canonical: try state.text(), canonicalKey: try state.text(),
            source: try state.flag() ? try state.text() : nil)
    }
}
