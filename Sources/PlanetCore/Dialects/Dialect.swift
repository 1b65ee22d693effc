// A dialect: the columns of another catalogue's table in this catalogue's terms. One value per catalogue, each in its
// own file, listed in Dialects.swift. Tables/DialectRecord.swift reads records by it.

struct Dialect: Sendable {
    /// A stable code, for answers.
    let name: String
    /// Sets of folded column names (FoldedText.fieldName); a header with all names of a set is in this dialect. A `*`
    /// stands for the beginning or the end of a name.
    let knownBy: [[String]]
    /// In the order in which they are tried: of several rules for one column the first with a value counts.
    let rules: [DialectRule]
    /// Columns to leave out: links, marked-up copies of numbers. Written as in `knownBy`.
    var leftOut: [String] = []

    /// Whether a header with these names is in this dialect.
    func isKnown(by names: Set<String>) -> Bool {
        knownBy.contains { set in set.allSatisfy { Dialect.has(names, $0) } }
    }

    func leavesOut(_ name: String) -> Bool { leftOut.contains { Dialect.matches(name, $0) } }

    private static func has(_ names: Set<String>, _ pattern: String) -> Bool {
        pattern.contains("*") ? names.contains { matches($0, pattern) } : names.contains(pattern)
    }

    private static func matches(_ name: String, _ pattern: String) -> Bool {
        if pattern.hasPrefix("*") { return name.hasSuffix(pattern.dropFirst()) }
        if pattern.hasSuffix("*") { return name.hasPrefix(pattern.dropLast()) }
        return name == pattern
    }
}

/// One column of another catalogue: its name there, its name here, and how its values are converted.
struct DialectRule: Sendable {
    struct Condition: Sendable {
        let column: String
        /// In lower case.
        let word: String
    }

    /// Folded names; texts of several are joined by spaces.
    let from: [String]
    let to: ColumnID
    var unit = UnitConversion.none
    /// Names of the columns with the errors, whatever their signs, and with the limit flag.
    var upper: String?
    var lower: String?
    var limit: String?
    /// The meaning of words, by the word in lower case; empty: no value.
    var words: [String: String] = [:]
    /// Put before the text.
    var prefix = ""
    /// A condition on another column.
    var when: Condition?
    /// What a value of this column also implies.
    var also: [TextColumn: String] = [:]

    static func text(
        _ from: String..., to column: TextColumn, words: [String: String] = [:], prefix: String = ""
    ) -> DialectRule {
        DialectRule(from: from, to: .text(column), words: words, prefix: prefix)
    }

    static func number(
        _ from: String, to column: NumberColumn, _ unit: UnitConversion = .none, upper: String? = nil,
        lower: String? = nil, limit: String? = nil, when: Condition? = nil, also: [TextColumn: String] = [:]
    ) -> DialectRule {
        DialectRule(
            from: [from], to: .number(column), unit: unit, upper: upper, lower: lower, limit: limit, when: when,
            also: also)
    }

    /// A value whose errors are called `NAME` with one of two endings.
    static func number(
        _ from: String, to column: NumberColumn, _ unit: UnitConversion = .none, errors: (upper: String, lower: String),
        limit: String? = nil, also: [TextColumn: String] = [:]
    ) -> DialectRule {
        number(
            from, to: column, unit, upper: from + errors.upper, lower: from + errors.lower,
            limit: limit.map { from + $0 }, also: also)
    }
}
