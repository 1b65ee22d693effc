// What work costs as its input grows. Not a duration: CPU time of this thread, compared with that of a smaller input.

import Glibc

/// How often as much CPU time the work takes on an input twice as large: about 2 where each byte is looked at a fixed
/// number of times, 4 where each is compared with each. The least of many runs, so that others' load doesn't count: it
/// makes some of them dearer, never cheaper.
package func costRatio(_ size: Int, _ work: (Int) throws -> Void) rethrows -> Double {
    var small = Double.infinity
    var large = Double.infinity
    var spent = 0.0
    for round in 0..<500 where round < 5 || spent < 3 {
        let (one, other) = (try cpuSeconds { try work(size) }, try cpuSeconds { try work(2 * size) })
        (small, large, spent) = (min(small, one), min(large, other), spent + one + other)
        if large <= 2.2 * small { break }
    }
    return large / small
}

private func cpuSeconds(_ work: () throws -> Void) rethrows -> Double {
    func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
    let start = now()
    try work()
    return now() - start
}
