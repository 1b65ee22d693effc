// Passes live frames to the viewers of every loop. One hub per feed; the server attaches its loops when it starts. Not
// the viewers (LiveViewer) and not the board that remembers frames (LiveSource).

import Synchronization
import Threads

package final class LiveHub: Sendable {
    package let source: any LiveSource
    private let inlets = Guarded<[LiveInlet]>([])
    let viewers = Atomic<Int>(0)
    /// In which forms they get the frames.
    let forms = LiveForms()

    package init(source: any LiveSource) { self.source = source }

    /// How many viewers are connected now.
    package var viewerCount: Int { viewers.load(ordering: .relaxed) }

    /// Sends the frame to every viewer that keeps up; from any thread. The source must already have the frame, or a
    /// viewer that connects in between would miss it.
    package func broadcast(_ frame: SharedFrame) {
        // Here, once for all, and not on the loops.
        for (form, isCompressed) in forms.used {
            let formed = frame.formed(form)
            if isCompressed { formed.compress() }
        }
        for inlet in inlets.withLock({ $0 }) { inlet.post(frame) }
    }

    func attach(_ inlet: LiveInlet) { inlets.withLock { $0.append(inlet) } }
    func detach(_ inlet: LiveInlet) { inlets.withLock { $0.removeAll { $0 === inlet } } }
}

/// One loop's entry for the frames of one hub. Bounded: if the loop can't keep up, frames are dropped and viewers catch
/// up.
final class LiveInlet: Sendable {
    let hub: LiveHub
    private let mailbox: Mailbox<LoopMessage>
    private let limit: Int
    private let waiting = Atomic<Int>(0)
    private let overflowed = Atomic<Bool>(false)

    init(_ hub: LiveHub, _ mailbox: Mailbox<LoopMessage>, limit: Int) {
        self.hub = hub
        self.mailbox = mailbox
        self.limit = limit
    }

    func post(_ frame: SharedFrame) {
        if waiting.wrappingAdd(1, ordering: .relaxed).newValue > limit {
            waiting.wrappingSubtract(1, ordering: .relaxed)
            overflowed.store(true, ordering: .releasing)
        } else {
            mailbox.post(.frame(frame, hub))
        }
    }

    /// The loop has taken one frame; true if frames were dropped since the previous one.
    func taken() -> Bool {
        waiting.wrappingSubtract(1, ordering: .relaxed)
        return overflowed.exchange(false, ordering: .acquiring)
    }
}
