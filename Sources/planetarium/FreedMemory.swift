// Memory that was freed goes back to the system. The C library keeps most of it for later, in an arena for each few
// threads: after a large import a server would hold twice what it needs, for good.

import CLinux
import Telemetry
import Threads

final class FreedMemory: Sendable {
    /// A look costs a walk through the free lists, giving back some milliseconds in which an arena is locked.
    private static let interval: UInt64 = 30_000_000_000
    /// What may be resident and not in use: the program, stacks, and what is soon asked for again.
    static let spare: UInt64 = 64 << 20
    /// Blocks from here on are never kept.
    private static let mapped = 4 << 20

    /// Resident and not in use after the last time.
    private let left = Guarded<UInt64>(0)
    private let isStopped = Guarded(false)
    private let returned = Metrics.shared.counter(
        "planetarium_memory_returned_bytes_total", "Freed memory that was given back to the system.")

    /// Before there are other threads.
    static func prepare() { clinux_malloc_mapped(mapped) }

    func start() {
        SystemThread.start("memory") { [self] in
            while isStopped.wait(timeout: FreedMemory.interval, until: { $0 ? true : nil }) == nil { look() }
        }.detach()
    }

    func stop() {
        isStopped.withLock { $0 = true }
        isStopped.wakeAll()
    }

    /// Gives back what is freed, where that is much more than what was left the last time.
    func look() {
        let used = clinux_malloc_used()
        let resident = clinux_resident_bytes()
        let excess = resident - min(resident, used)
        let isWorthIt = left.withLock { left in
            left = min(left, excess)
            return excess > used / 4 + FreedMemory.spare && excess > left + FreedMemory.spare / 2
        }
        guard isWorthIt else { return }
        clinux_malloc_trim()
        let after = clinux_resident_bytes()
        left.withLock { $0 = after - min(after, used) }
        returned.add(Int(resident - min(resident, after)))
    }
}
