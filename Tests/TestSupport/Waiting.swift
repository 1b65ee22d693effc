// How tests wait: for a condition. The only place of the Swift tests that sleeps.

import Glibc

/// Asks until `condition` holds, at most `seconds`, longer under a sanitizer. False: it never did.
package func eventually(
    _ seconds: Double = 10, _ condition: () throws -> Bool
) rethrows -> Bool {
    let end = now() + seconds * patience
    while now() < end {
        if try condition() { return true }
        usleep(2000)
    }
    return try condition()
}

/// Lets real time pass where that is what is tested: an outage that lasts, a lease that runs out. Not for waiting until
/// something has happened, which `eventually` does.
package func letPass(seconds: Double) {
    let end = now() + seconds
    while case let left = end - now(), left > 0 { usleep(UInt32(min(left, 0.5) * 1e6)) }
}

/// How many times slower than usual the tests' program is (Tests/Sanitized/run.py).
package let patience = getenv("PLANETARIUM_PATIENCE").flatMap { Double(String(cString: $0)) } ?? 1

/// In minutes; for what never ends where it is wrong. The time counts from when a test could begin, while others may
/// still have all threads.
package let hangLimit = Int(10 * patience)

/// In nanoseconds; for what comes in a moment where nothing is wrong.
package let longWait = UInt64(30_000_000_000 * patience)

private func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
