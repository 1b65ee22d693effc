// The calendar beside Foundation's, and the texts of days and times.

import Foundation
import Testing

@testable import Basics

@Suite struct CalendarTests {
    @Test func `Dates of four hundred years`() {
        var date = CivilDate(year: 1900, month: 1, day: 1)
        var utc = Calendar(identifier: .gregorian)
        utc.timeZone = TimeZone(secondsFromGMT: 0) ?? .gmt
        for days in stride(from: date.days, to: date.days + 146_097, by: 13) {
            date = CivilDate(days: days)
            #expect(date.days == days && date.isReal)
            let parts = utc.dateComponents(
                [.year, .month, .day], from: Date(timeIntervalSince1970: Double(days) * 86_400))
            #expect(parts.year == date.year && parts.month == date.month && parts.day == date.day)
        }
    }

    @Test func `Every day of three thousand years comes after the day before it`() {
        var last = CivilDate(year: 0, month: 1, day: 1)
        for days in last.days + 1...CivilDate(year: 3000, month: 12, day: 31).days {
            let next = CivilDate(days: days)
            let isFirst = next.day == 1 && (next.month == last.month + 1 || (next.month == 1 && last.month == 12))
            guard isFirst || (next.month == last.month && next.day == last.day + 1), next.isReal, next.days == days
            else {
                Issue.record("\(next) after \(last)")
                return
            }
            last = next
        }
        #expect(last == CivilDate(year: 3000, month: 12, day: 31))
    }

    @Test func `Days are read and written`() {
        #expect(UTCDay(days: 0).description == "1970-01-01")
        #expect(UTCDay(days: -1).description == "1969-12-31")
        #expect(UTCDay("2000-02-29")?.days == 11_016)
        for wrong in ["1900-02-29", "2026-13-01", "2026-1-01", "+026-01-01", "2026/01/01", "2026-01-010", ""] {
            #expect(UTCDay(wrong) == nil, "\(wrong)")
        }
        #expect(UTCDay(micros: -1).days == -1)
        #expect(UTCDay(micros: 86_399_999_999).days == 0)
        #expect(UTCDay(micros: 86_400_000_000).days == 1)
        for days in stride(from: -700_000, to: 2_900_000, by: 373) {
            let day = UTCDay(days: days)
            #expect(UTCDay(day.description) == day)
        }
    }

    @Test func `Times are written as they are read`() {
        #expect(RFC3339.text(micros: 0) == "1970-01-01T00:00:00.000000Z")
        #expect(RFC3339.text(micros: -1) == "1969-12-31T23:59:59.999999Z")
        #expect(RFC3339.milliseconds(nanoseconds: 1_795_482_123_456_999_999) == "2026-11-24T01:02:03.456Z")
        for micros in stride(from: Int64(-3_000_000_000_000_000), to: 8_000_000_000_000_000, by: 777_777_777_777_777) {
            #expect(RFC3339.micros(RFC3339.text(micros: micros)) == micros)
        }
    }

    @Test(arguments: [
        ("2026-11-24T01:02:03.5+01:00", 1_795_478_523_500_000), ("2026-11-24T01:02:03.5 01:00", 1_795_478_523_500_000),
        ("2026-11-24t01:02:03.000001239z", 1_795_482_123_000_001), ("2026-11-24T01:02:03-00:30", 1_795_483_923_000_000),
    ]) func `Zones and fractions are read`(_ text: String, _ micros: Int64) {
        #expect(RFC3339.micros(text) == micros)
    }

    @Test(arguments: [
        "2026-02-30T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:00:60Z", "2026-01-01T00:00:00",
        "2026-01-01T00:00:00.Z", "2026-01-01 00:00:00Z", "2026-01-01T00:00:00+1:00", "2026-01-01T00:00:00+24:00",
        "2026-01-01T00:00:00Zx", "2026-01-01T00-00:00Z", "2026-01-01T00:00:00.12345678901234567890123Z",
    ]) func `What is no time is not read`(_ text: String) {
        #expect(RFC3339.micros(text) == nil)
    }
}
