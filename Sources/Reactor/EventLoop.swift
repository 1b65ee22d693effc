// One thread's epoll loop.
import Threads

package final class EventLoop {
    package var now: UInt64 { Clock.monotonic }
    package func onTickEnd(_ hook: @escaping () -> Void) {}
    package func register<Element: Sendable>(_ mailbox: Mailbox<Element>, _ body: @escaping ([Element]) -> Void) {}
}
