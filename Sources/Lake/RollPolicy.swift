// When an open roll becomes files. Many small files make every query slow; a long roll keeps rows from being seen.

package struct RollPolicy: Sendable, Equatable {
    /// A roll ends at the first of these.
    package var rows: Int
    /// Of the primary table's file so far and what waits in memory.
    package var bytes: Int64
    /// Nanoseconds since the roll's first record came.
    package var age: UInt64

    package init(rows: Int = 1_000_000, bytes: Int64 = 128 << 20, age: UInt64 = 60_000_000_000) {
        self.rows = rows
        self.bytes = bytes
        self.age = age
    }

    func isDue(rows: Int, bytes: Int64, age: UInt64) -> Bool {
        rows >= self.rows || bytes >= self.bytes || age >= self.age
    }
}
