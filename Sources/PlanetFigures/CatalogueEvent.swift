// What one log record did, as the aggregates see it: which planet goes and which comes, and what was said about the
// record.
// Not the record: its bytes stay in the batch, its columns go to the lake.

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
    /// The planet as it was, to be taken away, and as it is, to be added. Nil for what does not count as a planet: a
    /// candidate, what was refuted.
    package let before: PlanetFacts?
    package let after: PlanetFacts?
    /// What the record is about, as it is, or else was, whether it counts or not.
    package let shown: PlanetFacts?
    /// How many candidates there are more.
    package let candidates: Int
    /// Rules: warnings of a valid record, reasons of the others.
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

    /// Newest last, whatever partition.
    var position: (Int64, Int32, Int64) { (timestamp, partition, offset) }
}
