// Characters that are not seen, or change how others are seen: terminals, logs and pages must not get them as they are.

extension Unicode.Scalar {
    /// Controls, line separators, noncharacters, marks of direction, and what is not shown. Not the joiners that
    /// Persian and Indian scripts are written with.
    package var isHidden: Bool {
        if value < 0x7F { return value < 0x20 }
        switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: return true
        case .format: return properties.isDefaultIgnorableCodePoint && !isJoiner
        default: return isNoncharacter
        }
    }

    /// U+200C and U+200D.
    package var isJoiner: Bool { value == 0x200C || value == 0x200D }

    /// Embeddings, overrides and isolates: they change the order in which others are shown (Unicode Standard Annex 9).
    package var isDirectional: Bool { (0x202A...0x202E).contains(value) || (0x2066...0x2069).contains(value) }

    /// Code points that Unicode keeps for no character.
    package var isNoncharacter: Bool { value & 0xFFFE == 0xFFFE || (0xFDD0...0xFDEF).contains(value) }

    /// "U+202E".
    package var codePoint: String {
        let digits = String(value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}

extension String {
    /// With hidden characters written out (`\u{202e}`), but for those in `kept`.
    package func showingHidden(but kept: Set<Unicode.Scalar> = []) -> String {
        guard unicodeScalars.contains(where: { $0.isHidden && !kept.contains($0) }) else { return self }
        var shown = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            if scalar.isHidden, !kept.contains(scalar) {
                shown.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
            } else {
                shown.append(scalar)
            }
        }
        return String(shown)
    }
}
