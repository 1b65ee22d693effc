// HTTP dates (RFC 9110 section 5.6.7): written as IMF-fixdate, read in all three forms. And the Date line, made once a second.

package enum HTTPDate {
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// "Sun, 06 Nov 1994 08:49:37 GMT", from seconds since 1970-01-01 UTC.
    package static func format(_ seconds: Int64) -> String {
        let day = Int(seconds >= 0 ? seconds / 86400 : (seconds - 86399) / 86400)
        let second = Int(seconds) - day * 86400
        let (year, month, monthDay) = civil(day)
        func two(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }
        let name = days[((day % 7) + 7) % 7]
        let padded = String(repeating: "0", count: max(0, 4 - String(year).count)) + String(year)
        return "\(name), \(two(monthDay)) \(months[month - 1]) \(padded) "
            + "\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60)) GMT"
    }

    /// Nil when it is none of IMF-fixdate, RFC 850 form or asctime form.
    package static func parse(_ text: String, thisYear: Int = 2026) -> Int64? {
        let words = text.split { " ,-:".contains($0) }.map(String.init)
        if text.contains(",") {
            // Sun, 06 Nov 1994 08:49:37 GMT  or  Sunday, 06-Nov-94 08:49:37 GMT
            guard words.count == 8, words[7] == "GMT" else { return nil }
            guard var year = Int(words[3]) else { return nil }
            if words[3].count == 2 {
                // RFC 9110 section 5.6.7: more than 50 years in the future means the past century.
                year += thisYear / 100 * 100
                if year > thisYear + 50 { year -= 100 }
            }
            return seconds(year, words[2], words[1], words[4], words[5], words[6])
        }
        // Sun Nov  6 08:49:37 1994
        guard words.count == 7, let year = Int(words[6]) else { return nil }
        return seconds(year, words[1], words[2], words[3], words[4], words[5])
    }

    private static func seconds(
        _ year: Int, _ month: String, _ day: String, _ hour: String, _ minute: String, _ second: String
    ) -> Int64? {
        guard let month = months.firstIndex(of: month), let day = Int(day), let hour = Int(hour),
            let minute = Int(minute), let second = Int(second), (1...31).contains(day), (0...23).contains(hour),
            (0...59).contains(minute), (0...60).contains(second), (1...9999).contains(year)
        else { return nil }
        return Int64(dayNumber(year, month + 1, day)) * 86400 + Int64(hour * 3600 + minute * 60 + second)
    }

    /// Days since 1970-01-01 in the proleptic Gregorian calendar; years are counted from March, so that the leap day is last.
    private static func dayNumber(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let y = month <= 2 ? year - 1 : year
        let era = (y >= 0 ? y : y - 399) / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719468
    }

    private static func civil(_ day: Int) -> (year: Int, month: Int, day: Int) {
        let z = day + 719468
        let era = (z >= 0 ? z : z - 146096) / 146097
        let dayOfEra = z - era * 146097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }
}

/// The "Date: ..." line, kept for the second it is true.
package struct DateLine {
    private var second = Int64.min
    private var line: [UInt8] = []
    package init() {}

    package mutating func bytes(at second: Int64) -> [UInt8] {
        if second != self.second {
            self.second = second
            line = Array("Date: \(HTTPDate.format(second))\r\n".utf8)
        }
        return line
    }
}
