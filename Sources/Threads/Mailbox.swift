// Many threads post, one event loop takes everything at once; one eventfd wake per burst.
// Unbounded by itself: whoever hands out the work bounds what may be posted (tickets, one pending frame).

import CLinux
import Glibc

package final class Mailbox<Element: Sendable>: Sendable {
    private let waiting = Guarded<[Element]>([])
    /// An eventfd that is readable while something waits; register it with the taker's event loop.
    package let descriptor: Int32

    package init() {
        descriptor = clinux_eventfd()
        precondition(descriptor >= 0, "cannot create an eventfd: error \(errno)")
    }

    deinit { close(descriptor) }

    package func post(_ element: Element) { post(contentsOf: CollectionOfOne(element)) }

    package func post(contentsOf elements: some Collection<Element> & Sendable) {
        guard !elements.isEmpty else { return }
        let first = waiting.withLock { queue in
            let first = queue.isEmpty
            queue.append(contentsOf: elements)
            return first
        }
        if first { clinux_eventfd_signal(descriptor) }
    }

    /// Everything posted so far, in order; clears the wake.
    package func takeAll() -> [Element] {
        clinux_eventfd_clear(descriptor)
        return waiting.withLock { queue in
            let all = queue
            queue = []
            return all
        }
    }
}
