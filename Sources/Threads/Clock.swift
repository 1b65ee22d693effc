// The two clocks, in one place so that nobody mixes them, and a pause on one of them.

import CLinux
import Glibc

package enum Clock {
    /// Nanoseconds that never go backwards; for deadlines and durations.
    package static var monotonic: UInt64 { clinux_monotonic_ns() }
    /// Nanoseconds since 1970-01-01 UTC; for time stamps.
    package static var wall: UInt64 { clinux_realtime_ns() }
    /// Microseconds since 1970-01-01 UTC.
    package static var wallMicros: Int64 { Int64(clinux_realtime_ns() / 1000) }

    /// Blocks the thread for at least this long. For waits that nobody can cut short; for others, `Guarded.wait`.
    package static func pause(_ nanoseconds: UInt64) {
        let end = monotonic + nanoseconds
        var until = timespec(tv_sec: Int(end / 1_000_000_000), tv_nsec: Int(end % 1_000_000_000))
        // A signal handler may interrupt it.
        while clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nil) == EINTR {}
    }
}
