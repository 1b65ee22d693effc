// HTTP dates (RFC 9110 section 5.6.7): written as IMF-fixdate, read in all three forms. And the Date line.

import Basics

package enum HTTPDate {
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// "Sun, 06 Nov 1994 08:49:37 GMT", from seconds since 1970-01-01 UTC.
    package static func format(_ seconds: Int64) -> String {
        let day = Int(seconds.floorDivided(by: 86_400))
        let second = Int(seconds) - day * 86_400
        let date = CivilDate(days: day)
        func two(_ number: Int) -> String { Digits.padded(number, 2) }
        let name = days[day - day.floorDivided(by: 7) * 7]
        return "\(name), \(two(date.day)) \(months[date.month - 1]) \(Digits.padded(date.year, 4)) "
            + "\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60)) GMT"
    }

    /// Nil for anything but IMF-fixdate, RFC 850 and asctime. `now` (Unix seconds) gives a two-digit year its century.
    package static func parse(_ text: String, now: Int64) -> Int64? {
        let words = text.split { " ,-:".contains($0) }.map(String.init)
        if text.contains(",") {
            // Sun, 06 Nov 1994 08:49:37 GMT  or  Sunday, 06-Nov-94 08:49:37 GMT
            guard words.count == 8, words[7] == "GMT" else { return nil }
            guard var year = Int(words[3]) else { return nil }
            if words[3].count == 2 {
                // RFC 9110 section 5.6.7: more than 50 years in the future means the past century.
                let thisYear = CivilDate(days: Int(now.floorDivided(by: 86_400))).year
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
        let days = CivilDate(year: year, month: month + 1, day: day).days
        return Int64(days * 86_400 + hour * 3600 + minute * 60 + second)
    }
}

/// The "Date: ..." line, made once a second.
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
