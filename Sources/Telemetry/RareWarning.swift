// A warning about what may happen ten thousand times a second: a line per minute, with the number suppressed.

import Synchronization

package final class RareWarning: Sendable {
    private let event: String
    private let pause: UInt64
    private let next = Atomic<UInt64>(0)
    private let unsaid = Atomic<Int>(0)

    /// `pause`: nanoseconds between two lines.
    package init(_ event: String, every pause: UInt64 = 60_000_000_000) {
        self.event = event
        self.pause = pause
    }

    /// `now`: monotonic nanoseconds. True if the line was written.
    @discardableResult package func note(at now: UInt64, _ detail: String) -> Bool {
        let due = next.load(ordering: .relaxed)
        guard now >= due,
            next.compareExchange(expected: due, desired: now + pause, ordering: .relaxed).exchanged
        else {
            unsaid.wrappingAdd(1, ordering: .relaxed)
            return false
        }
        Log.warning(event, ["detail": detail, "unsaid": unsaid.exchange(0, ordering: .relaxed)])
        return true
    }
}
