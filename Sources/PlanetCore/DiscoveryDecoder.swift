// Decodes one JSON record and checks it against every rule, for the web's submissions and the log's records alike.
// One decoder per thread, reused for every record. Not here: bodies of many records (Submissions.swift), values of
// single fields (FieldValues.swift), what fields say together (CrossChecks.swift).
import Basics
import JSONText

package struct DiscoveryDecoder: ~Copyable {
    /// Longer records are refused.
    package static let maxRecordBytes = 1 << 20
    static let recordLimits = JSONLimits(fields: 512, depth: 32, bytes: maxRecordBytes)
    /// Warnings about unknown fields per record; all fields are kept under extra, so more would say nothing new.
    static let maxUnknownFieldWarnings = 16

    var reader = JSONReader(limits: recordLimits)
    var extraReader = JSONReader(limits: recordLimits)
    let lookup = ColumnLookup.table
    let numberRules = NumberRule.all
    let textRules = TextRule.all
    var texts = TextCache()

    // The current record's.
    var draft = DiscoveryDraft()
    var errors: [FieldIssue] = []
    var warnings: [FieldIssue] = []
    var unknownFields = 0
    /// The members of the JSON object for the column `extra`.
    var extra: [UInt8] = []
    var extraWasGiven = false
    /// A name of `extra` is more than ASCII: what is no UTF-8 of it is replaced, so that two names can become one.
    var extraNamesMayMeet = false
    /// How many members the given `extra` had.
    var extraMembers = 0
    /// Names of unknown fields for which `extra` has no room.
    var extraCut: [String] = []
    var conversions: [String] = []
    var aliasDraft = AliasDraft()
    /// How to read bodies; records of the log are discoveries, and aliases by their member alias_of.
    var reading = RecordKind.discoveries
    /// The current table's.
    var decimalComma = DecimalComma.no
    /// For a JSON body; nil for single records.
    var tally: FieldTally?
    /// What happened to the columns of the last table.
    package internal(set) var columns = BodyColumns()

    /// In a submission, a word under `status` that denies it is a planet also sets the disposition. Records of the log
    /// state it themselves.
    var isAtDoor = false
    /// Planetarium itself wrote the record, by the rules for texts of its time.
    package var isStored: Bool

    let todayInDays: () -> Int
    /// That of the last record.
    var today = -1
    var currentYear = 0

    /// `today`: days since 1970-01-01 in UTC, called once per record.
    package init(today: @escaping () -> Int = CivilDate.todayUTC, isStored: Bool = false) {
        todayInDays = today
        self.isStored = isStored
    }

    /// The verdict on one JSON object.
    package mutating func decode(_ json: UnsafeRawBufferPointer) -> Verdict {
        begin()
        do throws(JSONError) {
            let fields = try reader.readObject(json)
            for index in 0..<fields.count {
                let field = fields[index]
                take(field.key, Given(kind: field.kind, number: field.number, text: field.text))
            }
        } catch {
            return .reject([Self.issue(error)], key: nil)
        }
        return finish()
    }

    package mutating func decode(_ json: [UInt8]) -> Verdict { json.withUnsafeBytes { decode($0) } }

    static func issue(_ error: JSONError) -> FieldIssue {
        let rule: Rule =
            switch error.reason {
            case .notAnObject, .notAnArray: .not_an_object
            case .duplicateKey: .duplicate_field
            case .tooMany: .too_many_fields
            case .tooDeep: .too_deep
            case .tooLarge: .too_large
            case .malformed, .invalidUTF8, .empty, .noMemory: .malformed_json
            }
        return FieldIssue(field: "", rule: rule, note: "\(error)")
    }

    /// Prepares for the next record.
    mutating func begin() {
        draft.clear()
        errors.removeAll(keepingCapacity: true)
        warnings = []
        unknownFields = 0
        extra.removeAll(keepingCapacity: true)
        extraWasGiven = false
        extraMembers = 0
        extraNamesMayMeet = false
        if !extraCut.isEmpty { extraCut = [] }
        conversions.removeAll(keepingCapacity: true)
        if aliasDraft.isGiven { aliasDraft = AliasDraft() }
        let now = todayInDays()
        if now != today {
            today = now
            currentYear = CivilDate(days: now).year
        }
    }

    /// Checks what the fields say together, and returns the verdict.
    mutating func finish() -> Verdict {
        if aliasDraft.isGiven || reading == .aliases { return finishAlias() }
        settleExtra()
        if isAtDoor, draft[.disposition] == nil, var status = draft[.status],
            let word = status.withUTF8({ Disposition.find(UnsafeRawBufferPointer($0)) }), word != Disposition.confirmed
        {
            draft[.disposition] = word
        }
        deriveColumns()
        settleUnitsGiven()
        let name = draft[.pl_name]
        let key = name.flatMap { IdentityKey.of($0) }
        if name == nil {
            if !errors.contains(where: { ColumnLookup.isName($0.field) }) {
                errors.append(FieldIssue(field: "pl_name", rule: .missing_required))
            }
        } else if key == nil {
            errors.append(FieldIssue(field: "pl_name", value: name ?? "", rule: .no_identity))
        }
        checkTogether()
        guard errors.isEmpty, let key else { return .reject(errors, key: key) }
        let discovery = draft.discovery
        checkInsolation(discovery)
        tally?.add(discovery)
        return .accept(Validated(discovery: discovery, key: key, warnings: warnings))
    }
}
