// What a column is: type, unit, range, labels. One value of Column is one row of the table in ColumnRows.swift.
// Not here: the rows themselves, and how a value is tested against one.

/// A column's name, whichever enum it is in.
package enum ColumnID: Hashable, Sendable {
    case number(NumberColumn)
    case text(TextColumn)

    package var name: String {
        switch self {
        case .number(let column): column.name
        case .text(let column): column.name
        }
    }
}

// Of tables: to have a case print its name takes the runtime thousands of instructions.
extension NumberColumn {
    private static let names = allCases.map { "\($0)" }
    package var name: String { NumberColumn.names[Int(rawValue)] }
}

extension TextColumn {
    private static let names = allCases.map { "\($0)" }
    package var name: String { TextColumn.names[Int(rawValue)] }
}

package enum ColumnType: String, Sendable, CaseIterable {
    case text
    case real
    case integer
    /// 0 or 1.
    case flag
    /// A day, stored as days since 1970-01-01, written YYYY-MM-DD.
    case date
    /// Yes or no, stored as 1 or 0, written true or false.
    case boolean
}

/// The same words in the two languages of the page.
package struct Localized: Sendable, Equatable {
    package let en: String
    package let fr: String

    package init(_ en: String, _ fr: String) {
        self.en = en
        self.fr = fr
    }
}

package enum ColumnGroup: String, Sendable, CaseIterable {
    case identity, discovery, orbit, size, climate, star, position, brightness, notes

    package var label: Localized {
        switch self {
        case .identity: Localized("Identity", "Identité")
        case .discovery: Localized("Discovery", "Découverte")
        case .orbit: Localized("Orbit", "Orbite")
        case .size: Localized("Size and mass", "Taille et masse")
        case .climate: Localized("Light and temperature", "Lumière et température")
        case .star: Localized("Host star", "Étoile hôte")
        case .position: Localized("Position", "Position")
        case .brightness: Localized("Brightness", "Luminosité apparente")
        case .notes: Localized("Notes", "Notes")
        }
    }
}

/// Which values are allowed. An exclusive bound is not in the range itself.
package struct ValueRange: Sendable, Equatable {
    package let min: Double?
    package let max: Double?
    package let minIsExclusive: Bool
    package let maxIsExclusive: Bool

    package init(min: Double? = nil, max: Double? = nil, minIsExclusive: Bool = false, maxIsExclusive: Bool = false) {
        self.min = min
        self.max = max
        self.minIsExclusive = minIsExclusive
        self.maxIsExclusive = maxIsExclusive
    }

    package static let any = ValueRange()

    /// The least and the greatest double allowed, so that a test is two comparisons.
    package var least: Double { min.map { minIsExclusive ? $0.nextUp : $0 } ?? -Double.greatestFiniteMagnitude }
    package var greatest: Double { max.map { maxIsExclusive ? $0.nextDown : $0 } ?? Double.greatestFiniteMagnitude }

    package func contains(_ value: Double) -> Bool { value >= least && value <= greatest }

    /// In words, for a sentence: "above 0, at most 100".
    package var words: String {
        func number(_ value: Double) -> String {
            value == value.rounded() && value.magnitude < 1e15 ? "\(Int(value))" : "\(value)"
        }
        var parts: [String] = []
        if let min { parts.append((minIsExclusive ? "above " : "at least ") + number(min)) }
        if let max { parts.append((maxIsExclusive ? "below " : "at most ") + number(max)) }
        return parts.joined(separator: ", ")
    }
}

package struct Column: Sendable {
    /// A column's role in the quantity it belongs to.
    package enum Part: Sendable, Equatable {
        case value
        case upperError, lowerError, limit
    }

    package let id: ColumnID
    package let name: String
    package let type: ColumnType
    /// As written by the NASA Exoplanet Archive; nil if there is none.
    package let unit: String?
    package let group: ColumnGroup
    package let label: Localized
    package let help: Localized
    package let part: Part
    package let required: Bool
    /// Other values are refused.
    package let range: ValueRange
    /// Other values are stored with a warning.
    package let usual: ValueRange
    /// In characters; 0 for numbers.
    package let maxLength: Int
    /// The only values allowed; empty if any text is.
    package let choices: [String]
    /// Whether it is in the page's form.
    package let inForm: Bool
    /// Other names for it in the same unit. Those in another unit are in Aliases.swift.
    package let aliases: [String]
}
