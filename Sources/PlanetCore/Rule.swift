// Every rule for records, with its stable code and its English sentence: the one place. DiscoveryDecoder.swift,
// FieldRules.swift and CrossChecks.swift test them.

package enum Verdict: Sendable {
    /// Stored. Its warnings, if any, are shown and counted; they never stop a record.
    case accept(Validated)
    /// Stored: the name is another planet's alias.
    case alias(PlanetAlias, key: String)
    /// Not stored: everything that is wrong, and the identity key if the name could be read.
    case reject([FieldIssue], key: String?)
}

/// A record that may be stored.
package struct Validated: Sendable {
    package let discovery: Discovery
    package let key: String
    package let warnings: [FieldIssue]

    /// The same with a warning for its receipt only.
    package func warned(_ issue: FieldIssue) -> Validated {
        Validated(discovery: discovery, key: key, warnings: warnings + [issue])
    }

    /// The same under another key: that of the planet whose alias the name is.
    package func under(_ key: String) -> Validated {
        Validated(discovery: discovery, key: key, warnings: warnings)
    }
}

/// One thing that is wrong or unusual about one field.
package struct FieldIssue: Error, Equatable, Sendable {
    package static let maxValueLength = 200

    /// The name as written by the sender; empty if the whole record is meant.
    package let field: String
    /// The given value, as text, cut to 200 characters.
    package let value: String
    package let rule: Rule
    /// What the sentence needs besides the rule, such as the allowed range.
    private let note: String

    package init(field: String, value: String = "", rule: Rule, note: String = "") {
        self.field = field
        self.value = value.utf8.count > Self.maxValueLength ? String(value.prefix(Self.maxValueLength)) : value
        self.rule = rule
        self.note = note
    }

    /// An English sentence.
    package var detail: String { note.isEmpty ? rule.sentence + "." : rule.sentence + ": " + note + "." }
}

package enum Rule: String, CaseIterable, Sendable {
    // The record as a whole: always a reject.
    case malformed_json
    case not_an_object
    case duplicate_field
    case too_many_fields
    case too_deep
    case too_large
    case malformed_csv
    case wrong_field_count

    // A field: reject.
    case missing_required
    case no_identity
    case not_a_number
    case number_too_big
    case not_an_integer
    case not_text
    case not_a_boolean
    case not_a_flag
    case not_a_date
    case date_in_future
    case out_of_range
    case error_sign
    case invalid_limit
    case too_long
    case control_character
    case bidirectional_character
    case invisible_character
    case unknown_method
    case unknown_disposition
    case not_a_choice
    case conflicting_alias
    case unit_conflict
    case replacement_character

    // Aliases, by themselves and against what the log holds before: reject.
    case alias_with_values
    case alias_to_itself
    case alias_cycle
    case alias_conflict
    case alias_joins_planets
    case known_alias

    // A change of single values: reject.
    case other_planet
    case not_newer

    // Records of other programs in the log: reject.
    case wrong_partition
    case withdrawal_without_key

    // Unusual: a warning.
    case unknown_field
    case unusual_value
    case above_archive_mass
    case ambiguous_method
    case several_methods
    case method_not_listed
    case unit_assumed
    case unknown_provenance
    case incomplete_date
    case extra_cut
    case kepler_mismatch
    case insolation_mismatch
    case periastron_inside_star
    case planet_not_smaller_than_star
    case unusual_density
    case host_not_prefix
    case no_planet_letter
    case date_year_mismatch
    case named_by_alias

    // What a record did to its planet: in receipts only.
    case values_dropped
    case was_withdrawn

    package var isWarning: Bool {
        switch self {
        case .unknown_field, .unusual_value, .above_archive_mass, .ambiguous_method, .several_methods,
            .method_not_listed, .unit_assumed, .unknown_provenance, .incomplete_date, .extra_cut, .kepler_mismatch,
            .insolation_mismatch, .periastron_inside_star, .planet_not_smaller_than_star, .unusual_density,
            .host_not_prefix, .no_planet_letter, .date_year_mismatch, .named_by_alias, .values_dropped, .was_withdrawn:
            true
        default: false
        }
    }

    /// A warning that decoding the stored record gives again, in the same place: it looks at what several columns say
    /// together. The others are about a field or a text as the sender wrote it, which may be no UTF-8.
    package var isFoundAgain: Bool {
        switch self {
        case .kepler_mismatch, .insolation_mismatch, .periastron_inside_star, .planet_not_smaller_than_star,
            .unusual_density, .host_not_prefix, .no_planet_letter, .date_year_mismatch:
            true
        default: false
        }
    }

    /// The rule's sentence, without the full stop.
    package var sentence: String {
        switch self {
        case .malformed_json: "The record is not valid JSON"
        case .not_an_object: "A record is a JSON object"
        case .duplicate_field: "The same field is given twice"
        case .too_many_fields: "The record has too many fields"
        case .too_deep: "Values are nested too deeply"
        case .too_large: "The record is too long"
        case .malformed_csv: "The line is not valid CSV"
        case .wrong_field_count: "The line and the header differ in their number of fields"
        case .missing_required: "The field is required"
        case .no_identity: "The name has no letter and no digit"
        case .not_a_number: "The value is not a number (write a decimal point, no unit)"
        case .number_too_big: "The number is beyond the range of a double"
        case .not_an_integer: "The value is not a whole number"
        case .not_text: "The value is not text"
        case .not_a_boolean: "The value is neither yes nor no"
        case .not_a_flag: "The value is neither 0 nor 1"
        case .not_a_date: "The value is not a date (YYYY-MM-DD)"
        case .date_in_future: "The date is in the future"
        case .out_of_range: "The value is outside the allowed range"
        case .error_sign: "An upper error is 0 or more, a lower error 0 or less"
        case .invalid_limit: "A limit flag is -1, 0 or 1"
        case .too_long: "The text is too long"
        case .control_character: "The text has a control character, or a code that is no character"
        case .bidirectional_character: "The text has a character that changes the direction of what stands behind it"
        case .invisible_character: "The text has an invisible character"
        case .unknown_method: "The discovery method is unknown"
        case .unknown_disposition: "The disposition is unknown"
        case .other_planet: "The name is not the planet's"
        case .not_newer: "The planet has a newer value than the change would make"
        case .not_a_choice: "The value is not one of the choices"
        case .conflicting_alias: "The field is also given under another name, with another value"
        case .unit_conflict: "The values in Earth and in Jupiter units differ by more than 25 %"
        case .replacement_character:
            "The text has U+FFFD, which stands for a letter that could not be read: send the file in UTF-8"
        case .alias_with_values: "An alias record has a name, the planet's name and a source, nothing else"
        case .alias_to_itself: "The alias and the planet's name are the same name"
        case .alias_cycle: "The aliases form a circle"
        case .alias_conflict: "The name is already an alias of another planet; remove that alias first"
        case .alias_joins_planets: "The alias is the name of a planet in the catalogue; two planets are not joined"
        case .known_alias: "The name is an alias; the record belongs under the planet's own name"
        case .wrong_partition: "The record lies in another partition than its planet's"
        case .withdrawal_without_key: "A withdrawal needs a key: it says which planet is meant"
        case .unknown_field: "The field is unknown; it is kept under extra"
        case .unusual_value: "The value is unusual"
        case .above_archive_mass: "The mass is above 30 Jupiter masses, the limit of the NASA Exoplanet Archive"
        case .ambiguous_method: "The method does not say which timing; it is stored as Transit Timing Variations"
        case .several_methods: "Several methods are given; the first one is stored"
        case .method_not_listed: "The method is none of the eleven; it is not stored"
        case .unit_assumed: "The name does not say the unit, which was taken to be"
        case .unknown_provenance: "The mass provenance is none of Mass, Msini, Msin(i)/sin(i), M-R relationship"
        case .incomplete_date: "The day is not given; the date is stored as the first of its month or year"
        case .extra_cut: "The unknown fields are longer than is kept of them; not kept are"
        case .kepler_mismatch:
            "Period, semi-major axis and stellar mass differ from Kepler's third law by more than 20 %"
        case .insolation_mismatch:
            "The flux given puts the planet into another zone than its star and orbit do, which are what counts"
        case .periastron_inside_star: "The orbit passes through the star"
        case .planet_not_smaller_than_star: "The planet is not smaller than its star"
        case .unusual_density: "Mass and radius give a density outside 0.01 to 30 g/cm3"
        case .host_not_prefix: "The planet's name does not begin with its host's"
        case .no_planet_letter: "The name has no planet letter (b, c, ...); a capital letter names a star"
        case .date_year_mismatch: "The discovery date is not in the discovery year"
        case .named_by_alias: "The name given is an alias; the record is stored under the planet's own name"
        case .values_dropped: "The record replaces another one that had more values (PATCH changes single ones)"
        case .was_withdrawn: "The planet had been withdrawn; it is back"
        }
    }
}

extension Rule {
    /// The group on the board for rules that this program doesn't know.
    private static let other = "other"
    private static let names = Set(allCases.map(\.rawValue))

    /// The group of `warnings` and `rejects` that counts this rule: its own, or `other` for another program's rule. So
    /// there are no more groups than rules, whatever order records come in.
    package static func counted(_ rule: String) -> String { names.contains(rule) ? rule : other }
}
