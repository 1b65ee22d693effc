// What an event loop can wake: a descriptor with a token, a deadline, or both.
// Not a connection by itself; Channel, Listener, LoopTimer and mailboxes are.

package class EventSource {
    /// Slot and generation in the loop's token table; 0 when not (or no longer) in a loop. Unique over the loop's life.
    package internal(set) final var token: UInt64 = 0
    /// When to call `deadlineReached`; .max for never. Set through `EventLoop.setDeadline`.
    final var deadline = UInt64.max
    /// The entry of the wheel for this source; others with its token are stale.
    final var scheduled = UInt64.max

    /// The descriptor is ready according to the CLINUX_ bits (level-triggered).
    func ready(_ bits: UInt32) {}

    /// `deadline` has passed; it is .max again.
    func deadlineReached() {}
}

/// A deadline with a body, for what is not a connection.
package final class LoopTimer: EventSource {
    private let body: () -> Void
    init(_ body: @escaping () -> Void) { self.body = body }
    override func deadlineReached() { body() }
}

/// Wakes when something was posted, which is taken after the tick's hooks.
final class MailboxSource: EventSource {
    private let loop: EventLoop
    let drain: () -> Void
    init(_ loop: EventLoop, _ drain: @escaping () -> Void) {
        self.loop = loop
        self.drain = drain
    }
    override func ready(_ bits: UInt32) { loop.mailReady.append(self) }
}
