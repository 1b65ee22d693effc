// Which planet or star a name means, and why: GET /api/resolve. Takes at most linear time in the number of names.
// PlanetCore/IdentityKey.swift defines which names are alike; others search for parts of names.

import PlanetCore

struct NameResolution {
    enum Why: String {
        /// The name as written in the catalogue.
        case exact
        /// Another spelling of it.
        case spelling
        case alias
        /// A star with planets here.
        case host
        case none
    }

    struct Near {
        let name: String
        let key: String
        let distance: Int
    }

    static let mostPlanets = 50
    private static let mostNear = 5
    /// The most letters to insert, delete or replace.
    private static let farthest = 2

    private(set) var why = Why.none
    /// Possibly withdrawn.
    private(set) var planet: PlanetRow?
    /// The alias by which the planet or star was found.
    private(set) var alias: PlanetAlias?
    private(set) var host: String?
    /// The star's planets.
    private(set) var planets: [PlanetRow] = []
    private(set) var near: [Near] = []

    init(_ name: String, in catalogue: Catalogue) {
        if let found = catalogue.find(name), found.row.wasPlanet {
            planet = found.row
            alias = found.alias
            let isExact = found.row.discovery?[.pl_name] == name || found.row.changedPlanet?.name == name
            why = alias != nil ? .alias : isExact ? .exact : .spelling
            return
        }
        guard let key = IdentityKey.of(name) else { return }
        let rows = catalogue.rows()
        findHost(key, rows, catalogue)
        if why == .none { findNear(key, rows) }
    }

    // MARK: Stars

    private mutating func findHost(_ key: String, _ rows: [[PlanetRow]], _ catalogue: Catalogue) {
        var keys: [String: String?] = [:]
        for row in rows.joined() {
            if let discovery = row.discovery, NameResolution.isHost(key, of: row.key, discovery, &keys) {
                add(row, discovery)
            }
        }
        if why == .host { return }
        for row in rows.joined() {
            guard row.isAlias, let known = row.alias, NameResolution.star(row.key).map({ $0 == key }) == true,
                let found = catalogue.find(row.key)?.row, let discovery = found.discovery
            else { continue }
            alias = alias ?? known
            add(found, discovery)
        }
    }

    private mutating func add(_ row: PlanetRow, _ discovery: Discovery) {
        why = .host
        host = host ?? discovery[.hostname]
        if planets.count < NameResolution.mostPlanets { planets.append(row) }
    }

    private static func isHost(
        _ key: String, of planet: String, _ discovery: Discovery, _ keys: inout [String: String?]
    ) -> Bool {
        if let star = star(planet), star == key { return true }
        guard let host = discovery[.hostname], discovery[.pl_name]?.hasPrefix(host) != true else { return false }
        if let known = keys[host] { return known == key }
        let made = IdentityKey.of(host)
        keys[host] = made
        return made == key
    }

    /// The key without the planet's letter; nil if it has none.
    private static func star(_ key: String) -> Substring? {
        guard let last = key.utf8.last, last &- 0x61 < 26, key.utf8.count > 1 else { return nil }
        return key.dropLast()
    }

    // MARK: The nearest

    private mutating func findNear(_ key: String, _ rows: [[PlanetRow]]) {
        let wanted = Array(key.utf8)
        var stars: Set<Substring> = []
        for row in rows.joined() {
            guard let name = row.discovery?[.pl_name] ?? row.alias?.name else { continue }
            if let distance = NameResolution.distance(wanted, row.key.utf8) {
                near.append(Near(name: name, key: row.key, distance: distance))
            }
            // "Keplr-22": the star's name, once for all its planets.
            if let host = row.discovery?[.hostname], let star = NameResolution.star(row.key),
                stars.insert(star).inserted, let distance = NameResolution.distance(wanted, star.utf8)
            {
                near.append(Near(name: host, key: String(star), distance: distance))
            }
            if near.count > 64 { keepNearest() }
        }
        keepNearest()
    }

    private mutating func keepNearest() {
        near.sort { ($0.distance, $0.key) < ($1.distance, $1.key) }
        near.removeLast(max(0, near.count - NameResolution.mostNear))
    }

    /// The Levenshtein distance, up to `farthest`; nil beyond. Names with different beginnings are not compared.
    private static func distance(_ one: [UInt8], _ other: some Collection<UInt8>) -> Int? {
        let other = Array(other)
        guard abs(one.count - other.count) <= farthest, let first = one.first, first == other.first else { return nil }
        let far = farthest + 1
        var row = (0...other.count).map { min($0, far) }
        for i in 1...one.count {
            // Only a band around the diagonal can be that near.
            let start = max(1, i - farthest)
            var diagonal = row[start - 1]
            row[start - 1] = start == 1 ? min(i, far) : far
            var least = row[start - 1]
            for j in start...min(other.count, i + farthest) {
                let next = min(row[j] + 1, row[j - 1] + 1, diagonal + (one[i - 1] == other[j - 1] ? 0 : 1), far)
                diagonal = row[j]
                row[j] = next
                least = min(least, next)
            }
            if least > farthest { return nil }
        }
        return row[other.count] <= farthest ? row[other.count] : nil
    }
}
