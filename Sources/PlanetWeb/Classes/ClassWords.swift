// What a class is called by: its code, which pupils type from a screen or from what they hear, and the names that they
// give themselves. Not which classes there are (ClassList.swift).

import HTTPWire

/// Six letters and digits that can't be taken for one another. Without vowels none is a word.
enum ClassCode {
    static let length = 6
    private static let letters = Array("23456789BCDFGHJKMNPQRSTVWXYZ".utf8)

    static func drawn() -> String {
        var generator = SystemRandomNumberGenerator()
        return String(
            decoding: (0..<length).map { _ in letters[Int.random(in: letters.indices, using: &generator)] },
            as: UTF8.self)
    }

    /// As it is stored, of what somebody typed: in any case, with spaces and dashes. Nil for what is no code.
    static func parse(_ text: some StringProtocol) -> String? {
        guard text.utf8.count <= 32 else { return nil }
        let code = text.uppercased().utf8.filter { $0 != 0x20 && $0 != 0x2D }
        guard code.count == length, code.allSatisfy(letters.contains) else { return nil }
        return String(decoding: code, as: UTF8.self)
    }
}

/// A text that is shown to others as it is: of any script, in one line, with nothing that hides or turns others round.
enum DisplayName {
    static let longest = 40
    static let longestTitle = 80
    /// Accents that may stand above one another.
    private static let mostMarks = 4

    /// Without spaces around it, and with one where there are several. Nil: it is none.
    static func parse(_ text: String, longest: Int = DisplayName.longest) -> String? {
        guard text.utf8.count <= longest * 8 else { return nil }
        var name = String.UnicodeScalarView()
        var (marks, hasBody, isSpaced) = (0, false, false)
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .spaceSeparator:
                isSpaced = true
                continue
            case .nonspacingMark, .enclosingMark, .spacingMark:
                marks += 1
                guard marks <= mostMarks else { return nil }
            case .format where scalar == "\u{200C}" || scalar == "\u{200D}":
                // Scripts and pictures are joined by these.
                guard hasBody else { return nil }
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
                return nil
            default:
                if scalar == "\u{FFFD}" { return nil }
                (marks, hasBody) = (0, true)
            }
            if isSpaced, !name.isEmpty { name.append(" ") }
            isSpaced = false
            name.append(scalar)
        }
        return hasBody && name.count <= longest ? String(name) : nil
    }

    /// Of a header field: UTF-8, or percent-encoded UTF-8, which is all that a browser can send.
    static func parse(field: String) -> String? {
        guard let bytes = PercentEncoding.decode(field.utf8), let text = String(validating: bytes, as: UTF8.self) else {
            return nil
        }
        return parse(text)
    }
}
