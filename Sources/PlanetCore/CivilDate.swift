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
    package var isReal: Bool {
        let isLeap = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
        let last =
            switch month {
            case 2: isLeap ? 29 : 28
            case 4, 6, 9, 11: 30
            case 1, 3, 5, 7, 8, 10, 12: 31
            default: 0
            }
        return day >= 1 && day <= last
    }

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

    /// Writes YYYY-MM-DD: 10 bytes. Years have four digits.
    func write(to place: UnsafeMutableRawPointer) {
        func digits(_ value: Int, _ from: Int, _ count: Int) {
            var rest = value
            for at in (from..<from + count).reversed() {
                place.storeBytes(
                    of: UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10), toByteOffset: at, as: UInt8.self)
                rest /= 10
            }
        }
        digits(year, 0, 4)
        place.storeBytes(of: UInt8(ascii: "-"), toByteOffset: 4, as: UInt8.self)
        digits(month, 5, 2)
        place.storeBytes(of: UInt8(ascii: "-"), toByteOffset: 7, as: UInt8.self)
        digits(day, 8, 2)
    }

    /// YYYY-MM-DD.
    package var text: String {
        String(unsafeUninitializedCapacity: 10) { place in
            guard let start = place.baseAddress else { return 0 }
            write(to: start)
            return 10
        }
    }

    /// Days since 1970-01-01, in UTC.
    package static func todayUTC() -> Int { time(nil) / 86_400 }
}
