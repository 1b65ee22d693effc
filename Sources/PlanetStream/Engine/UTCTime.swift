// Days and minutes of UTC as text, and the days of time stamps.
// Not a calendar: no zones, no parsing.

import PlanetCore

enum UTCTime {
    static let microsecondsPerDay: Int64 = 86_400_000_000

    /// Division rounded down, for times before 1970 too.
    static func floor(_ value: Int64, by divisor: Int64) -> Int64 {
        value >= 0 ? value / divisor : -((-value + divisor - 1) / divisor)
    }

    static func day(ofMicros timestamp: Int64) -> Int64 { floor(timestamp, by: microsecondsPerDay) }

    /// YYYY-MM-DD of days since 1970-01-01.
    static func date(days: Int64) -> String { CivilDate(days: Int(days)).text }

    /// HH:MM of minutes since any midnight.
    static func clock(_ minutes: Int64) -> String {
        let ofDay = minutes - floor(minutes, by: 1440) * 1440
        return "\(padded(ofDay / 60, 2)):\(padded(ofDay % 60, 2))"
    }

    private static func padded(_ value: Int64, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
