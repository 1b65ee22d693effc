// What a discovery is told from others by where the other one is not at hand: a hash that is equal for equal records,
// however they were spelled.
// Not the planet's key (IdentityKey.swift).

import Basics

extension Discovery {
    /// 32 hexadecimal digits. As in `==`, -0 is 0, and texts are compared by their characters, not their bytes.
    package var identity: String {
        var content: [UInt8] = []
        content.reserveCapacity(1024)
        func add(_ word: UInt64) { withUnsafeBytes(of: word.littleEndian) { content.append(contentsOf: $0) } }
        add(numbersPresent.low)
        add(numbersPresent.high)
        add(UInt64(textsPresent))
        forEachNumber { _, value in add((value + 0).bitPattern) }
        forEachText { _, text in
            let composed = FoldedText.composed(text)
            add(UInt64(composed.count))
            content.append(contentsOf: composed)
        }
        return String(SHA256.hex(content).prefix(32))
    }

    /// What hosts are counted by: the key of the host's name, or the name itself where it has none. A star's capital
    /// letter is none of a companion; constellations as before 0.2, so that figures of older lakes come out again.
    package var hostKey: String? { self[.hostname].map { IdentityKey.earlier($0) ?? $0 } }

    /// The number columns that are given, in their order.
    package func forEachNumber(_ body: (NumberColumn, Double) -> Void) {
        forEachNumber(numbersPresent.low, from: 0, body)
        forEachNumber(numbersPresent.high, from: 64, body)
    }

    private func forEachNumber(_ present: UInt64, from first: UInt8, _ body: (NumberColumn, Double) -> Void) {
        var bits = present
        while bits != 0 {
            let raw = first + UInt8(truncatingIfNeeded: bits.trailingZeroBitCount)
            bits &= bits - 1
            if let column = NumberColumn(rawValue: raw), let value = self[column] { body(column, value) }
        }
    }

    /// The text columns that are given, in their order.
    package func forEachText(_ body: (TextColumn, String) -> Void) {
        var bits = textsPresent
        while bits != 0 {
            let raw = UInt8(truncatingIfNeeded: bits.trailingZeroBitCount)
            bits &= bits - 1
            if let column = TextColumn(rawValue: raw), let text = self[column] { body(column, text) }
        }
    }
}
