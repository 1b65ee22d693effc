// What a record of planet-discoveries says by itself, before the state of its planet is asked: from value, key and
// partition alone, so that web and stream say the same of it.
// Not what it does to its planet (PlanetHistory.swift).

import Basics

package struct RecordReader: ~Copyable {
    /// Key, value and headers of a record that can be sent on; a log takes little more than a megabyte.
    package static let largestSentOn = 999_000

    package enum Reading {
        case valid(PlanetRecord, key: String, warnings: [FieldIssue])
        /// Valid, and in another partition than its planet's: to be sent on to that one, where it counts.
        case misplaced(key: String, FieldIssue)
        case refused([FieldIssue], key: String?)
    }

    private var decoder: DiscoveryDecoder

    /// `today`: days since 1970-01-01 UTC.
    package init(today: @escaping () -> Int = CivilDate.todayUTC) { decoder = DiscoveryDecoder(today: today) }

    /// The key of the planet that a tombstone under this key means: other programs' keys are names in any spelling.
    package static func withdrawn(_ keyText: String) -> Result<String, FieldIssue> {
        if keyText.isEmpty { return .failure(FieldIssue(field: "", rule: .withdrawal_without_key)) }
        return IdentityKey.of(keyText).map { .success($0) }
            ?? .failure(FieldIssue(field: "", value: keyText, rule: .no_identity))
    }

    /// `value` nil: a tombstone. `keyText`: the record's key, empty where it has none. `isSentOn`: it says that it was
    /// sent on to where it lies. `size`: of key, value and headers together. `home`: the partition of a planet's key;
    /// nil where every place is right.
    package mutating func read(
        _ value: UnsafeRawBufferPointer?, keyText: String, partition: Int32, isSentOn: Bool, size: () -> Int,
        home: (String) -> Int32?
    ) -> Reading {
        let (record, key, warnings): (PlanetRecord, String, [FieldIssue])
        if let value {
            switch decoder.decode(value) {
            case .accept(let valid): (record, key, warnings) = (.discovery(valid.discovery), valid.key, valid.warnings)
            case .alias(let alias, let aliasKey): (record, key, warnings) = (.alias(alias), aliasKey, [])
            case .reject(let issues, let given):
                return .refused(issues, key: given ?? (keyText.isEmpty ? nil : keyText))
            }
        } else {
            switch RecordReader.withdrawn(keyText) {
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
        // A copy is sent to the right place. One that lies wrong was not sent by us, and might go round for ever.
        if isSentOn { return .refused([issue("; it was sent on once and is not again")], key: key) }
        if size() > RecordReader.largestSentOn {
            return .refused([issue("; it is too large to be sent on")], key: key)
        }
        return .misplaced(key: key, issue(", where it was sent on to"))
    }
}
