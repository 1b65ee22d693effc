// Work for one request that takes too long for an event loop. It ends early if nobody waits for its answer any more:
// the client is gone, the time for an answer is over, or the server stops.

import Synchronization

package final class Work: Sendable {
    private let flag = Atomic<Bool>(false)

    package init() {}

    package var isCancelled: Bool { flag.load(ordering: .relaxed) }

    func cancel() { flag.store(true, ordering: .relaxed) }
}
