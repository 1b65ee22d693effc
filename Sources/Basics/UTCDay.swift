// A day in UTC by its number, as in `dt=2026-11-23`. No time zones, no clock.

package struct UTCDay: Sendable, Hashable, Comparable, CustomStringConvertible {
    package static let micros: Int64 = 86_400_000_000

    /// Days since 1970-01-01.
    package let days: Int

    @inlinable
    package init(days: Int) { self.days = days }

    /// The day of a moment in microseconds since 1970-01-01 UTC.
    @inlinable
    package init(micros: Int64) { days = Int(micros.floorDivided(by: UTCDay.micros)) }

    /// Reads `YYYY-MM-DD`; nil for anything else, also for days that don't exist.
    package init?(_ text: some StringProtocol) {
        guard let date = Array(text.utf8).withUnsafeBytes({ CivilDate($0) }) else { return nil }
        days = date.days
    }

    package var description: String { CivilDate(days: days).text }

    package static func < (a: UTCDay, b: UTCDay) -> Bool { a.days < b.days }
}
