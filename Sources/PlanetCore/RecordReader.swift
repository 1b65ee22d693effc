// What a record of planet-discoveries says by itself, regardless of its planet's state: from value, key and partition
// alone, so that web and stream agree. PlanetHistory.swift defines its effect on its planet.

import Basics

package struct RecordReader: ~Copyable {
    /// Key, value and headers of a record that can be sent on; a log takes little more than a megabyte.
    package static let largestSentOn = 999_000

    package enum Reading {
        case valid(PlanetRecord, key: String, warnings: [FieldIssue])
        /// Valid, but in another partition than its planet's: to be sent on to that one, where it counts.
        case misplaced(key: String, FieldIssue)
        case refused([FieldIssue], key: String?)
    }

    private var decoder: DiscoveryDecoder

    /// `today`: days since 1970-01-01 UTC.
    package init(today: @escaping () -> Int = CivilDate.todayUTC) { decoder = DiscoveryDecoder(today: today) }

    /// The key of a record whose value gives `key` for `name`. A version before 0.2 made other keys of some names
    /// (IdentityKey.earlier): its records keep the key under which they are stored, so that log, lake and all readers
    /// still agree. `isOurs`: the record has a `source`, like all of Planetarium's own.
    static func key(_ key: String, of name: String, keyText: String, isOurs: Bool) -> String {
        guard isOurs, keyText != key, IdentityKey.earlier(keyText) == keyText else { return key }
        return IdentityKey.of(keyText) == key || IdentityKey.earlier(name) == keyText ? keyText : key
    }

    /// The key of the planet withdrawn by a tombstone with this key: other programs' keys are names in any spelling.
    static func withdrawn(_ keyText: String, isOurs: Bool) -> Result<String, FieldIssue> {
        if isOurs, IdentityKey.earlier(keyText) == keyText { return .success(keyText) }
        if keyText.isEmpty { return .failure(FieldIssue(field: "", rule: .withdrawal_without_key)) }
        return IdentityKey.of(keyText).map { .success($0) }
            ?? .failure(FieldIssue(field: "", value: keyText, rule: .no_identity))
    }

    /// `value` nil: a tombstone. `keyText`: the record's key, empty if it has none. `source`: the sender according to
    /// its header, or the origin of a copy that was sent on. `size`: of key, value and headers together. `home`: the
    /// partition of a planet's key; nil if every place is right. `decoded`: what need not be decoded again.
    package mutating func read(
        _ value: UnsafeRawBufferPointer?, keyText: String, partition: Int32, source: String?, size: () -> Int,
        home: (String) -> Int32?, decoded: DecodedRecords? = nil
    ) -> Reading {
        let (record, key, warnings): (PlanetRecord, String, [FieldIssue])
        if let value, source != nil, let known = decoded?.take(value, day: decoder.todayInDays()) {
            (record, warnings) = (.discovery(known.discovery), known.warnings)
            key = RecordReader.key(known.key, of: known.discovery[.pl_name] ?? "", keyText: keyText, isOurs: true)
        } else if let value {
            decoder.isStored = source != nil
            switch decoder.decode(value) {
            case .accept(let valid):
                (record, warnings) = (.discovery(valid.discovery), valid.warnings)
                key = RecordReader.key(
                    valid.key, of: valid.discovery[.pl_name] ?? "", keyText: keyText, isOurs: source != nil)
            case .alias(let alias, let aliasKey):
                (record, warnings) = (.alias(alias), [])
                key = RecordReader.key(aliasKey, of: alias.name, keyText: keyText, isOurs: source != nil)
            case .reject(let issues, let given):
                return .refused(issues, key: given ?? (keyText.isEmpty ? nil : keyText))
            }
        } else {
            switch RecordReader.withdrawn(keyText, isOurs: source != nil) {
            case .success(let named): (record, key, warnings) = (.tombstone, named, [])
            case .failure(let issue): return .refused([issue], key: nil)
            }
        }
        guard let home = home(key), home != partition else { return .valid(record, key: key, warnings: warnings) }
        func issue(_ what: String) -> FieldIssue {
            FieldIssue(
                field: "", value: key, rule: .wrong_partition,
                note: "it lies in partition \(partition) and belongs to partition \(home)\(what)")
        }
        // A copy is sent to the right place. A misplaced one was not sent by us, and might go round for ever.
        if source.flatMap({ SentFrom($0) }) != nil {
            return .refused([issue("; it was sent on once and is not again")], key: key)
        }
        if size() > RecordReader.largestSentOn {
            return .refused([issue("; it is too large to be sent on")], key: key)
        }
        return .misplaced(key: key, issue(", where it was sent on to"))
    }
}
