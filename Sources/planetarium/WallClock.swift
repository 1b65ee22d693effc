// Whether the machine's clock is plausible: time stamps are 64 bits of nanoseconds since 1970, and every date in the
// lake depends on them.

import Basics
import Glibc

enum WallClock {
    /// 2262-04-11, the last whole day that fits.
    private static let end = Int(Int64.max / 1_000_000_000 / 86_400 * 86_400)

    /// Why no command can run now; nil if the clock will do.
    static func refusal() -> String? {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        if now.tv_sec < 0 { return "the system's clock stands before 1970: set it, then start again" }
        if now.tv_sec >= end { return "the system's clock stands after \(day(end)): set it, then start again" }
        return nil
    }

    private static func day(_ seconds: Int) -> String { "\(UTCDay(days: seconds / 86_400))" }
}
