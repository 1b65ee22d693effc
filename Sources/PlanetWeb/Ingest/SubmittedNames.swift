// Names in a submission held against the catalogue: a planet given under an alias is stored under its own name, and an
// alias that the catalogue already contradicts is refused here. Not the last word: the log's order is (PlanetState),
// and the receipt tells it.

import PlanetCore

struct SubmittedNames {
    let catalogue: Catalogue
    /// The source of an alias whose record names none.
    let source: String
    /// Aliases of this request, which the catalogue does not know yet.
    private var coming: [String: PlanetAlias] = [:]

    init(catalogue: Catalogue, source: String) {
        self.catalogue = catalogue
        self.source = source
    }

    /// The verdict as the catalogue has it. `decoder` is another than the one that reads the body.
    mutating func settle(_ verdict: Verdict, _ decoder: inout DiscoveryDecoder) -> Verdict {
        switch verdict {
        case .accept(let valid): discovery(valid, &decoder)
        case .alias(let alias, let key): self.alias(alias, key)
        case .reject: verdict
        }
    }

    private func discovery(_ valid: Validated, _ decoder: inout DiscoveryDecoder) -> Verdict {
        switch catalogue.resolve(valid.key, coming: coming) {
        case .itself: return .accept(valid)
        case .circle: return refusal(valid.discovery[.pl_name] ?? "", valid.key, .alias_cycle)
        case .alias(_, let name):
            var draft = DiscoveryDraft(valid.discovery)
            draft[.pl_name_given] = draft[.pl_name]
            draft[.pl_name] = name
            // Its warnings are those of the record that is stored: the stream will find the same.
            return decoder.decode(DiscoveryJSON.bytes(draft.packed()))
        }
    }

    private mutating func alias(_ given: PlanetAlias, _ key: String) -> Verdict {
        var alias = given
        switch catalogue.resolve(given.canonicalKey, coming: coming) {
        case .itself: break
        case .circle: return refusal(given.name, key, .alias_cycle)
        case .alias(let end, let name):
            guard end != key else { return refusal(given.name, key, .alias_cycle) }
            alias = PlanetAlias(name: given.name, canonical: name, canonicalKey: end, source: given.source)
        }
        if alias.source == nil {
            alias = PlanetAlias(
                name: alias.name, canonical: alias.canonical, canonicalKey: alias.canonicalKey, source: source)
        }
        if let row = catalogue.row(key) {
            // What is known already may lead to the same planet by another way.
            if let known = row.state.alias, known.canonicalKey != alias.canonicalKey,
                case .alias(let end, _) = catalogue.resolve(key, coming: coming),
                end == alias.canonicalKey
            {
                return .alias(known, key: key)
            }
            var state = row.state
            let record = PlanetRecord.alias(alias)
            if case .refused(let rule) = state.apply(record) {
                return .reject([row.state.issue(rule, record)], key: key)
            }
        }
        if coming[key] == nil { coming[key] = alias }
        return .alias(alias, key: key)
    }

    private func refusal(_ name: String, _ key: String, _ rule: Rule) -> Verdict {
        .reject([FieldIssue(field: "pl_name", value: name, rule: rule)], key: key)
    }
}
