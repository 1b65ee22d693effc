// Log time stamps as RFC 3339 text in UTC, "2026-11-23T12:05:07.123456Z". Writing only.

enum TimeText {
    /// `micros`: microseconds since 1970-01-01 UTC, not negative.
    static func rfc3339(micros: Int64) -> String {
        let seconds = micros / 1_000_000
        let (days, rest) = (seconds / 86_400, Int(seconds % 86_400))
        // Days to civil date: Howard Hinnant's algorithm, era of 400 years, years begin in March.
        let z = days + 719_468
        let era = z / 146_097
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shifted + 2) / 5 + 1
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return padded(Int(year), 4) + "-" + padded(Int(month), 2) + "-" + padded(Int(day), 2) + "T"
            + padded(rest / 3600, 2) + ":" + padded(rest / 60 % 60, 2) + ":" + padded(rest % 60, 2) + "."
            + padded(Int(micros % 1_000_000), 6) + "Z"
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return digits.utf8.count >= width ? digits : String(repeating: "0", count: width - digits.utf8.count) + digits
    }
}
