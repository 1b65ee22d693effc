// Whether a name ends in the capital letter of a companion: "GJ 229 B" is a brown dwarf, "PSR B1257+12 B" a planet that
// its finders named so; neither is the planet "b" of that star. In an all-capitals name the letter's case means
// nothing: "KEPLER-22 B" is Kepler-22 b. A name counts as such if it has no small letter and a word that its catalogue
// writes with some (Kepler, CoRoT, Proxima, Cnc); HD, GJ, PSR, WASP, TRAPPIST are always capitals.

enum CompanionLetter {
    /// `folded`: the name from `FoldedText.fold`, nil if it is ASCII.
    static func ends(_ name: UnsafeRawBufferPointer, folded: [UInt8]?) -> Bool {
        guard let folded else { return ends(name) }
        let scalars = String(decoding: name, as: UTF8.self).unicodeScalars.filter { !isNothing($0) }
        guard let last = scalars.last(where: isSeen), plain(last) != nil,
            let place = scalars.lastIndex(of: last)
        else { return false }
        let before = scalars[..<place]
        guard let neighbour = before.last, !neighbour.properties.isUppercase else { return false }
        if before.contains(where: { $0.properties.isLowercase }) { return true }
        return !folded.withUnsafeBytes { hasMixedWord($0) }
    }

    private static func ends(_ name: UnsafeRawBufferPointer) -> Bool {
        var place = name.count - 1
        while place > 0, !isLetterOrDigit(name[place]) { place -= 1 }
        guard place > 0, isCapital(name[place]), !isCapital(name[place - 1]) else { return false }
        for byte in name[..<place] where byte &- 0x61 < 26 { return true }
        return !hasMixedWord(name)
    }

    private static func isCapital(_ byte: UInt8) -> Bool { byte &- 0x41 < 26 }
    private static func isLetterOrDigit(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 }

    /// Also dropped from keys: accents that stand alone, controls.
    private static func isNothing(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .format, .control: true
        default: false
        }
    }

    private static func isSeen(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }

    /// The Latin capital, also if it is a full-width one.
    private static func plain(_ scalar: Unicode.Scalar) -> UInt8? {
        let value = scalar.value >= 0xff21 && scalar.value <= 0xff3a ? scalar.value - 0xfee0 : scalar.value
        return value >= 0x41 && value <= 0x5a ? UInt8(value) : nil
    }

    /// Names of catalogues and stars that are written with small letters. StarNames knows the constellations.
    private static let mixed: Set<String> = [
        "kepler", "corot", "tres", "qatar", "gliese", "wolf", "ross", "gaia", "proxima", "barnard", "barnards",
        "teegarden", "teegardens", "kapteyn", "kapteyns", "luyten", "luytens", "lalande", "luhman", "lupus", "star",
        "lkca", "roxs", "usco", "wendelstein", "kelu", "sand", "pr",
    ]

    private static func hasMixedWord(_ name: UnsafeRawBufferPointer) -> Bool {
        var word: [UInt8] = []
        func isMixed() -> Bool {
            word.count > 1
                && (mixed.contains(String(decoding: word, as: UTF8.self)) || StarNames.isConstellation(word[...]))
        }
        for byte in name {
            if (byte | 0x20) &- 0x61 < 26 {
                word.append(byte | 0x20)
            } else if byte != UInt8(ascii: "'") {
                if isMixed() { return true }
                word.removeAll(keepingCapacity: true)
            }
        }
        return isMixed()
    }
}
