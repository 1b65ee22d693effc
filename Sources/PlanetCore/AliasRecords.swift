// Reads alias records: the log's form {"pl_name", "alias_of", "alias_source"}, and the form of POST /api/aliases.
// Not here: what an alias does to the catalogue (PlanetHistory.swift).
import JSONText

/// The members of the current alias record.
struct AliasDraft {
    enum Member {
        case name, canonical, source
    }
    var name: String?
    var canonical: String?
    var source: String?
    /// Whether a member marked this as an alias record.
    var isGiven = false

    /// Which member a field is; nil for one that alias records lack.
    static func member(_ field: UnsafeRawBufferPointer, in reading: RecordKind) -> Member? {
        switch (String(decoding: field.prefix(16), as: UTF8.self), reading) {
        case ("alias_of", _): .canonical
        case ("alias_source", _): .source
        case ("alias", .aliases), ("pl_name", .aliases): .name
        case ("name", .aliases), ("canonical", .aliases): .canonical
        case ("source", .aliases): .source
        default: nil
        }
    }

    subscript(_ member: Member) -> String? {
        get {
            switch member {
            case .name: name
            case .canonical: canonical
            case .source: source
            }
        }
        set {
            switch member {
            case .name: name = newValue
            case .canonical: canonical = newValue
            case .source: source = newValue
            }
            isGiven = true
        }
    }
}

extension DiscoveryDecoder {
    /// True if the field belongs to an alias record, whatever its value.
    mutating func takeAlias(_ field: UnsafeRawBufferPointer, _ given: Given) -> Bool {
        guard let member = AliasDraft.member(field, in: reading) else {
            guard reading == .aliases else { return false }
            refuse(field, given, .alias_with_values)
            return true
        }
        guard given.kind == .string || given.kind == .number else {
            aliasDraft.isGiven = true
            refuse(field, given, .not_text)
            return true
        }
        let text = isStored ? given.text.trimmed : given.text.bare
        let kind: TextKind = member == .source ? .line : .name
        guard !text.isEmpty else { return true }
        let value = String(decoding: text, as: UTF8.self)
        if let rule = TextRule.check(text, maxLength: Self.maxLength(of: member), kind, isStored: isStored) {
            refuse(field, given, rule, note: UnwantedCharacter(in: text, of: kind)?.note ?? "")
        } else if member != .source, TextRule.hasReplacementCharacter(text) {
            refuse(field, given, .replacement_character)
        } else if let other = aliasDraft[member], other != value {
            refuse(field, given, .conflicting_alias)
        }
        aliasDraft[member] = value
        return true
    }

    private static func maxLength(of member: AliasDraft.Member) -> Int {
        member == .source ? 256 : Columns.of(.pl_name).maxLength
    }

    private mutating func refuse(
        _ field: UnsafeRawBufferPointer, _ given: Given, _ rule: Rule, note: String = ""
    ) {
        errors.append(FieldIssue(field, given, rule, note: note))
    }

    mutating func finishAlias() -> Verdict {
        let name: String?
        if reading == .aliases {
            name = aliasDraft.name
        } else {
            name = draft[.pl_name]
            let discovery = draft.discovery
            let others = discovery.textsPresent & ~(1 << UInt32(TextColumn.pl_name.rawValue))
            if others != 0 || discovery.numbersPresent != (0, 0) || !extra.isEmpty {
                errors.append(FieldIssue(field: "", value: name ?? "", rule: .alias_with_values))
            }
        }
        let key = key(of: name, field: reading == .aliases ? "alias" : "pl_name")
        let canonicalKey = self.key(of: aliasDraft.canonical, field: reading == .aliases ? "canonical" : "alias_of")
        if let key, key == canonicalKey {
            errors.append(FieldIssue(field: "pl_name", value: name ?? "", rule: .alias_to_itself))
        }
        guard errors.isEmpty, let name, let key, let canonical = aliasDraft.canonical, let canonicalKey else {
            return .reject(errors, key: key)
        }
        let alias = PlanetAlias(
            name: name, canonical: canonical, canonicalKey: canonicalKey, source: aliasDraft.source)
        return .alias(alias, key: key)
    }

    private mutating func key(of name: String?, field: String) -> String? {
        guard let name else {
            if errors.isEmpty { errors.append(FieldIssue(field: field, rule: .missing_required)) }
            return nil
        }
        let key = IdentityKey.of(name)
        if key == nil { errors.append(FieldIssue(field: field, value: name, rule: .no_identity)) }
        return key
    }
}
