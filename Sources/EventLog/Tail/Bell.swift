// Rung after every commit; readers that have seen everything wait for it. Carries no records: a reader that hears it
// checks its sources.

import Synchronization
import Threads

final class Bell: Sendable {
    private struct State: Sendable {
        var rings: UInt64 = 0
        var closed = false
    }
    private let state = Guarded(State())

    var rings: UInt64 { state.withLock { $0.rings } }
    var isClosed: Bool { state.withLock { $0.closed } }

    func ring() {
        state.withLock { $0.rings &+= 1 }
        state.wakeAll()
    }

    /// Every reader's `poll` throws `.closed` from now on.
    func close() {
        state.withLock { $0.closed = true }
        state.wakeAll()
    }

    /// Blocks until the bell has rung after `seen`, is closed, or `interrupt` is raised; for at most `timeout`
    /// nanoseconds. True if it rang.
    func wait(after seen: UInt64, or interrupt: Interrupt, timeout: UInt64) -> Bool {
        let rung: Bool? = state.wait(timeout: timeout) { state in
            if state.rings != seen { return true }
            return state.closed || interrupt.isRaised ? false : nil
        }
        return rung ?? false
    }

    /// Wakes the waiting readers so that they check their interrupts. Takes the lock: otherwise a reader between its
    /// check and its sleep would miss the wake.
    func nudge() {
        state.withLock { _ in }
        state.wakeAll()
    }
}

/// One reader's "return from poll now". Stays raised until a poll sees it.
final class Interrupt: Sendable {
    private let flag = Atomic<Bool>(false)
    var isRaised: Bool { flag.load(ordering: .acquiring) }
    func raise() { flag.store(true, ordering: .releasing) }
    func take() -> Bool { flag.exchange(false, ordering: .acquiringAndReleasing) }
}
