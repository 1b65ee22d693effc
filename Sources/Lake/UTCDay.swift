// A day of the Gregorian calendar in UTC, as in `dt=2026-11-23`. No time zones, no clock.

package struct UTCDay: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Days since 1970-01-01.
    package let days: Int

    package init(days: Int) { self.days = days }

    /// The day of a moment in microseconds since 1970-01-01 UTC.
    package init(micros: Int64) {
        let day: Int64 = 86_400_000_000
        days = Int((micros - (micros % day + day) % day) / day)
    }

    /// Reads `YYYY-MM-DD`; nil for anything else, also for days that don't exist.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard text.utf8.count == 10, parts.count == 3, parts.map(\.utf8.count) == [4, 2, 2],
            text.utf8.allSatisfy({ $0 == 0x2D || (0x30...0x39).contains($0) }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]),
            (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        let days = Self.days(year, month, day)
        guard Self.civil(days) == (year, month, day) else { return nil }
        self.days = days
    }

    package var description: String {
        let (year, month, day) = Self.civil(days)
        func pad(_ number: Int, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))"
    }

    package static func < (a: UTCDay, b: UTCDay) -> Bool { a.days < b.days }

    // Years that begin in March, so that the leap day comes last; 719 468 days from 0000-03-01 to 1970-01-01,
    // 146 097 days in the 400 years after which the calendar repeats.

    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let marchYear = month > 2 ? year : year - 1
        let monthFromMarch = (month + 9) % 12
        let leapDays = floor(marchYear, 4) - floor(marchYear, 100) + floor(marchYear, 400)
        return marchYear * 365 + leapDays + (153 * monthFromMarch + 2) / 5 + day - 1 - 719_468
    }

    private static func civil(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        // A first guess of the year, never too late; at most a day short of the next.
        var year = floor(shifted * 400, 146_097)
        while firstDay(year + 1) <= shifted { year += 1 }
        while firstDay(year) > shifted { year -= 1 }
        let dayOfYear = shifted - firstDay(year)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (month <= 2 ? year + 1 : year, month, day)
    }

    /// The day number of the first of March of a year, from 0000-03-01.
    private static func firstDay(_ year: Int) -> Int {
        year * 365 + floor(year, 4) - floor(year, 100) + floor(year, 400)
    }

    private static func floor(_ a: Int, _ b: Int) -> Int { a >= 0 ? a / b : (a - b + 1) / b }
}
