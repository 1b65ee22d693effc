// The normal distribution: its tails and their inverse, exact far out on both sides.
// Not random numbers.

import Glibc

enum NormalDistribution {
    /// P(Z > z).
    @inline(__always)
    static func above(_ z: Double) -> Double { 0.5 * erfc(z * 0.7071067811865476) }
    /// P(Z < z).
    @inline(__always)
    static func below(_ z: Double) -> Double { 0.5 * erfc(z * -0.7071067811865476) }

    /// P(low < Z < high), by the tail in which nothing cancels.
    @inline(__always)
    static func between(_ low: Double, _ high: Double) -> Double {
        if low > 0 { return above(low) - above(high) }
        if high < 0 { return below(high) - below(low) }
        return 1 - below(low) - above(high)
    }

    /// The z with P(Z > z) = p, 0 < p < 1.
    static func tail(_ p: Double) -> Double {
        if p > 0.5 { return -tail(1 - p) }
        // Abramowitz & Stegun 26.2.23 (4.5e-4), then one step of Halley's method.
        let t = (-2 * log(p)).squareRoot()
        var z = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)))
        let density = 0.3989422804014327 * exp(-z * z / 2)
        guard density > 0 else { return z }
        let step = (above(z) - p) / density
        z += step / (1 - z * step / 2)
        return z
    }
}
