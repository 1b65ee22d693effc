// Days and minutes of UTC as text, and the days of time stamps.
// Not a calendar: no zones, no parsing.

enum UTCTime {
    static let microsecondsPerDay: Int64 = 86_400_000_000

    /// Division rounded down, for times before 1970 too.
    static func floor(_ value: Int64, by divisor: Int64) -> Int64 {
        value >= 0 ? value / divisor : -((-value + divisor - 1) / divisor)
    }

    static func day(ofMicros timestamp: Int64) -> Int64 { floor(timestamp, by: microsecondsPerDay) }

    /// YYYY-MM-DD of days since 1970-01-01 (proleptic Gregorian; Hinnant's civil-from-days).
    static func date(days: Int64) -> String {
        let shifted = days + 719_468
        let era = floor(shifted, by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }

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
