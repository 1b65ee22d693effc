// When an open roll becomes files. Many small files make every query slow; a long roll keeps rows from being seen.

import Basics

package struct RollPolicy: Sendable, Equatable {
    /// A roll ends at the first of these.
    package var rows: Int
    /// Of the primary table's file so far and what waits in memory.
    package var bytes: Int64
    /// Nanoseconds since the roll's first record came.
    package var age: UInt64
    /// Days whose files are open at once: of records that come dated by something else than the clock.
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

    /// Whether a roll with records of `open` ends before one of `day`. It does at midnight, so that a day in order has
    /// files of its own; where days alternate it goes on, else each record would be a roll.
    package func mustEnd(_ open: [UTCDay], before day: UTCDay) -> Bool {
        guard let newest = open.last, newest != day, !open.contains(day) else { return false }
        return open.count >= days || (open.count == 1 && day.days == newest.days + 1)
    }
}
