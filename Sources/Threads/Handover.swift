// A bounded queue between two threads that blocks both ways: the giver while it is full, the taker while it is empty.

package final class Handover<Element: Sendable>: Sendable {
    private struct State: Sendable {
        var queue: [Element] = []
        var closed = false
    }
    private let state = Guarded(State())
    private let capacity: Int

    package init(capacity: Int) {
        precondition(capacity > 0)
        self.capacity = capacity
    }

    /// Blocks while full. False when the handover is closed (the element is not taken).
    package func give(_ element: Element) -> Bool {
        let taken: Bool? = state.wait { state in
            if state.closed { return false }
            guard state.queue.count < self.capacity else { return nil }
            state.queue.append(element)
            return true
        }
        state.wakeAll()
        return taken ?? false
    }

    /// Never blocks. False when full or closed (the element is not taken).
    package func offer(_ element: Element) -> Bool {
        let taken = state.withLock { state in
            guard !state.closed, state.queue.count < capacity else { return false }
            state.queue.append(element)
            return true
        }
        if taken { state.wakeAll() }
        return taken
    }

    /// The oldest element; blocks while empty, at most `timeout` nanoseconds. Nil then, or when closed and empty.
    package func take(timeout: UInt64? = nil) -> Element? {
        let element: Element?? = state.wait(timeout: timeout) { state in
            if !state.queue.isEmpty { return .some(state.queue.removeFirst()) }
            return state.closed ? .some(nil) : nil
        }
        state.wakeAll()
        return element ?? nil
    }

    /// True once `close` was called and everything was taken.
    package var isFinished: Bool { state.withLock { $0.closed && $0.queue.isEmpty } }

    /// How many elements wait now (for metrics).
    package var count: Int { state.withLock { $0.queue.count } }

    /// Refuses further elements; waiting ones can still be taken.
    package func close() {
        state.withLock { $0.closed = true }
        state.wakeAll()
    }
}
