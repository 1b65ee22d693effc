// The web's own view of all planets, built by reading the log; answers GET /api/planets and supplies the revision for
// receipts. One thread (CatalogueTail) writes, every event loop reads: rows lie in chunks, so a reader takes a
// copy-on-write view in nanoseconds and a writer copies at most one chunk.

import PlanetCore
import Threads

final class Catalogue: Sendable {
    private struct Table: Sendable {
        var rows = KeyedRows()
        var present = 0
        var changes = ChangeJournal()
        /// Keys of the aliases that name a planet's key.
        var aliases: [String: [String]] = [:]
        /// Keys made by a version before 0.2, by what this version makes of the same names.
        var earlier: [String: String] = [:]

        /// The key under which this one's planet or alias is stored.
        func held(_ key: String) -> String {
            if let row = rows[key], !row.isNothing { return key }
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

    /// Applies one valid record in log order; returns what it changed, or why it is quarantined.
    func apply(
        key: String, _ record: PlanetRecord, _ submission: SubmissionID? = nil, _ sent: SentFrom? = nil,
        from basis: RecordBasis = .none, at position: HistoryItem
    ) -> Result<HistoryItem, FieldIssue> {
        table.withLock { table in
            var item = position
            let outcome = table.rows.apply(key: key, record, submission, sent, from: basis) { row, outcome in
                PlanetRow.history(of: row, key: key, after: outcome, &item)
            }
            if let issue = outcome.issue { return .failure(issue) }
            if case .change(let change) = outcome.effect, change != .duplicate, change != .late {
                table.changes.note(outcome.place)
            }
            table.count(outcome.before, -1, key: key)
            table.count(outcome.after, 1, key: key)
            return .success(item)
        }
    }

    /// The key's row, even if it is withdrawn or an alias; nil if the key never occurred.
    func row(_ key: String) -> PlanetRow? { table.withLock { $0.rows[key] } }

    /// The key under which the planet or alias with this identity key is stored: a different one if a version before
    /// 0.2 stored it.
    func held(_ key: String) -> String { table.withLock { $0.held(key) } }

    var hasAliases: Bool { table.withLock { !$0.aliases.isEmpty } }

    /// Whether aliases point to this key.
    func isMeant(_ key: String) -> Bool { table.withLock { $0.aliases[key] != nil } }

    /// What a name refers to.
    struct Found {
        let row: PlanetRow
        /// The alias by which it was found, if any.
        let alias: PlanetAlias?
    }

    /// By key, by any spelling of the name, or by an alias.
    func find(_ name: String) -> Found? {
        table.withLock { table in
            var asked = table.rows[name]
            if asked == nil, let key = IdentityKey.of(name) { asked = table.rows[table.held(key)] }
            guard let asked else { return nil }
            guard let alias = asked.alias else { return Found(row: asked, alias: nil) }
            guard case .alias(let key, _) = Catalogue.resolve(asked.key, table, [:]) else { return nil }
            return table.rows[key].map { Found(row: $0, alias: alias) }
        }
    }

    /// All rows, withdrawn ones too, in order of first appearance.
    func rows() -> [[PlanetRow]] {
        table.withLock { $0.rows.chunks }
    }

    /// All rows, and which of them have changed since that version.
    func rows(changedSince version: Int?) -> CatalogueRows {
        table.withLock { table in
            let now = table.changes.observed()
            return CatalogueRows(
                chunks: table.rows.chunks, version: now, changed: version.flatMap { table.changes.changed(since: $0) })
        }
    }

    /// Rises with each change of a row that anybody can see.
    var version: Int { table.withLock { $0.changes.observed() } }

    /// As a checkpoint has it: shared with this one until either changes.
    func saved() -> KeyedRows { table.withLock { $0.rows } }

    /// Sets saved rows, before any record.
    func restore(_ rows: KeyedRows) {
        var restored = Table()
        restored.rows = rows
        for row in rows.chunks.joined() { restored.count(row.value, 1, key: row.key) }
        table.withLock {
            restored.changes = $0.changes
            restored.changes.forget()
            $0 = restored
        }
    }

    /// Planets that are not withdrawn.
    var count: Int { table.withLock { $0.present } }
}

// MARK: Names

extension Catalogue {
    /// How far aliases of aliases are followed; a longer chain counts as a circle.
    private static let longestChain = 16

    enum Name: Equatable {
        /// Not an alias.
        case itself
        /// Another planet's; these are its key and name.
        case alias(key: String, name: String)
        case circle
    }

    /// What the key's name refers to. `coming`: what keys will be by records that are not yet in the log.
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
            let value = coming[at] ?? table.rows[at]?.value ?? .nothing
            if let alias = value.alias {
                at = table.held(alias.canonicalKey)
                name = alias.canonical
                continue
            }
            // The planet's own spelling of its name, if known.
            return name.map { .alias(key: at, name: value.discovery?[.pl_name] ?? $0) } ?? .itself
        }
        return .circle
    }

    /// Keys of the planet's aliases, and of their aliases, in no order; at most `limit`.
    func aliases(of key: String, limit: Int) -> [PlanetRow] {
        table.withLock { table in
            guard !table.aliases.isEmpty else { return [] }
            var found: [PlanetRow] = []
            var keys = [key]
            // Aliases point to the key that this version makes.
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

    /// Keys of planets with an alias that matches, until the work is cancelled. Does not hold the lock while looking at
    /// all rows.
    func planets(withAliasOf search: NameSearch, unless work: Work = Work()) -> Set<String> {
        var keys: Set<String> = []
        guard table.withLock({ !$0.aliases.isEmpty }) else { return keys }
        for row in rows().joined() {
            if work.isCancelled { break }
            guard row.isAlias, let alias = row.alias, search.isIn(alias.name, key: row.key),
                case .alias(let key, _) = resolve(row.key)
            else { continue }
            keys.insert(key)
        }
        return keys
    }
}
