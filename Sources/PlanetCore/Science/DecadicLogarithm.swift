// The decadic logarithm of every aggregate: one function, so that all of them put a value on the same side of an edge.
// Not specified to the last bit: between processors with and without fused multiply-add the C library's log10 may
// differ by one unit in the last place, and so may log10_mean and log10_sd (never on one machine).

import Glibc

@inlinable @inline(__always)
package func decadicLogarithm(_ value: Double) -> Double { log10(value) }
