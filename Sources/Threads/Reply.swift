// One answer, given by one thread and awaited by another.

package final class Reply<Value: Sendable>: Sendable {
    private let slot = Guarded<Value?>(nil)

    package init() {}

    package func give(_ value: Value) {
        slot.withLock { $0 = value }
        slot.wakeAll()
    }

    /// Blocks until the answer is given.
    package func wait() -> Value {
        guard let value: Value = slot.wait(until: { $0 }) else { preconditionFailure("BUG: waiting has no time-out") }
        return value
    }
}
