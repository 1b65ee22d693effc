// When a checkpoint is due: the stream's of its state, and the web's of its catalogue.

package struct CheckpointPolicy: Sendable, Equatable {
    /// After this many records (or a quarter of the planets, if that is more: writing costs time per planet) ...
    package var records: Int
    /// ... or this many nanoseconds after the first record since the last one.
    package var age: UInt64

    package init(records: Int = 250_000, age: UInt64 = 300_000_000_000) {
        self.records = records
        self.age = age
    }

    /// `news`: records since the last one, the first of them at `since`; both times are monotonic.
    package func isDue(news: Int64, planets: Int, since: UInt64, now: UInt64) -> Bool {
        news >= Int64(max(records, planets / 4)) || now >= since + age
    }

    /// Writing takes at most a twentieth of the time: how long to pause after one that took `cost`.
    package static func rest(after cost: UInt64) -> UInt64 { 19 * cost }
}
