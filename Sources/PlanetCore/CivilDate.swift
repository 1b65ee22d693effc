// Days of the Gregorian calendar, and today in UTC. Days are counted from 1970-01-01.
// Not here: times of day, time zones.
import Glibc

package struct CivilDate: Equatable, Sendable {
    package let year: Int
    package let month: Int
    package let day: Int

    package init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    package init(days: Int) {
        // Counted in eras of 400 years that begin on 1 March, so that a leap day is the last of its year.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    package var days: Int {
        let year = month <= 2 ? self.year - 1 : self.year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// Whether the calendar has the day.
    package var isReal: Bool { month >= 1 && month <= 12 && day >= 1 && day <= 31 && CivilDate(days: days) == self }

    /// YYYY-MM-DD, or DD/MM/YYYY; nil for anything else, and for a day the calendar does not have.
    package init?(_ text: UnsafeRawBufferPointer) {
        guard text.count == 10 else { return nil }
        func number(_ range: Range<Int>) -> Int? {
            var value = 0
            for index in range {
                guard text[index] >= UInt8(ascii: "0"), text[index] <= UInt8(ascii: "9") else { return nil }
                value = value * 10 + Int(text[index] - UInt8(ascii: "0"))
            }
            return value
        }
        let parts: (Int?, Int?, Int?)
        if text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-") {
            parts = (number(0..<4), number(5..<7), number(8..<10))
        } else if text[2] == UInt8(ascii: "/"), text[5] == UInt8(ascii: "/") {
            parts = (number(6..<10), number(3..<5), number(0..<2))
        } else {
            return nil
        }
        guard let year = parts.0, let month = parts.1, let day = parts.2 else { return nil }
        self.init(year: year, month: month, day: day)
        guard isReal else { return nil }
    }

    /// YYYY-MM-DD. Years have four digits.
    package func append(to bytes: inout [UInt8]) {
        func digit(_ value: Int) { bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10)) }
        for power in [1000, 100, 10, 1] { digit(year / power) }
        bytes.append(UInt8(ascii: "-"))
        digit(month / 10)
        digit(month)
        bytes.append(UInt8(ascii: "-"))
        digit(day / 10)
        digit(day)
    }

    /// Days since 1970-01-01, in UTC.
    package static func todayUTC() -> Int { time(nil) / 86_400 }
}
