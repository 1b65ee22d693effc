// Takes one field of a record: finds its column, reads its value, converts its unit, checks the column's rules.
// Not here: what several fields say together (CrossChecks.swift).
import JSONText

/// A value as given: from JSON, or from CSV, where everything is a string.
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
            let text = given.text.bare
            var read = NumberText.read(text, as: rules.type)
            if case .wrong(let rule) = read {
                read = WrittenNumber(column: column, comma: decimalComma).read(text, as: rules, else: rule)
            }
            switch read {
            case .value(let number): value = number
            case .incompleteDate(let day):
                value = day
                warn(name, given, .incomplete_date)
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
        if target.conversion != .none || target.sign != .kept {
            guard let converted = convert(value, target, rules) else {
                takeUnknown(name, given)
                return nil
            }
            value = converted
        }
        // A real keeps its bits, minus zero too; a whole number has no minus zero.
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
        if target.assumesUnit || target.conversion != .none { noteUnit(column, target, rules, name, given) }
        return nil
    }

    /// Nil if the column's value does not follow from this one alone.
    private func convert(_ value: Double, _ target: FieldTarget, _ rules: NumberRule) -> Double? {
        let converted = rules.isError ? target.conversion.applyToError(value) : target.conversion.apply(value)
        guard let converted, converted.isFinite else { return nil }
        switch target.sign {
        case .kept: return converted
        case .positive: return converted.magnitude
        case .negative: return -converted.magnitude
        }
    }

    /// Notes the unit a value came in, or was assumed to be in.
    private mutating func noteUnit(
        _ column: NumberColumn, _ target: FieldTarget, _ rules: NumberRule, _ name: UnsafeRawBufferPointer,
        _ given: Given
    ) {
        guard !rules.isError else { return }
        let unit = target.conversion == .none ? Columns.of(column).unit ?? "" : target.conversion.unit
        conversions.append("\(column)=\(unit)" + (target.assumesUnit ? Self.assumed : ""))
        if target.assumesUnit { warn(name, given, .unit_assumed, note: unit) }
    }

    private static let assumed = " (assumed)"

    /// A stored record says which units were assumed; the warning is the same as at its submission.
    private mutating func warnOfAssumed(_ unitsGiven: String) {
        guard unitsGiven.hasSuffix(Self.assumed) || unitsGiven.contains(Self.assumed + ";") else { return }
        for part in unitsGiven.split(separator: ";") where part.hasSuffix(Self.assumed) {
            let words = part.dropLast(Self.assumed.count).split(separator: "=", maxSplits: 1)
            guard words.count == 2 else { continue }
            warnings.append(FieldIssue(field: String(words[0]), rule: .unit_assumed, note: String(words[1])))
        }
    }

    private mutating func takeText(_ column: TextColumn, _ name: UnsafeRawBufferPointer, _ given: Given) -> Rule? {
        if column == .extra { return takeExtra(given) }
        switch given.kind {
        case .string, .number: break
        case .null: return nil
        case .true, .false, .object, .array, .numberTooBig: return .not_text
        }
        let text = isStored ? given.text.trimmed : given.text.bare
        guard !text.isEmpty else { return nil }
        let rules = textRules[Int(column.rawValue)]
        if let rule = TextRule.check(text, maxLength: rules.maxLength, rules.kind, isStored: isStored) { return rule }
        let value: String
        switch column {
        case .discoverymethod:
            guard let method = DiscoveryMethod.find(text) else { return .unknown_method }
            if let rule = method.warning { warn(name, given, rule) }
            guard let known = method.name else { return nil }
            value = known
        case .pl_bmassprov:
            let known = MassProvenance.find(text)
            if known == nil { warn(name, given, .unknown_provenance) }
            value = known ?? texts.string(text)
        case .disposition:
            guard let disposition = Disposition.find(text) else { return .unknown_disposition }
            value = disposition
        default:
            value = rules.repeats ? texts.string(text) : String(decoding: text, as: UTF8.self)
        }
        if rules.kind == .name, TextRule.hasReplacementCharacter(text) { return .replacement_character }
        if let other = draft[column], other != value { return .conflicting_alias }
        draft[column] = value
        if column == .units_given { warnOfAssumed(value) }
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
        case .control_character, .bidirectional_character, .invisible_character:
            if case .text(let column) = id {
                let kind = textRules[Int(column.rawValue)].kind
                note = UnwantedCharacter(in: given.text.bare, of: kind)?.note ?? ""
            }
        default: break
        }
        errors.append(FieldIssue(name, given, rule, note: note))
    }
}
