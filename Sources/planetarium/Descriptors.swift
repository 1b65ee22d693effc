// File descriptors: the process may use all that the system allows, and connections leave some for the log and the
// lake, which would stop without them.

import Glibc
import Telemetry

enum Descriptors {
    /// Kept for the log, the lake's files, brokers, event loops.
    static let kept = 256
    /// More would only enlarge the kernel's table.
    private static let most: rlim_t = 1 << 20

    /// Raises the soft limit (`ulimit -n`, usually 1,024) to the hard one; returns it.
    static func raise() -> Int {
        var limit = rlimit()
        let which = __rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue))
        guard getrlimit(which, &limit) == 0 else { return 1024 }
        let wanted = min(limit.rlim_max, most)
        if limit.rlim_cur < wanted {
            let before = limit.rlim_cur
            limit.rlim_cur = wanted
            if setrlimit(which, &limit) != 0 { limit.rlim_cur = before }
        }
        return Int(min(limit.rlim_cur, most))
    }

    /// How many of `wanted` connections fit beside the kept ones; logs it if they don't all fit.
    static func connections(_ wanted: Int, of limit: Int = raise()) -> Int {
        let room = max(limit - kept, limit / 2)
        guard wanted > room else { return wanted }
        Log.warning(
            "fewer connections than --connections asks for",
            ["connections": room, "descriptors": limit, "kept": limit - room])
        return room
    }
}
