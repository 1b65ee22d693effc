// The time of a record as a log gives it, brought into what all readers can count with.
// Not the clock, nor days (UTCDay.swift).

package enum RecordTime {
    /// In 2262: the last millisecond that can be counted in nanoseconds, and a day of four-digit years.
    private static let latest = Int64.max / 1_000_000 * 1000

    /// Microseconds since 1970-01-01 UTC. A producer may give any 64 bits (nanoseconds by mistake, say): what lies
    /// outside 1970 to 2262 is taken for the nearer end.
    package static func micros(milliseconds: Int64) -> Int64 { min(max(0, milliseconds), latest / 1000) * 1000 }

    /// The same of a time that another program has made microseconds of.
    package static func micros(clamping micros: Int64) -> Int64 { min(max(0, micros), latest) }
}
