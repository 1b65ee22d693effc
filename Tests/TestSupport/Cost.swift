// What work costs as its input grows. Not a duration: CPU time of this thread, compared with that of a smaller input.

import Glibc

/// How often as much CPU time the work takes on an input twice as large, the mean of three doublings: about 2 where
/// each byte is looked at a fixed number of times, 4 where each is compared with each. One doubling alone may leave a
/// cache behind. `work` gets `size` or eight times that. The least of several runs: others' load makes some dearer,
/// never cheaper.
package func costRatio(_ size: Int, _ work: (Int) throws -> Void) rethrows -> Double {
    var small = Double.infinity
    var large = Double.infinity
    for _ in 0..<5 {
        small = min(small, try cpuSeconds { try work(size) })
        large = min(large, try cpuSeconds { try work(8 * size) })
        if large <= 10 * small { break }
    }
    return cbrt(large / small)
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
