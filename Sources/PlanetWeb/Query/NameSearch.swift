// What a search text means: as part of a name as written, or of a name's key, so that "kepler22", "TRAPPIST 1", "Gliese
// 581" and "51 Pegasi" find their planets. Catalogue.find finds one planet by its name, NameResolution.swift says which
// one is meant.

import PlanetCore

struct NameSearch {
    /// Longer texts are no names; they are searched for only as written.
    static let longestName = 200

    private let text: TextSearch
    /// Nil if nothing in the text can be part of a name.
    private let key: String?
    private let keySearch: TextSearch?

    init(_ text: String) {
        self.text = TextSearch(text)
        key = text.utf8.count <= NameSearch.longestName ? IdentityKey.of(text) : nil
        keySearch = key.map { TextSearch($0) }
    }

    func isIn(_ name: String?, key other: String) -> Bool {
        if keySearch?.isIn(other) == true { return true }
        return name.map(text.isIn) == true
    }

    /// Whether planet or host matches.
    func isIn(_ discovery: Discovery, key other: String) -> Bool {
        if isIn(discovery[.pl_name], key: other) { return true }
        guard let host = discovery[.hostname] else { return false }
        // Most planets are named after their host, which is then part of their own key.
        if discovery[.pl_name]?.hasPrefix(host) == true { return false }
        return isIn(host, key: key == nil ? "" : IdentityKey.of(host) ?? "")
    }

    /// How near the planet's name is, 0 being the nearest: the name itself, a planet of the star, a name that starts
    /// like this, any other.
    func rank(_ planet: String) -> Int {
        guard let key, planet.hasPrefix(key) else { return 3 }
        let rest = planet.utf8.dropFirst(key.utf8.count)
        if rest.isEmpty { return 0 }
        return rest.count == 1 && rest.allSatisfy { $0 >= 0x61 && $0 <= 0x7a } ? 1 : 2
    }
}
