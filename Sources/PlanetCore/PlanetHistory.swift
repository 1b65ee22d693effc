// What a log record does to a planet (docs/ARCHITECTURE.md, "State of a planet"). The web's catalogue and the stream's engine both use it.
// Not here: the planet's values, the keyed map of planets.

package enum Change: String, Sendable, CaseIterable {
    case new
    case revision
    case duplicate
    case withdrawal
    case reinstatement
}

/// Where one planet stands after the records so far. 24 bytes.
package struct PlanetState: Equatable, Sendable {
    /// 0 before the first record.
    package private(set) var revision: UInt32 = 0
    package private(set) var isWithdrawn = false
    package private(set) var valueHash: ValueHash = .none

    package init() {}

    /// As saved in a checkpoint.
    package init(revision: UInt32, isWithdrawn: Bool, valueHash: ValueHash) {
        self.revision = revision
        self.isWithdrawn = isWithdrawn
        self.valueHash = valueHash
    }

    /// The next record of the log: its canonical JSON (DiscoveryJSON), or nil for a tombstone.
    package mutating func apply(value: UnsafeRawBufferPointer?) -> Change { apply(value.map { ValueHash(of: $0) }) }

    package mutating func apply(value: [UInt8]?) -> Change { apply(value.map { ValueHash(of: $0) }) }

    /// The same with the canonical JSON's hash.
    package mutating func apply(_ hash: ValueHash?) -> Change {
        guard let hash else {
            guard revision > 0, !isWithdrawn else { return .duplicate }
            isWithdrawn = true
            revision += 1
            return .withdrawal
        }
        if revision > 0, !isWithdrawn, hash == valueHash { return .duplicate }
        let change: Change = revision == 0 ? .new : isWithdrawn ? .reinstatement : .revision
        revision += 1
        isWithdrawn = false
        valueHash = hash
        return change
    }
}
