// A thread that does one job after the other, for what takes longer than its askers may wait. Its queue is bounded, and
// offering a job never blocks.
// Not for sources that are waited for: a thread that polls a log has a loop of its own.

package final class Worker<State>: Sendable {
    private struct Job: Sendable {
        let run: @Sendable (inout State) -> Void
    }
    private let name: String
    private let makeState: @Sendable () -> State
    private let queue: Handover<Job>
    private let thread = Guarded<SystemThread?>(nil)

    /// `capacity`: jobs that may wait behind the one under way. `state` is made on the thread and never leaves it: what
    /// the jobs share.
    package init(_ name: String, capacity: Int, state: @escaping @Sendable () -> State) {
        self.name = name
        makeState = state
        queue = Handover(capacity: capacity)
    }

    /// Starts the thread; jobs may be offered before. To be called once.
    package func start() {
        let started = SystemThread.start(name) { [queue, makeState] in
            var state = makeState()
            while let job = queue.take() { job.run(&state) }
        }
        thread.withLock { $0 = started }
    }

    /// Takes no more jobs, and returns when those that wait are done (where it was started).
    package func stop() {
        queue.close()
        let thread = thread.withLock { $0.take() }
        thread?.join()
    }

    /// False when too many jobs wait, or after `stop`: then this one is never run.
    package func offer(_ job: @escaping @Sendable (inout State) -> Void) -> Bool { queue.offer(Job(run: job)) }
}

extension Worker where State == Void {
    package convenience init(_ name: String, capacity: Int) { self.init(name, capacity: capacity) {} }

    package func offer(_ job: @escaping @Sendable () -> Void) -> Bool { offer { (_: inout Void) in job() } }
}
