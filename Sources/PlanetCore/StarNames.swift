// Folds names of stars by constellation to one spelling: the constellation's genitive becomes its three letters (IAU
// 1922), a Greek letter its three (SIMBAD's), numbers lose leading zeros. "51 Pegasi b" becomes "51 Peg b", "Epsilon
// Eridani b" "eps Eri b", "rho01 Cancri e" "rho1 Cnc e", "V0391 Peg b" "V391 Peg b". IdentityKey.swift makes the rest
// of a name's key.

enum StarNames {
    /// Whether three letters of the name in a row could begin a constellation: a quick look that ignores case.
    static func mayLie(in name: UnsafeRawBufferPointer) -> Bool {
        var three = 0
        var letters = 0
        for byte in name {
            let letter = Int((byte | 0x20) &- 0x61)
            guard letter < 26 else {
                letters = 0
                continue
            }
            three = (three * 26 + letter) % 17_576
            letters += 1
            if letters >= 3, Constellations.beginnings[three] { return true }
        }
        return false
    }

    static func isConstellation(_ word: ArraySlice<UInt8>) -> Bool {
        Constellations.short[String(decoding: word, as: UTF8.self)] != nil
    }

    /// Nil if there is no constellation. `name`: FoldedText's, or ASCII in any case.
    static func fold(_ name: UnsafeRawBufferPointer) -> [UInt8]? {
        var words = self.words(of: name)
        var isFolded = false
        var place = 0
        while place < words.count {
            // "tau" may be the letter or the constellation: check every word.
            if let found = constellation(words, place) {
                isFolded = true
                foldNumbers(&words, before: place)
                words[place] = found.text
                if found.words == 2 { words.remove(at: place + 1) }
            }
            place += 1
        }
        return isFolded ? Array(words.joined(separator: " ").utf8) : nil
    }

    /// In lower case, without apostrophes; separated at spaces, hyphens and underscores.
    private static func words(of name: UnsafeRawBufferPointer) -> [String] {
        var words: [[UInt8]] = [[]]
        for byte in name {
            switch byte {
            case 0x09...0x0d, UInt8(ascii: " "), UInt8(ascii: "_"), UInt8(ascii: "-"):
                if words[words.count - 1].isEmpty == false { words.append([]) }
            case UInt8(ascii: "'"), UInt8(ascii: "`"), UInt8(ascii: "\""), UInt8(ascii: "("), UInt8(ascii: ")"),
                0..<0x20, 0x7f:
                continue
            default: words[words.count - 1].append(byte &- 0x41 < 26 ? byte | 0x20 : byte)
            }
        }
        if words.last?.isEmpty == true { words.removeLast() }
        return words.map { String(decoding: $0, as: UTF8.self) }
    }

    /// The folded word, if it contains a constellation, and how many words that takes.
    private static func constellation(_ words: [String], _ place: Int) -> (text: String, words: Int)? {
        let word = Word(words[place])
        let isLast = place == words.count - 1
        if word.isWhole, !isLast, let second = Constellations.pairs[word.tail + " " + words[place + 1]] {
            return word.prefix(in: word.tail).map { ($0 + second, 2) }
        }
        // "ursae majorisb", the letter at the end.
        if word.isWhole, place == words.count - 2, let letter = words[place + 1].last,
            let second = Constellations.pairs[word.tail + " " + words[place + 1].dropLast()]
        {
            return word.prefix(in: word.tail).map { ($0 + second + String(letter), 2) }
        }
        return word.folded(isLast: isLast, isAlone: place > 0).map { ($0, 1) }
    }

    /// Folds the words before a constellation: a Greek letter, a number, or both; a variable star's number.
    private static func foldNumbers(_ words: inout [String], before place: Int) {
        guard place > 0 else { return }
        var at = place - 1
        if words[at].utf8.allSatisfy({ $0 &- 0x30 < 10 }) {
            words[at] = Word.withoutZeros(words[at])
            guard at > 0 else { return }
            at -= 1
        }
        let word = Word(words[at])
        guard word.isWhole, word.rest.isEmpty else { return }
        if let greek = Constellations.greek[word.head] {
            words[at] = greek + Word.withoutZeros(word.digits)
        } else if word.head == "v" {
            words[at] = "v" + Word.withoutZeros(word.digits)
        }
    }
}

/// A word split into letters, digits, letters.
private struct Word {
    var head = ""
    var digits = ""
    var rest = ""
    /// It has no other signs; a dot after the first letters is dropped ("pi. Men").
    var isWhole = true

    init(_ text: String) {
        for scalar in text.unicodeScalars {
            if scalar.value &- 0x61 < 26 {
                if digits.isEmpty { head.unicodeScalars.append(scalar) } else { rest.unicodeScalars.append(scalar) }
            } else if scalar.value &- 0x30 < 10, rest.isEmpty {
                digits.unicodeScalars.append(scalar)
            } else if scalar == ".", digits.isEmpty, rest.isEmpty {
                continue
            } else {
                isWhole = false
            }
        }
    }

    static func withoutZeros(_ digits: String) -> String {
        let number = digits.drop { $0 == "0" }
        return number.isEmpty ? String(digits.suffix(1)) : String(number)
    }

    /// The part that could be a constellation: all of a word without digits; empty for "rho1".
    var tail: String { isWhole ? digits.isEmpty ? head : rest : "" }

    /// What precedes the constellation, folded; nil if no star has such a name.
    func prefix(in constellation: String) -> String? {
        if digits.isEmpty { return StarPrefix.folded(String(head.dropLast(constellation.count)), mayBeEmpty: true) }
        guard head.isEmpty || head == "v" || Constellations.greek[head] != nil else { return nil }
        return (Constellations.greek[head] ?? head) + Word.withoutZeros(digits)
    }

    /// `isLast`: a planet's letter may follow. `isAlone`: the word is separated from what precedes it.
    func folded(isLast: Bool, isAlone: Bool) -> String? {
        guard isWhole, tail.utf8.count >= 3 else { return nil }
        var forms = [(tail, "")]
        if isLast, let letter = tail.last {
            // "94ceti" is the planet i of 94 Cet, "94 ceti" the star.
            let form = (String(tail.dropLast()), String(letter))
            if isAlone, digits.isEmpty { forms.append(form) } else { forms.insert(form, at: 0) }
        }
        for (text, letter) in forms {
            if let found = ending(text) { return found + letter }
        }
        return nil
    }

    /// The text with the constellation at its end folded, and what precedes it.
    private func ending(_ text: String) -> String? {
        if let short = Constellations.short[text] {
            return digits.isEmpty ? short : prefix(in: text).map { $0 + short }
        }
        // Without digits the star's letters may precede it in the same word: "yzceti", "betapic".
        guard digits.isEmpty else { return nil }
        for count in 1...8 where text.utf8.count >= count + 3 {
            guard let short = Constellations.short[String(text.dropFirst(count))],
                let star = StarPrefix.folded(String(text.prefix(count)), mayBeEmpty: false)
            else { continue }
            return star + short
        }
        return nil
    }
}

private enum StarPrefix {
    /// A Greek letter, a variable star's one or two letters, Proxima.
    static func folded(_ text: String, mayBeEmpty: Bool) -> String? {
        if text.isEmpty { return mayBeEmpty ? "" : nil }
        if let greek = Constellations.greek[text] { return greek }
        return text.utf8.count <= 2 || text == "proxima" ? text : nil
    }
}
