// The values of a discovery that are given, one after the other; and the key of its host.
// Not the planet's key (IdentityKey.swift).

extension Discovery {
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
