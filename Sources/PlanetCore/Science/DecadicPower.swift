// 10 to a power, which the C library has only as an extension.
// Not a logarithm.

import Glibc

@inline(__always)
func power10(_ exponent: Double) -> Double { pow(10, exponent) }
