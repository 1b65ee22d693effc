// The effect of one log record for the aggregates: which planet leaves and which enters, and what was said about the
// record. Its bytes stay in the batch, its columns go to the lake.

import PlanetCore

package struct CatalogueEvent: Sendable {
    package enum Kind: Sendable, Equatable {
        case change(Change)
        /// A record of planet-discoveries that breaks a rule.
        case invalid
        /// A record of planet-rejected.
        case rejected
    }
    package let kind: Kind
    package let partition: Int32
    package let offset: Int64
    /// Microseconds since 1970-01-01 UTC, by the log.
    package let timestamp: Int64
    /// The planet as it was, to be subtracted, and as it is, to be added. Nil for what does not count as a planet: a
    /// candidate or a refuted object.
    package let before: PlanetFacts?
    package let after: PlanetFacts?
    /// The record's subject as it is, or else was, whether it counts or not.
    package let shown: PlanetFacts?
    /// The change in the number of candidates.
    package let candidates: Int
    /// Rules: warnings about a valid record, reasons for the others.
    package let rules: [String]

    package init(
        _ kind: Kind, partition: Int32, offset: Int64, timestamp: Int64, before: PlanetFacts? = nil,
        after: PlanetFacts? = nil, rules: [String] = []
    ) {
        self.kind = kind
        self.partition = partition
        self.offset = offset
        self.timestamp = timestamp
        self.before = before.flatMap { $0.discovery.isPlanet ? $0 : nil }
        self.after = after.flatMap { $0.discovery.isPlanet ? $0 : nil }
        shown = after ?? before
        candidates =
            (after?.discovery.isCandidate == true ? 1 : 0) - (before?.discovery.isCandidate == true ? 1 : 0)
        self.rules = rules
    }

    /// Newest last, across partitions.
    var position: (Int64, Int32, Int64) { (timestamp, partition, offset) }
}
