// A date of the proleptic Gregorian calendar, and its number: days since 1970-01-01.
// Not here: times of day (RFC3339.swift), time zones.

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
        let era = shifted.floorDivided(by: 146_097)
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
        let era = year.floorDivided(by: 400)
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

    /// Reads exactly YYYY-MM-DD; nil for anything else, and for a day missing in the calendar.
    package init?(_ text: UnsafeRawBufferPointer) {
        guard text.count == 10, text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-"),
            let year = Digits.value(text, 0..<4), let month = Digits.value(text, 5..<7),
            let day = Digits.value(text, 8..<10)
        else { return nil }
        self.init(year: year, month: month, day: day)
        guard isReal else { return nil }
    }

    /// Writes YYYY-MM-DD: 10 bytes. Years have four digits.
    package func write(to place: UnsafeMutableRawPointer) {
        Digits.write(year, width: 4, to: place)
        place.storeBytes(of: UInt8(ascii: "-"), toByteOffset: 4, as: UInt8.self)
        Digits.write(month, width: 2, to: place + 5)
        place.storeBytes(of: UInt8(ascii: "-"), toByteOffset: 7, as: UInt8.self)
        Digits.write(day, width: 2, to: place + 8)
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
