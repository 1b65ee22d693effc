// Hands live frames to the viewers of every loop. One hub a feed; the server attaches its loops to it when it starts.
// Not the viewers (LiveViewer) and not the board that remembers frames (LiveSource).

import Synchronization
import Threads

package final class LiveHub: Sendable {
    package let source: any LiveSource
    let loops = Guarded<[Mailbox<LoopMessage>]>([])
    let viewers = Atomic<Int>(0)

    package init(source: any LiveSource) { self.source = source }

    /// How many viewers are connected now.
    package var viewerCount: Int { viewers.load(ordering: .relaxed) }

    /// Sends the frame to every viewer that keeps up; from any thread. The source must know the frame before this call,
    /// or a viewer that connects in between would miss it.
    package func broadcast(_ frame: SharedFrame) {
        for mailbox in loops.withLock({ $0 }) { mailbox.post(.frame(frame, self)) }
    }

    func attach(_ mailbox: Mailbox<LoopMessage>) { loops.withLock { $0.append(mailbox) } }
}
