// Characters that a text may not hold: what nobody sees or types, and what changes how its surroundings are shown. Two
// names that look alike are to be one name. Held against what comes in; what is stored stays as it is.

import Basics

enum TextKind: Sendable {
    /// Of a planet or a star.
    case name
    /// One line: a facility, a reference.
    case line
    /// A comment.
    case lines
}

struct UnwantedCharacter {
    let rule: Rule
    private let scalar: Unicode.Scalar
    /// From 1.
    private let place: Int

    /// The first one; nil where there is none. The text is UTF-8.
    init?(in text: UnsafeRawBufferPointer, of kind: TextKind) {
        guard text.contains(where: { $0 >= 0x7F || $0 < 0x20 }) else { return nil }
        var place = 0
        for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
            place += 1
            guard let rule = UnwantedCharacter.rule(of: scalar, in: kind) else { continue }
            (self.rule, self.scalar, self.place) = (rule, scalar, place)
            return
        }
        return nil
    }

    var note: String { "\(scalar.codePoint), character \(place)" }

    private static func rule(of scalar: Unicode.Scalar, in kind: TextKind) -> Rule? {
        if scalar.isDirectional { return .bidirectional_character }
        if scalar.isNoncharacter { return .control_character }
        switch scalar.properties.generalCategory {
        case .control:
            return kind == .lines && (scalar == "\n" || scalar == "\r" || scalar == "\t") ? nil : .control_character
        case .lineSeparator, .paragraphSeparator: return kind == .lines ? nil : .control_character
        default: break
        }
        guard kind != .lines, scalar.properties.isDefaultIgnorableCodePoint else { return nil }
        // Joiners and forms of letters are part of how some scripts are written; a name can do without.
        if kind == .line, scalar.isJoiner || scalar.properties.isVariationSelector { return nil }
        return .invisible_character
    }
}

extension UnsafeRawBufferPointer {
    /// As `trimmed`, also without what is not seen at the ends: spaces of all widths, a byte order mark, U+200B, marks
    /// of direction. Web pages and spreadsheets leave them.
    var bare: UnsafeRawBufferPointer {
        var rest = trimmed
        while true {
            if rest.count >= 3, Self.isBlank(rest[0], rest[1], rest[2]) {
                rest = UnsafeRawBufferPointer(rebasing: rest[3...]).trimmed
            } else if rest.count >= 3, Self.isBlank(rest[rest.count - 3], rest[rest.count - 2], rest[rest.count - 1]) {
                rest = UnsafeRawBufferPointer(rebasing: rest[..<(rest.count - 3)]).trimmed
            } else {
                return rest
            }
        }
    }

    private static func isBlank(_ a: UInt8, _ b: UInt8, _ c: UInt8) -> Bool {
        switch (a, b) {
        // U+2000 to U+200B, U+200E, U+200F, U+2028, U+2029, U+202F.
        case (0xE2, 0x80): (0x80...0x8B).contains(c) || c == 0x8E || c == 0x8F || c == 0xA8 || c == 0xA9 || c == 0xAF
        // U+205F, U+2060.
        case (0xE2, 0x81): c == 0x9F || c == 0xA0
        // U+3000.
        case (0xE3, 0x80): c == 0x80
        // U+FEFF.
        case (0xEF, 0xBB): c == 0xBF
        default: false
        }
    }
}
