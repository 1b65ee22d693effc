// An earlier state of the catalogue, as people and programs name it: a number of records of partition 0, exact
// positions, or a moment. AsOfSearch.swift finds its positions in a given lake.

import Basics

package enum AsOf: Sendable, Equatable {
    /// The first N records of partition 0 of the discoveries, by offset; of other partitions what had come by the time
    /// of the last of them.
    case offset(Int64)
    /// Exactly these.
    case positions(Positions)
    /// Microseconds since 1970-01-01 UTC: what had come to each partition before its first later record.
    case time(Int64)

    /// "4711", "planet-discoveries/0:4711,planet-rejected/0:3" or "2026-11-24T01:02:03Z".
    package init?(_ text: String) {
        if let offset = Positions.offset(text) {
            self = .offset(offset)
        } else if let time = RFC3339.micros(text) {
            self = .time(time)
        } else if let positions = Positions(text: text) {
            self = .positions(positions)
        } else {
            return nil
        }
    }
}
