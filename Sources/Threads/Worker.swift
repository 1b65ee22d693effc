// A thread (or a few) that runs jobs in turn, for work that takes longer than callers may wait. Its queue is bounded;
// offering a job never blocks. Not for polling: a thread that polls a log has a loop of its own.

package final class Worker<State>: Sendable {
    private typealias Job = @Sendable (inout State) -> Void
    private let name: String
    private let makeState: @Sendable () -> State
    private let queue: Handover<Job>
    private let threads = Guarded<[SystemThread]>([])
    private let threadCount: Int

    /// `capacity`: jobs that may wait. `state`, which the jobs of a thread share, is made there and never leaves it.
    package init(_ name: String, capacity: Int, threads: Int = 1, state: @escaping @Sendable () -> State) {
        threadCount = max(1, threads)
        self.name = name
        makeState = state
        queue = Handover(capacity: capacity)
    }

    /// Starts its threads; jobs may be offered earlier. Call it once.
    package func start() {
        let started = (0..<threadCount).map { _ in
            SystemThread.start(name) { [queue, makeState] in
                var state = makeState()
                while let job = queue.take() { job(&state) }
            }
        }
        threads.withLock { $0 = started }
    }

    /// Takes no more jobs; returns when the waiting ones are done (if it was started).
    package func stop() {
        queue.close()
        let running = threads.withLock { threads in
            let all = threads
            threads = []
            return all
        }
        for thread in running { thread.join() }
    }

    /// False when the queue is full, or after `stop`: the job is never run.
    package func offer(_ job: @escaping @Sendable (inout State) -> Void) -> Bool { queue.offer(job) }
}

extension Worker where State == Void {
    package convenience init(_ name: String, capacity: Int, threads: Int = 1) {
        self.init(name, capacity: capacity, threads: threads) {}
    }

    package func offer(_ job: @escaping @Sendable () -> Void) -> Bool { offer { (_: inout Void) in job() } }
}
