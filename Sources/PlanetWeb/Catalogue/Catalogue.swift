// The web's own view of all planets, built by reading the log; answers GET /api/planets and gives receipts their
// revision.
// One thread (CatalogueTail) writes, every event loop reads: rows lie in chunks, so a reader takes a copy-on-write view
// in nanoseconds and a writer copies at most one chunk.

import PlanetCore
import Threads

final class Catalogue: Sendable {
    private struct Table: Sendable {
        var rows = KeyedRows<PlanetRow>()
        var present = 0
        /// Keys of the aliases that name a planet's key.
        var aliases: [String: [String]] = [:]
        /// Keys that a version before 0.2 made, by what this one makes of the same names.
        var earlier: [String: String] = [:]

        /// The key under which this one's planet or alias lies.
        func held(_ key: String) -> String {
            if let row = rows[key], row.state.value != .nothing { return key }
            return earlier[key] ?? key
        }

        mutating func count(_ value: PlanetState.Value, _ weight: Int, key: String) {
            if weight > 0, value != .nothing, let name = IdentityKey.of(key), name != key { earlier[name] = key }
            switch value {
            case .nothing: break
            case .planet: present += weight
            case .alias(let alias):
                if weight > 0 {
                    aliases[alias.canonicalKey, default: []].append(key)
                } else {
                    aliases[alias.canonicalKey]?.removeAll { $0 == key }
                    if aliases[alias.canonicalKey]?.isEmpty == true { aliases[alias.canonicalKey] = nil }
                }
            }
        }
    }
    private let table = Guarded(Table())

    /// Takes one valid record in log order; returns what it changed, or why it is quarantined.
    func apply(
        key: String, _ record: PlanetRecord, _ submission: SubmissionID? = nil, _ sent: SentFrom? = nil,
        from basis: RecordBasis = .none, at position: HistoryItem
    ) -> Result<HistoryItem, FieldIssue> {
        table.withLock { table in
            var item = position
            let outcome = table.rows.apply(key: key, record, submission, sent, from: basis) { row, outcome in
                row.took(outcome, at: &item)
            }
            if let issue = outcome.issue { return .failure(issue) }
            table.count(outcome.before, -1, key: key)
            table.count(outcome.after, 1, key: key)
            return .success(item)
        }
    }

    /// The key's row, also when it is withdrawn or an alias; nil if the key was never seen.
    func row(_ key: String) -> PlanetRow? { table.withLock { $0.rows[key] } }

    /// The key under which a name's planet or alias lies that has this identity key: another one where a version
    /// before 0.2 stored it.
    func held(_ key: String) -> String { table.withLock { $0.held(key) } }

    var hasAliases: Bool { table.withLock { !$0.aliases.isEmpty } }

    /// Whether aliases say that they mean this key.
    func isMeant(_ key: String) -> Bool { table.withLock { $0.aliases[key] != nil } }

    /// What is known of a name.
    struct Found {
        let row: PlanetRow
        /// The alias that was asked for, where it was one.
        let alias: PlanetAlias?
    }

    /// By key, by any spelling of the name, or by an alias.
    func find(_ name: String) -> Found? {
        table.withLock { table in
            var asked = table.rows[name]
            if asked == nil, let key = IdentityKey.of(name) { asked = table.rows[table.held(key)] }
            guard let asked else { return nil }
            guard let alias = asked.state.alias else { return Found(row: asked, alias: nil) }
            guard case .alias(let key, _) = Catalogue.resolve(asked.key, table, [:]) else { return nil }
            return table.rows[key].map { Found(row: $0, alias: alias) }
        }
    }

    /// All rows, withdrawn ones too, in the order they were first seen.
    func rows() -> [[PlanetRow]] {
        table.withLock { $0.rows.chunks }
    }

    /// As a checkpoint has it: shared with this one until either changes.
    func saved() -> KeyedRows<PlanetRow> { table.withLock { $0.rows } }

    /// Takes rows that were saved, before any record.
    func restore(_ rows: KeyedRows<PlanetRow>) {
        var restored = Table()
        restored.rows = rows
        for row in rows.chunks.joined() { restored.count(row.state.value, 1, key: row.key) }
        table.withLock { $0 = restored }
    }

    /// Planets that are not withdrawn.
    var count: Int { table.withLock { $0.present } }
}

// MARK: Names

extension Catalogue {
    /// Aliases of aliases that are followed; a longer chain is taken for a circle.
    private static let longestChain = 16

    enum Name: Equatable {
        /// No alias.
        case itself
        /// Another planet's, whose key and name these are.
        case alias(key: String, name: String)
        case circle
    }

    /// What the key's name stands for. `coming`: what keys will be by records that are not in the log yet.
    func resolve(_ key: String, coming: [String: PlanetState.Value] = [:]) -> Name {
        table.withLock { table in
            table.aliases.isEmpty && coming.isEmpty ? .itself : Catalogue.resolve(key, table, coming)
        }
    }

    private static func resolve(
        _ key: String, _ table: borrowing Table, _ coming: [String: PlanetState.Value]
    ) -> Name {
        var at = key
        var name: String?
        for _ in 0..<Catalogue.longestChain {
            let value = coming[at] ?? table.rows[at]?.state.value ?? .nothing
            if let alias = value.alias {
                at = table.held(alias.canonicalKey)
                name = alias.canonical
                continue
            }
            // The planet's own spelling of its name, where it is known.
            return name.map { .alias(key: at, name: value.discovery?[.pl_name] ?? $0) } ?? .itself
        }
        return .circle
    }

    /// Keys of aliases of the planet, and of their aliases, in no order; not more than `limit`.
    func aliases(of key: String, limit: Int) -> [PlanetRow] {
        table.withLock { table in
            guard !table.aliases.isEmpty else { return [] }
            var found: [PlanetRow] = []
            var keys = [key]
            // Aliases mean the key that this version makes.
            if let made = IdentityKey.of(key), made != key { keys.append(made) }
            var seen = Set(keys)
            var next = 0
            while next < keys.count, found.count < limit {
                for alias in table.aliases[keys[next]] ?? [] where found.count < limit && seen.insert(alias).inserted {
                    keys.append(alias)
                    if let row = table.rows[alias] { found.append(row) }
                }
                next += 1
            }
            return found
        }
    }

    /// Keys of planets that have an alias that is looked for, as far as the work goes. The lock is not held while all
    /// rows are looked at.
    func planets(withAliasOf search: NameSearch, unless work: Work = Work()) -> Set<String> {
        var keys: Set<String> = []
        guard table.withLock({ !$0.aliases.isEmpty }) else { return keys }
        for row in rows().joined() {
            if work.isCancelled { break }
            guard let alias = row.state.alias, search.isIn(alias.name, key: row.key),
                case .alias(let key, _) = resolve(row.key)
            else { continue }
            keys.insert(key)
        }
        return keys
    }
}
