// What one log record did, as the aggregates see it: which planet goes and which comes, and what was said about the
// record.
// Not the record: its bytes stay in the batch, its columns go to the lake.

import EventLog
import PlanetCore

struct CatalogueEvent: Sendable {
    enum Kind: Sendable, Equatable {
        case change(Change)
        /// A record of planet-discoveries that breaks a rule.
        case invalid
        /// A record of planet-rejected.
        case rejected
    }
    let kind: Kind
    let partition: Int32
    let offset: Int64
    /// Microseconds since 1970-01-01 UTC, by the log.
    let timestamp: Int64
    /// The planet as it was, to be taken away, and as it is, to be added.
    let before: PlanetFacts?
    let after: PlanetFacts?
    /// Rules: warnings of a valid record, reasons of the others.
    let rules: [String]

    init(
        _ kind: Kind, _ place: LogPosition, before: PlanetFacts? = nil, after: PlanetFacts? = nil, rules: [String] = []
    ) {
        self.kind = kind
        partition = place.partition
        offset = place.offset
        timestamp = place.timestamp
        self.before = before
        self.after = after
        self.rules = rules
    }

    /// Newest last, whatever partition.
    var position: (Int64, Int32, Int64) { (timestamp, partition, offset) }
}
