// Takes one field of a record: finds its column, reads its value, converts its unit, checks the column's rules.
// Not here: what several fields say together (CrossChecks.swift).
import JSONText

/// A value as it was given: from JSON, or from CSV, where everything is a string.
struct Given {
    let kind: JSONKind
    let number: Double
    let text: UnsafeRawBufferPointer

    var string: String {
        String(decoding: UnsafeRawBufferPointer(rebasing: text.prefix(4 * FieldIssue.maxValueLength)), as: UTF8.self)
    }
}

extension Given {
    init(string text: UnsafeRawBufferPointer) { self.init(kind: .string, number: 0, text: text) }
}

extension FieldIssue {
    init(_ name: UnsafeRawBufferPointer, _ given: Given, _ rule: Rule, note: String = "") {
        self.init(
            field: String(decoding: name.prefix(Self.maxValueLength), as: UTF8.self), value: given.string, rule: rule,
            note: note)
    }
}

extension DiscoveryDecoder {
    mutating func take(_ name: UnsafeRawBufferPointer, _ given: Given) {
        if case .null = given.kind { return }
        guard reading == .discoveries, let target = lookup.find(name) else { return takeUnknown(name, given) }
        take(name, given, target)
    }

    mutating func take(_ name: UnsafeRawBufferPointer, _ given: Given, _ target: FieldTarget) {
        let rule: Rule?
        switch target.id {
        case .number(let column): rule = takeNumber(column, target, name, given)
        case .text(let column): rule = takeText(column, name, given)
        }
        if let rule { refuse(name, given, rule, target.id) }
    }

    private mutating func takeNumber(
        _ column: NumberColumn, _ target: FieldTarget, _ name: UnsafeRawBufferPointer, _ given: Given
    ) -> Rule? {
        let rules = numberRules[Int(column.rawValue)]
        var value: Double
        switch given.kind {
        case .number:
            if case .date = rules.type { return .not_a_date }
            value = given.number
        case .string:
            switch NumberText.read(given.text.trimmed, as: rules.type) {
            case .value(let read): value = read
            case .null: return nil
            case .wrong(let rule): return rule
            }
        case .true, .false:
            guard rules.type == .flag || rules.type == .boolean else { return rules.notOfType }
            value = given.kind == .true ? 1 : 0
        case .null: return nil
        case .numberTooBig: return .number_too_big
        case .object, .array: return rules.notOfType
        }
        let isConverted: Bool
        if case .none = target.conversion { isConverted = false } else { isConverted = true }
        if isConverted { value = target.conversion.apply(value) }
        // A real keeps the bits it came with, minus zero too; a whole number has no minus zero.
        if rules.isInteger { value += 0.0 }
        if rules.isInteger, value != value.rounded(.towardZero) { return rules.notOfType }
        if value < rules.least || value > rules.greatest { return rules.outOfRange }
        switch column {
        // As doubles: any double may be given, and most don't fit an Int.
        case .disc_year: if value > Double(currentYear) { return .out_of_range }
        case .disc_date, .rowupdate: if value > Double(today) { return .date_in_future }
        default: break
        }
        if let other = draft[column], (other - value).magnitude > 1e-9 * value.magnitude { return .conflicting_alias }
        if value < rules.usualLeast || value > rules.usualGreatest { warnUnusual(column, name, given, value) }
        draft[column] = value
        if isConverted { conversions.append("\(column)=\(target.conversion.unit)") }
        return nil
    }

    private mutating func takeText(_ column: TextColumn, _ name: UnsafeRawBufferPointer, _ given: Given) -> Rule? {
        if column == .extra { return takeExtra(given) }
        switch given.kind {
        case .string, .number: break
        case .null: return nil
        case .true, .false, .object, .array, .numberTooBig: return .not_text
        }
        let text = given.text.trimmed
        guard !text.isEmpty else { return nil }
        let rules = textRules[Int(column.rawValue)]
        if let rule = TextRule.check(text, maxLength: rules.maxLength, allowsLines: column == .comment) { return rule }
        let value: String
        if column == .discoverymethod {
            guard let method = DiscoveryMethod.find(text) else { return .unknown_method }
            if method.isAmbiguous { warn(name, given, .ambiguous_method) }
            value = method.name
        } else if column == .disposition {
            guard let disposition = Disposition.find(text) else { return .unknown_disposition }
            value = disposition
        } else {
            value = rules.repeats ? texts.string(text) : String(decoding: text, as: UTF8.self)
        }
        if let other = draft[column], other != value { return .conflicting_alias }
        draft[column] = value
        return nil
    }

    private mutating func warnUnusual(
        _ column: NumberColumn, _ name: UnsafeRawBufferPointer, _ given: Given, _ value: Double
    ) {
        warn(name, given, .unusual_value, note: "usual is " + Columns.of(column).usual.words)
        // 30 Jupiter masses, the archive's own limit for what it lists as a planet.
        if column == .pl_bmasse, value > 30 * Units.jupiterMassInEarths { warn(name, given, .above_archive_mass) }
    }

    private mutating func warn(_ name: UnsafeRawBufferPointer, _ given: Given, _ rule: Rule, note: String = "") {
        warnings.append(FieldIssue(name, given, rule, note: note))
    }

    private mutating func refuse(_ name: UnsafeRawBufferPointer, _ given: Given, _ rule: Rule, _ id: ColumnID) {
        var note = ""
        switch rule {
        case .out_of_range:
            note = id == .number(.disc_year) ? "1988 to \(currentYear)" : Columns.of(id).range.words
            if id == .number(.disc_date) || id == .number(.rowupdate) { note = "1988-01-01 or later" }
        case .too_long: note = "at most \(Columns.of(id).maxLength) characters"
        case .unknown_method: note = "one of " + DiscoveryMethod.names.joined(separator: ", ")
        case .unknown_disposition: note = "one of " + Disposition.names.joined(separator: ", ")
        case .conflicting_alias: note = "the column is \(id.name)"
        default: break
        }
        errors.append(FieldIssue(name, given, rule, note: note))
    }
}
