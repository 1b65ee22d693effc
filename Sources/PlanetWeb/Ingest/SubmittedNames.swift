// Checks names in a submission against the catalogue, so that different planets stay different and one planet is stored
// under one name. The log's order has the last word (PlanetState), and the receipt reports it. A discovery under an
// alias is stored under its planet's name, if that planet exists. If not, the name becomes the planet's own: the alias
// is removed, and reversed. So planets and aliases may come in any order. An alias of a planet whose target is no
// planet is reversed as well.

import PlanetCore

struct SubmittedNames {
    /// The fate of a record: the records that go into the log before and after it, without an answer of their own.
    struct Settled {
        var verdict: Verdict
        var before: [Note] = []
        var after: [Note] = []
    }

    /// Nil value: the alias of this key is removed.
    struct Note {
        let key: String
        let alias: PlanetAlias?
    }

    let catalogue: Catalogue
    /// The source of an alias whose record names none.
    let source: String
    /// What keys of this request will be, which the catalogue does not know yet.
    private var coming: [String: PlanetState.Value] = [:]
    /// What planets have after the records of this request so far.
    private var values: [String: Discovery] = [:]
    /// Keys that aliases of this request point to.
    private var meant: Set<String> = []

    init(catalogue: Catalogue, source: String) {
        self.catalogue = catalogue
        self.source = source
    }

    /// The verdict after a look at the catalogue. `decoder` must not be the one that reads the body.
    mutating func settle(_ verdict: Verdict, _ decoder: inout DiscoveryDecoder) -> Settled {
        switch verdict {
        case .accept(let valid):
            var settled = discovery(valid, &decoder)
            if case .accept(let named) = settled.verdict { settled.verdict = .accept(held(named, &decoder)) }
            return settled
        case .alias(let alias, let key): return self.alias(alias, catalogue.held(key))
        case .reject: return Settled(verdict: verdict)
        }
    }

    // MARK: What the planet already has

    /// Adds a warning about the values that the planet loses through the record, and keeps the planet's name unless the
    /// record has all known values and more: an abbreviated report does not rename it.
    private mutating func held(_ given: Validated, _ decoder: inout DiscoveryDecoder) -> Validated {
        var valid = given
        guard let known = values[valid.key] ?? catalogue.row(valid.key)?.discovery else {
            values[valid.key] = valid.discovery
            return valid
        }
        if valid.discovery.isOtherSolution, !known.isOtherSolution { return valid }
        let dropped = DroppedValues.issue(of: known, by: valid.discovery)
        let saysMore = dropped == nil && !valid.discovery.columns(missingIn: known).isEmpty
        if !saysMore, let name = known[.pl_name], name != valid.discovery[.pl_name] {
            var draft = DiscoveryDraft(valid.discovery)
            draft[.pl_name] = name
            if case .accept(let named) = decoder.decode(DiscoveryJSON.bytes(draft.discovery)) {
                valid = named.under(valid.key)
            }
        }
        values[valid.key] = valid.discovery
        // Another publication's values stay beside the planet's, as one of its solutions.
        guard let dropped, !known.isOtherSolution || valid.discovery.isOtherSolution else { return valid }
        return valid.warned(dropped)
    }

    private func standing(_ key: String) -> PlanetState.Value {
        coming[key] ?? catalogue.row(key)?.value ?? .nothing
    }

    // MARK: Discoveries

    private mutating func discovery(_ given: Validated, _ decoder: inout DiscoveryDecoder) -> Settled {
        let valid = given.under(catalogue.held(given.key))
        switch catalogue.resolve(valid.key, coming: coming) {
        case .itself:
            if catalogue.hasAliases { coming[valid.key] = .planet(valid.discovery) }
            return Settled(verdict: .accept(valid))
        case .circle: return Settled(verdict: refusal(valid.discovery[.pl_name] ?? "", valid.key, .alias_cycle))
        case .alias(let end, let name):
            guard let planet = standing(end).discovery, !isOther(valid, than: planet, under: end) else {
                return ownName(valid, end, name)
            }
            var draft = DiscoveryDraft(valid.discovery)
            draft[.pl_name_given] = draft[.pl_name]
            draft[.pl_name] = name
            // Its warnings are those of the stored record: the stream will find the same.
            guard case .accept(let renamed) = decoder.decode(DiscoveryJSON.bytes(draft.discovery)) else {
                return Settled(verdict: refusal(name, end, .no_identity))
            }
            return Settled(verdict: .accept(renamed.under(end)))
        }
    }

    /// Whether the names denote two planets, whatever an alias says: the same star and another letter, or two rows of
    /// this request of which the first is new.
    private func isOther(_ valid: Validated, than planet: Discovery, under end: String) -> Bool {
        if coming[end]?.discovery != nil, catalogue.row(end)?.discovery == nil, PlanetLetter.isThere(valid.key) {
            return true
        }
        return [planet[.pl_name], planet[.pl_name_given]].contains { name in
            name.flatMap { IdentityKey.of($0) }.map { PlanetLetter.differs($0, valid.key) } ?? false
        }
    }

    /// The name is no longer an alias. `end`: what it led to.
    private mutating func ownName(_ valid: Validated, _ end: String, _ endName: String) -> Settled {
        var settled = Settled(verdict: .accept(valid), before: [Note(key: valid.key, alias: nil)])
        coming[valid.key] = .planet(valid.discovery)
        guard case .nothing = standing(end), !PlanetLetter.differs(end, valid.key),
            let name = valid.discovery[.pl_name]
        else { return settled }
        let turned = PlanetAlias(
            name: endName, canonical: name, canonicalKey: valid.key,
            source: catalogue.row(valid.key)?.alias?.source ?? source)
        coming[end] = .alias(turned)
        settled.after = [Note(key: end, alias: turned)]
        return settled
    }

    // MARK: Aliases

    private mutating func alias(_ given: PlanetAlias, _ key: String) -> Settled {
        let canonicalKey = catalogue.held(given.canonicalKey)
        var end = (key: canonicalKey, name: given.canonical)
        var isFreed = false
        switch catalogue.resolve(canonicalKey, coming: coming) {
        case .itself: break
        case .circle: return Settled(verdict: refusal(given.name, key, .alias_cycle))
        case .alias(let last, let name):
            let hasPlanet = standing(last).discovery != nil || catalogue.row(last)?.wasPlanet == true
            if last == key {
                // The same was already said in reverse.
                guard hasPlanet, let known = standing(canonicalKey).alias else {
                    return Settled(verdict: refusal(given.name, key, .alias_cycle))
                }
                return Settled(verdict: .alias(known, key: canonicalKey))
            }
            // Another name refers to this one: so it is a planet's own, and not an alias of an unknown one.
            isFreed = !hasPlanet && PlanetLetter.isThere(canonicalKey)
            if !isFreed { end = (last, name) }
        }
        let alias = PlanetAlias(
            name: given.name, canonical: end.name, canonicalKey: end.key, source: given.source ?? source)
        var settled = held(alias, key)
        guard case .alias = settled.verdict, isFreed else { return settled }
        settled.before = [Note(key: canonicalKey, alias: nil)]
        coming[canonicalKey] = PlanetState.Value.nothing
        return settled
    }

    /// Compares the alias with what its own name is.
    private mutating func held(_ alias: PlanetAlias, _ key: String) -> Settled {
        let leadsToPlanet = standing(alias.canonicalKey).discovery != nil
        switch standing(key) {
        case .planet(let planet):
            guard !leadsToPlanet, !PlanetLetter.differs(alias.canonicalKey, key), let name = planet[.pl_name] else {
                return Settled(
                    verdict: refusal(alias.name, key, .alias_joins_planets, "the planet is \(planet[.pl_name] ?? key)"))
            }
            let turned = PlanetAlias(
                name: alias.canonical, canonical: name, canonicalKey: key, source: alias.source)
            return taken(turned, alias.canonicalKey)
        case .alias(let known):
            // Between two lines of this request the log's order decides.
            if known.canonicalKey == alias.canonicalKey || catalogue.row(key)?.isAlias != true { break }
            // What is already known may lead to the same planet in another way.
            if case .alias(let end, _) = catalogue.resolve(key, coming: coming), end == alias.canonicalKey {
                return Settled(verdict: .alias(known, key: key))
            }
            return Settled(
                verdict: refusal(alias.name, key, .alias_conflict, "it is an alias of \(known.canonical)"))
        case .nothing:
            // Other names refer to it: it is a planet of its own.
            if !leadsToPlanet, PlanetLetter.isThere(key), meant.contains(key) || catalogue.isMeant(key) {
                return Settled(
                    verdict: refusal(alias.name, key, .alias_joins_planets, "it has aliases of its own"))
            }
        }
        return taken(alias, key)
    }

    private mutating func taken(_ alias: PlanetAlias, _ key: String) -> Settled {
        if coming[key]?.alias == nil { coming[key] = .alias(alias) }
        meant.insert(alias.canonicalKey)
        return Settled(verdict: .alias(alias, key: key))
    }

    private func refusal(_ name: String, _ key: String, _ rule: Rule, _ note: String = "") -> Verdict {
        .reject([FieldIssue(field: "pl_name", value: name, rule: rule, note: note)], key: key)
    }
}

/// A planet's letter, the last of its key.
private enum PlanetLetter {
    static func isThere(_ key: String) -> Bool { ((key.utf8.last ?? 0) | 0x20) &- 0x61 < 26 }

    /// The same name except for the letter: two planets of one star.
    static func differs(_ a: String, _ b: String) -> Bool {
        guard let one = a.utf8.last, let other = b.utf8.last, one != other, isSmall(one), isSmall(other) else {
            return false
        }
        return a.utf8.dropLast().elementsEqual(b.utf8.dropLast())
    }

    private static func isSmall(_ byte: UInt8) -> Bool { byte &- 0x61 < 26 }
}
