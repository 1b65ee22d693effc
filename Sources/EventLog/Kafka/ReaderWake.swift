// Wakes a KafkaReader's poll from other threads: an interrupt, or the end of the log.

import Threads

final class ReaderWake: Sendable {
    private struct State: Sendable {
        /// Nil when the reader is closed.
        var queue: KafkaQueue?
        var isRaised = false
        var isClosed = false
    }
    private let state: Guarded<State>

    init(_ queue: KafkaQueue) { state = Guarded(State(queue: queue)) }

    var isClosed: Bool { state.withLock { $0.isClosed } }

    var isDetached: Bool { state.withLock { $0.queue == nil } }

    /// True, once, if an interrupt was raised.
    func take() -> Bool {
        state.withLock { state in
            defer { state.isRaised = false }
            return state.isRaised
        }
    }

    func interrupt() { change { $0.isRaised = true } }
    func close() { change { $0.isClosed = true } }
    func detach() { change { $0.queue = nil } }

    private func change(_ body: (inout State) -> Void) {
        let queue: KafkaQueue? = state.withLock { state in
            body(&state)
            return state.queue
        }
        // After the flag: whoever waits in librdkafka checks it next.
        queue?.wake()
        state.wakeAll()
    }

    /// Blocks until an interrupt or the end, for at most this many nanoseconds.
    func wait(_ timeout: UInt64) {
        let _: Bool? = state.wait(timeout: timeout) { $0.isRaised || $0.isClosed ? true : nil }
    }
}
