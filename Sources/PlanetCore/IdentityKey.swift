// The identity key of a planet's name: names of the same planet have the same key, names of different objects don't. A
// rule without state, so that every reader of a record agrees. Not for aliases between catalogues (the key only
// proposes); StarNames.swift has names of stars.

package enum IdentityKey {
    /// Nil if nothing is left of the name. A key's key is itself: `of(of(name)) == of(name)`.
    package static func of(_ name: String) -> String? {
        var name = name
        return name.withUTF8 { of(utf8: UnsafeRawBufferPointer($0)) }
    }

    package static func of(utf8 name: UnsafeRawBufferPointer) -> String? {
        let isASCII = name.allSatisfy { $0 < 0x80 }
        let folded = isASCII ? nil : FoldedText.fold(name)
        let isCompanion = CompanionLetter.ends(name, folded: folded)
        let key = folded.map { $0.withUnsafeBytes { withStar($0) } } ?? withStar(name)
        guard isCompanion, let key, let last = key.last else { return key }
        return key.dropLast() + last.uppercased()
    }

    private static func withStar(_ name: UnsafeRawBufferPointer) -> String? {
        guard StarNames.mayLie(in: name), let star = StarNames.fold(name) else { return reduce(name, zeros: true) }
        return star.withUnsafeBytes { reduce($0, zeros: true) }
    }

    /// The key as made by versions before 0.2: regardless of a companion's capital letter, constellations and zeros.
    /// Logs and lakes of these versions contain such keys (`RecordReader.key`).
    package static func earlier(_ name: String) -> String? {
        var name = name
        return name.withUTF8 { utf8 in
            let bytes = UnsafeRawBufferPointer(utf8)
            if bytes.allSatisfy({ $0 < 0x80 }) { return reduce(bytes, zeros: false) }
            return FoldedText.fold(bytes).withUnsafeBytes { reduce($0, zeros: false) }
        }
    }

    /// Lower case; apostrophes and parentheses dropped; a run of spaces, underscores and hyphens becomes one "-"
    /// between two digits (WASP-1 2b is not WASP-12 b), else nothing; then designations with several spellings.
    private static func reduce(_ name: UnsafeRawBufferPointer, zeros: Bool) -> String? {
        // "gl" becomes "gj" and "k" becomes "koi": never more than two bytes longer.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: name.count + 2) { key in
            var length = 0
            var separated = false
            var isNamed = false
            for byte in name {
                switch byte {
                case 0x09...0x0d, UInt8(ascii: " "), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    separated = true
                    continue
                case UInt8(ascii: "'"), UInt8(ascii: "`"), UInt8(ascii: "\""), UInt8(ascii: "("), UInt8(ascii: ")"),
                    0..<0x20,
                    0x7f:
                    continue
                default: break
                }
                let lower = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte
                if separated, length > 0, isDigit(key[length - 1]), isDigit(lower) {
                    key[length] = UInt8(ascii: "-")
                    length += 1
                }
                separated = false
                isNamed = isNamed || isDigit(lower) || (lower >= 0x61 && lower <= 0x7a) || lower >= 0x80
                key[length] = lower
                length += 1
            }
            guard isNamed, length > 0 else { return nil }
            let body = UnsafeMutableBufferPointer(rebasing: key[..<length])
            let bytes = UnsafeRawBufferPointer(body)
            return zeros ? withoutZeros(bytes) ?? unify(bytes) : unify(bytes)
        }
    }

    /// Gliese 581 c, Gl 581 c: gj581c. K00087.01, KOI-0087.01: koi87.01. TOI, EPIC, TIC, KIC lose leading zeros, too.
    private static func unify(_ key: UnsafeRawBufferPointer) -> String {
        func begins(_ prefix: StaticString) -> Bool {
            let count = prefix.utf8CodeUnitCount
            return key.count > count && isDigit(key[count])
                && key[..<count].elementsEqual(UnsafeRawBufferPointer(start: prefix.utf8Start, count: count))
        }
        func joined(_ prefix: String, _ from: Int) -> String {
            prefix + String(decoding: key[from...], as: UTF8.self)
        }
        switch key[0] {
        case UInt8(ascii: "g"):
            if begins("gl") { return joined("gj", 2) }
            if begins("gliese") { return joined("gj", 6) }
        case UInt8(ascii: "k"):
            // K, five digits and .NN is the Kepler archive's spelling of a KOI.
            if key.count == 9, key[6] == UInt8(ascii: "."), key[1..<6].allSatisfy(isDigit),
                key[7...].allSatisfy(isDigit)
            {
                return joined("koi", afterZeros(key, 1))
            }
            if begins("koi") { return joined("koi", afterZeros(key, 3)) }
            if begins("kic") { return joined("kic", afterZeros(key, 3)) }
        case UInt8(ascii: "t"):
            if begins("toi") { return joined("toi", afterZeros(key, 3)) }
            if begins("tic") { return joined("tic", afterZeros(key, 3)) }
        case UInt8(ascii: "e"):
            if begins("epic") { return joined("epic", afterZeros(key, 4)) }
        default: break
        }
        return String(decoding: key, as: UTF8.self)
    }

    /// Catalogues with numbered objects: HD 003651 is HD 3651. Not those whose digits are coordinates or parts.
    private static let numbered: [StaticString] = ["hd", "hip", "hr", "gliese", "gl", "gj", "kepler", "wasp", "corot"]

    /// Nil if there are no zeros to drop.
    private static func withoutZeros(_ key: UnsafeRawBufferPointer) -> String? {
        for prefix in numbered {
            let count = prefix.utf8CodeUnitCount
            guard key.count > count + 1, key[count] == UInt8(ascii: "0"), isDigit(key[count + 1]),
                key[..<count].elementsEqual(UnsafeRawBufferPointer(start: prefix.utf8Start, count: count))
            else { continue }
            let number = key[afterZeros(key, count)...]
            let begin = key[0] == UInt8(ascii: "g") ? "gj" : "\(prefix)"
            return begin + String(decoding: number, as: UTF8.self)
        }
        return nil
    }

    private static func afterZeros(_ key: UnsafeRawBufferPointer, _ from: Int) -> Int {
        var at = from
        while at + 1 < key.count, key[at] == UInt8(ascii: "0"), isDigit(key[at + 1]) { at += 1 }
        return at
    }

    @inline(__always)
    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
}
