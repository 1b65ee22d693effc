// Unicode text folded for comparison, by libunistring: compatibility forms, case, diacritics, dashes, Greek letters.
// Not here: a name's key (IdentityKey.swift), a field's column (Aliases.swift).
import CUnistring
import Glibc

enum FoldedText {
    /// NFKC, then case folded, then without diacritics (Unicode Standard Annex 15, Unicode chapter 3.13); dashes become
    /// "-", white space " ", Greek letters their Bayer form. Invalid UTF-8 is returned unchanged.
    static func fold(_ text: UnsafeRawBufferPointer) -> [UInt8] {
        let composed = normalized(Array(text), unistring_nfkc())
        var length = 0
        guard let folded = u8_casefold(composed, composed.count, nil, unistring_nfkd(), nil, &length) else {
            return composed
        }
        defer { free(folded) }
        var result: [UInt8] = []
        result.reserveCapacity(length)
        for scalar in String(decoding: UnsafeBufferPointer(start: folded, count: length), as: UTF8.self).unicodeScalars
        {
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .format, .control: continue
            case .dashPunctuation: result.append(UInt8(ascii: "-"))
            case .spaceSeparator, .lineSeparator, .paragraphSeparator: result.append(UInt8(ascii: " "))
            default:
                switch scalar {
                case "\u{2212}": result.append(UInt8(ascii: "-"))
                case "\u{2018}", "\u{2019}", "\u{201B}", "\u{02BC}", "\u{02B9}", "\u{2032}", "\u{00B4}", "\u{02BB}":
                    result.append(UInt8(ascii: "'"))
                case "α"..."ω": result.append(contentsOf: bayer(scalar).utf8)
                default: result.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
                }
            }
        }
        return normalized(result, unistring_nfc())
    }

    /// A field's name in the form of the table: lower case, without accents, one underscore for other signs.
    static func fieldName(_ text: UnsafeRawBufferPointer) -> [UInt8] {
        var name: [UInt8] = []
        for byte in fold(text) {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): name.append(byte)
            default: if let last = name.last, last != UInt8(ascii: "_") { name.append(UInt8(ascii: "_")) }
            }
        }
        if name.last == UInt8(ascii: "_") { name.removeLast() }
        return name
    }

    private static func normalized(_ text: [UInt8], _ form: OpaquePointer?) -> [UInt8] {
        var length = 0
        guard let result = u8_normalize(form, text, text.count, nil, &length) else { return text }
        defer { free(result) }
        return Array(UnsafeBufferPointer(start: result, count: length))
    }

    /// As in the NASA Exoplanet Archive's star names (alf Tau b, xi Aql b).
    private static func bayer(_ letter: Unicode.Scalar) -> String {
        switch letter {
        case "α": "alf"
        case "β": "bet"
        case "γ": "gam"
        case "δ": "del"
        case "ε": "eps"
        case "ζ": "zet"
        case "η": "eta"
        case "θ": "tet"
        case "ι": "iot"
        case "κ": "kap"
        case "λ": "lam"
        case "μ": "mu"
        case "ν": "nu"
        case "ξ": "xi"
        case "ο": "omi"
        case "π": "pi"
        case "ρ": "rho"
        case "σ", "ς": "sig"
        case "τ": "tau"
        case "υ": "ups"
        case "φ": "phi"
        case "χ": "chi"
        case "ψ": "psi"
        default: "ome"
        }
    }
}
