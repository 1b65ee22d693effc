// When an open roll is written as files. Many small files make every query slow; a long roll delays rows.

import Basics

package struct RollPolicy: Sendable, Equatable {
    /// A roll ends at the first of these.
    package var rows: Int
    /// Of the primary table's file so far, with what waits in memory.
    package var bytes: Int64
    /// Nanoseconds since the roll's first record came.
    package var age: UInt64
    /// How many days may have open files at once, for records not dated by the clock.
    package var days: Int

    package init(rows: Int = 1_000_000, bytes: Int64 = 128 << 20, age: UInt64 = 60_000_000_000, days: Int = 16) {
        self.rows = rows
        self.bytes = bytes
        self.age = age
        self.days = days
    }

    func isDue(rows: Int, bytes: Int64, age: UInt64) -> Bool {
        rows >= self.rows || bytes >= self.bytes || age >= self.age
    }

    /// Whether a roll with records of `open` ends before one of `day`. It does at midnight, so that successive days get
    /// files of their own; if days alternate it continues, or each record would be a roll.
    package func mustEnd(_ open: [UTCDay], before day: UTCDay) -> Bool {
        guard let newest = open.last, newest != day, !open.contains(day) else { return false }
        return open.count >= days || (open.count == 1 && day.days == newest.days + 1)
    }
}
