// The two clocks, in one place so that nobody mixes them.

import CLinux

package enum Clock {
    /// Nanoseconds that never go backwards; for deadlines and durations.
    package static var monotonic: UInt64 { clinux_monotonic_ns() }
    /// Nanoseconds since 1970-01-01 UTC; for time stamps.
    package static var wall: UInt64 { clinux_realtime_ns() }
    /// Microseconds since 1970-01-01 UTC.
    package static var wallMicros: Int64 { Int64(clinux_realtime_ns() / 1000) }
}
