// What a handler may use of its loop: hooks at the end of a tick, state of its own, the clock. Never leaves its thread.

import Reactor
import Threads

package final class LoopContext {
    /// 0 ..< number of loops.
    package let index: Int
    private let loop: EventLoop
    private var locals: [ObjectIdentifier: AnyObject] = [:]

    init(index: Int, loop: EventLoop) {
        self.index = index
        self.loop = loop
    }

    /// Nanoseconds (monotonic) at the start of this tick.
    package var now: UInt64 { loop.now }

    /// Runs at the end of every tick, after all handlers: the place to append the tick's batch to the log.
    package func onTickEnd(_ hook: @escaping () -> Void) { loop.onTickEnd(hook) }

    /// The loop's own instance of a class, made at the first call.
    package func local<Local: AnyObject>(_ type: Local.Type = Local.self, make: (LoopContext) -> Local) -> Local {
        if let known = locals[ObjectIdentifier(type)], let local = known as? Local { return local }
        let made = make(self)
        locals[ObjectIdentifier(type)] = made
        return made
    }

    /// Receives what other threads post to `mailbox`, after the tick's hooks, on this loop's thread.
    package func receive<Element: Sendable>(_ mailbox: Mailbox<Element>, _ body: @escaping ([Element]) -> Void) {
        loop.register(mailbox, body)
    }
}
