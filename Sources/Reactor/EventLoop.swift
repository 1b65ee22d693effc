// One thread's level-triggered epoll loop: sources by token, mailboxes, deadlines, hooks, a flush per touched channel.
// A tick: wait; read and handle; tick-end hooks; mailboxes; deadlines; flush (docs/ARCHITECTURE.md, "Threads").
// Knows no protocol.

import CLinux
import Glibc
import Threads

package struct ReactorError: Error, Sendable, CustomStringConvertible {
    package let operation: String
    package let code: Int32
    package var description: String { "\(operation): \(String(cString: strerror(code)))" }
}

package final class EventLoop {
    private struct Slot {
        var generation: UInt32 = 0
        var source: EventSource?
    }
    private let epoll: Int32
    private var slots: [Slot] = []
    private var freeSlots: [Int] = []
    private var deadlines: Deadlines
    private var due: [Deadlines.Entry] = []
    private var hooks: [() -> Void] = []
    private var touched: [Channel] = []
    private var resumed: [Channel] = []
    private var running = true

    /// Mailboxes with mail in this tick.
    var mailReady: [MailboxSource] = []
    let blocks = BlockPool()
    /// The budget for output that waits on this loop.
    package var outputBudget: ByteBudget? {
        get { blocks.budget }
        set { blocks.budget = newValue }
    }
    /// One buffer for all reads of this loop.
    let readBuffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 64)
    /// Where small pieces of an encrypted record are joined.
    let recordBuffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16 << 10, alignment: 64)
    /// Until when this tick may do handshakes, whose arithmetic takes up to a millisecond each.
    private var handshakesUntil: UInt64 = 0
    private static let handshakeTime: UInt64 = 5_000_000

    /// Monotonic nanoseconds, read once per tick.
    package private(set) var now: UInt64

    package init() throws(ReactorError) {
        // A write to a lost connection is an error code, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        epoll = clinux_epoll_create()
        guard epoll >= 0 else { throw ReactorError(operation: "epoll_create1", code: errno) }
        now = Clock.monotonic
        deadlines = Deadlines(now: now)
    }

    deinit {
        close(epoll)
        readBuffer.deallocate()
        recordBuffer.deallocate()
    }

    // MARK: Sources

    /// Gives the source a token; with a descriptor, also readiness events.
    package func add(_ source: EventSource, descriptor: Int32? = nil, interest: UInt32 = 0) throws(ReactorError) {
        let index = freeSlots.popLast() ?? slots.count
        if index == slots.count { slots.append(Slot()) }
        slots[index].generation &+= 1
        slots[index].source = source
        source.token = UInt64(slots[index].generation) << 32 | UInt64(index)
        guard let descriptor else { return }
        let failure = clinux_epoll_set(epoll, descriptor, source.token, interest, true)
        if failure < 0 {
            remove(source)
            throw ReactorError(operation: "epoll_ctl", code: -failure)
        }
    }

    func setInterest(_ source: EventSource, descriptor: Int32, _ interest: UInt32) {
        _ = clinux_epoll_set(epoll, descriptor, source.token, interest, false)
    }

    /// Drops events of this source that wait in the present tick: its token is no longer valid.
    package func remove(_ source: EventSource, descriptor: Int32? = nil) {
        guard source.token != 0 else { return }
        if let descriptor { _ = clinux_epoll_remove(epoll, descriptor) }
        let index = Int(source.token & 0xFFFF_FFFF)
        slots[index].source = nil
        freeSlots.append(index)
        source.token = 0
        source.deadline = .max
        source.scheduled = .max
    }

    package func source(_ token: UInt64) -> EventSource? {
        let index = Int(token & 0xFFFF_FFFF)
        guard index < slots.count, slots[index].generation == UInt32(token >> 32) else { return nil }
        return slots[index].source
    }

    package func channel(_ token: UInt64) -> Channel? { source(token) as? Channel }

    package var channels: [Channel] { slots.compactMap { $0.source as? Channel } }

    // MARK: Deadlines

    /// Calls `deadlineReached` once, at or soon after `at`; .max for never. Replaces the previous deadline.
    package func setDeadline(_ source: EventSource, at: UInt64) {
        source.deadline = at
        guard at < source.scheduled else { return }
        source.scheduled = at
        deadlines.insert(source.token, at: at)
    }

    /// Runs `body` once after `nanoseconds`, unless the timer is removed before.
    @discardableResult package func after(_ nanoseconds: UInt64, _ body: @escaping () -> Void) -> LoopTimer? {
        let timer = LoopTimer(body)
        do throws(ReactorError) { try add(timer) } catch { return nil }
        setDeadline(timer, at: now &+ nanoseconds)
        return timer
    }

    private func fireDeadlines() {
        due.removeAll(keepingCapacity: true)
        deadlines.advance(to: now, into: &due)
        for entry in due {
            guard let source = source(entry.token), source.scheduled == entry.at else { continue }
            source.scheduled = .max
            if source.deadline <= now {
                source.deadline = .max
                source.deadlineReached()
                if let timer = source as? LoopTimer, timer.deadline == .max { remove(timer) }
            } else if source.deadline != .max {
                setDeadline(source, at: source.deadline)
            }
        }
    }

    // MARK: Hooks and mailboxes

    package func onTickEnd(_ hook: @escaping () -> Void) { hooks.append(hook) }

    package func register<Element: Sendable>(_ mailbox: Mailbox<Element>, _ body: @escaping ([Element]) -> Void) {
        let source = MailboxSource(self) { body(mailbox.takeAll()) }
        do throws(ReactorError) {
            try add(source, descriptor: mailbox.descriptor, interest: UInt32(CLINUX_READABLE))
        } catch {
            preconditionFailure("BUG: a mailbox can't be watched: \(error)")
        }
    }

    // MARK: Channels

    /// The channel is flushed (and its interest brought up to date) at the end of this tick.
    func touch(_ channel: Channel) { touched.append(channel) }

    /// Delivers the channel's held-back input at the start of the next tick, which comes at once.
    func resume(_ channel: Channel) { resumed.append(channel) }

    /// False: this tick has spent its time on handshakes; the others follow in the next ones.
    var mayShakeHands: Bool { Clock.monotonic < handshakesUntil }

    // MARK: Running

    /// Runs on the calling thread until `stop`.
    package func run() {
        var events = [clinux_event](repeating: clinux_event(), count: 256)
        while running { tick(&events) }
        // Hooks and sources refer to the loop: without them it can be freed.
        for channel in channels { channel.closeNow() }
        slots.removeAll()
        hooks.removeAll()
    }

    /// Ends `run` after this tick; from the loop's own thread.
    package func stop() { running = false }

    private func tick(_ events: inout [clinux_event]) {
        let ready = clinux_epoll_wait(epoll, &events, Int32(events.count), waitMilliseconds())
        now = Clock.monotonic
        handshakesUntil = now &+ EventLoop.handshakeTime
        if !resumed.isEmpty {
            let channels = resumed
            resumed.removeAll(keepingCapacity: true)
            for channel in channels { channel.deliverHeld() }
        }
        if ready > 0 {
            for i in 0..<Int(ready) { source(events[i].token)?.ready(events[i].ready) }
        }
        for hook in hooks { hook() }
        if !mailReady.isEmpty {
            let sources = mailReady
            mailReady.removeAll(keepingCapacity: true)
            for source in sources { source.drain() }
        }
        fireDeadlines()
        // Flushing can touch channels again (an owner that writes when its output has drained), so by index.
        var i = 0
        while i < touched.count {
            touched[i].settle()
            i += 1
        }
        touched.removeAll(keepingCapacity: true)
    }

    private func waitMilliseconds() -> Int32 {
        guard resumed.isEmpty, touched.isEmpty else { return 0 }
        guard let next = deadlines.next() else { return -1 }
        let current = Clock.monotonic
        return next <= current ? 0 : Int32(min((next - current) / 1_000_000 + 1, 60_000))
    }
}
