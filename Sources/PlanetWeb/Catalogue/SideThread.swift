// A thread for answers that take longer than an event loop may wait. Bounded: a full queue is a 503.
// Not for waiting on other services' queues: those have threads of their own.

import Threads

final class SideThread: Sendable {
    private struct Work: Sendable {
        let run: @Sendable () -> Void
    }
    private let name: String
    private let capacity: Int
    private let queue: Handover<Work>
    private let thread = Guarded<SystemThread?>(nil)

    init(_ name: String, capacity: Int) {
        self.name = name
        self.capacity = capacity
        // Places for the loops that see the same free one; `give` blocks on a full queue.
        queue = Handover(capacity: capacity + 64)
    }

    func start() {
        let started = SystemThread.start(name) {
            while let work = self.queue.take() { work.run() }
        }
        thread.withLock { $0 = started }
    }

    /// Does what waits.
    func stop() {
        queue.close()
        let thread = thread.withLock { $0.take() }
        thread?.join()
    }

    /// False when too much waits.
    func ask(_ work: @escaping @Sendable () -> Void) -> Bool {
        guard queue.count < capacity else { return false }
        return queue.give(Work(run: work))
    }
}
