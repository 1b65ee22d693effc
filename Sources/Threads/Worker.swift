// A thread that runs jobs in turn, for work that takes longer than callers may wait. Its queue is bounded; offering a
// job never blocks. Not for polling: a thread that polls a log has a loop of its own.

package final class Worker<State>: Sendable {
    private typealias Job = @Sendable (inout State) -> Void
    private let name: String
    private let makeState: @Sendable () -> State
    private let queue: Handover<Job>
    private let thread = Guarded<SystemThread?>(nil)

    /// `capacity`: jobs that may wait. `state`, which the jobs share, is made on the thread and never leaves it.
    package init(_ name: String, capacity: Int, state: @escaping @Sendable () -> State) {
        self.name = name
        makeState = state
        queue = Handover(capacity: capacity)
    }

    /// Starts the thread; jobs may be offered earlier. Call it once.
    package func start() {
        let started = SystemThread.start(name) { [queue, makeState] in
            var state = makeState()
            while let job = queue.take() { job(&state) }
        }
        thread.withLock { $0 = started }
    }

    /// Takes no more jobs; returns when the waiting ones are done (if it was started).
    package func stop() {
        queue.close()
        let thread = thread.withLock { $0.take() }
        thread?.join()
    }

    /// False when the queue is full, or after `stop`: the job is never run.
    package func offer(_ job: @escaping @Sendable (inout State) -> Void) -> Bool { queue.offer(job) }
}

extension Worker where State == Void {
    package convenience init(_ name: String, capacity: Int) { self.init(name, capacity: capacity) {} }

    package func offer(_ job: @escaping @Sendable () -> Void) -> Bool { offer { (_: inout Void) in job() } }
}
