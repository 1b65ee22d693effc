// The decadic logarithm that every aggregate uses: one function, so that all of them put a value on the same side of an
// edge.
// Not specified to the last bit: the C library's log10 may differ by one unit in the last place between processors with
// and without fused multiply-add, and so may log10_mean and log10_sd between two such machines (never on one).

import Glibc

@inlinable @inline(__always)
package func decadicLogarithm(_ value: Double) -> Double { log10(value) }
