// The given values of a discovery, in order; and the key of its host. For the planet's key see IdentityKey.swift.

extension Discovery {
    /// Identifies hosts in counts: the key of the host's name, or the name itself if it has none. A star's capital
    /// letter is not a companion's; constellations are treated as before 0.2, to reproduce figures of older lakes.
    package var hostKey: String? { self[.hostname].map { IdentityKey.earlier($0) ?? $0 } }

    /// The given number columns, in order.
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

    /// The given text columns, in order.
    package func forEachText(_ body: (TextColumn, String) -> Void) {
        var bits = textsPresent
        while bits != 0 {
            let raw = UInt8(truncatingIfNeeded: bits.trailingZeroBitCount)
            bits &= bits - 1
            if let column = TextColumn(rawValue: raw), let text = self[column] { body(column, text) }
        }
    }
}
