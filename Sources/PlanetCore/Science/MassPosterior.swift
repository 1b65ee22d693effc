// The mass implied by a radius, with its uncertainty: Chen & Kipping's relation under a flat prior in log10 M, on a
// grid of 20,001 points. Computed without walking the grid: on each branch the likelihood is Gaussian in log10 M, so
// the sum over its points has a closed form; only the two grid steps where branches meet are computed as in the grid.
// No random numbers.

import Glibc

package struct MassPosterior: Sendable {
    /// The prior's range of log10 M: up to 30 Jupiter masses, the archive's limit for a planet.
    package static let lowest = -3.522
    package static let highest = log10(30 * Nominal.jupiterMass)

    /// A branch in the variable z = (predicted log R - log R) / sigma, which rises with log M where the slope does.
    private struct Piece {
        var from, to: Double
        /// log10 M = (z sigma + log R - intercept) / slope.
        var scale, shift, slope: Double
        /// z at the ends, the lower mass first.
        var zFrom, zTo: Double
        /// Its share, the likelihood integrated over log10 M; all three add up to `total`.
        var weight: Double

        @inline(__always)
        init(_ branch: ChenKipping.Branch, _ logRadius: Double, _ variance: Double, from: Double, to: Double) {
            let sigma = (branch.scatter * branch.scatter + variance).squareRoot()
            self.from = from
            self.to = to
            slope = branch.slope
            scale = sigma / slope
            shift = (logRadius - branch.intercept) / branch.slope
            zFrom = (from - shift) / scale
            zTo = (to - shift) / scale
            // The Gaussian's 1 / sigma and dM = sigma / slope dz leave 1 / |slope|.
            weight = NormalDistribution.between(min(zFrom, zTo), max(zFrom, zTo)) / branch.slope.magnitude
        }

        /// The integrand of `weight` by log10 M.
        @inline(__always)
        func density(_ z: Double) -> Double { 0.3989422804014327 * exp(-z * z / 2) / (scale * slope) }

        /// log10 M below which the fraction `part` of this piece lies.
        @inline(__always)
        func place(_ part: Double) -> Double {
            // By the smaller tail: nothing cancels there.
            let (low, high) = scale > 0 ? (zFrom, zTo) : (zTo, zFrom)
            let share = scale > 0 ? part : 1 - part
            let mass = NormalDistribution.between(low, high)
            let under = NormalDistribution.below(low) + share * mass
            let over = NormalDistribution.above(high) + (1 - share) * mass
            let z = under < over ? -NormalDistribution.tail(under) : NormalDistribution.tail(over)
            return min(max(z * scale + shift, from), to)
        }

        /// The fraction below log10 M.
        @inline(__always)
        func part(below logMass: Double) -> Double {
            if logMass <= from { return 0 }
            if logMass >= to { return 1 }
            let z = (logMass - shift) / scale
            let mass = NormalDistribution.between(min(zFrom, zTo), max(zFrom, zTo))
            guard mass > 0 else { return 0 }
            return NormalDistribution.between(min(zFrom, z), max(zFrom, z)) / mass
        }
    }

    /// A step of the grid with a joint inside: a trapezoid between the two branches.
    private struct Joint {
        let from, to, weight: Double

        @inline(__always)
        init(_ lower: Piece, _ upper: Piece) {
            from = lower.to
            to = upper.from
            weight = (lower.density(lower.zTo) + upper.density(upper.zFrom)) / 2 * (to - from)
        }

        @inline(__always)
        func part(below logMass: Double) -> Double { min(max((logMass - from) / (to - from), 0), 1) }
    }

    private static let steps = 20_000.0
    /// The points of the grid on either side of a joint.
    private static func neighbours(_ joint: Double) -> (Double, Double) {
        let step = (highest - lowest) / steps
        let place = ((joint - lowest) / step).rounded(.down)
        return (lowest + place * step, lowest + (place + 1) * step)
    }
    private static let ends = (neighbours(ChenKipping.branches.0.end), neighbours(ChenKipping.branches.1.end))

    private let terran, neptunian, jovian: Piece
    private let first, second: Joint
    private let total: Double

    /// Nil if no mass makes the radius likely (below some 0.005 Earth radii). `logError`: the radius's, in dex.
    package init?(radius: Double, logError: Double = 0) {
        guard radius > 0 else { return nil }
        let logRadius = log10(radius)
        let variance = logError * logError
        let branches = ChenKipping.branches
        let ends = MassPosterior.ends
        terran = Piece(branches.0, logRadius, variance, from: MassPosterior.lowest, to: ends.0.0)
        neptunian = Piece(branches.1, logRadius, variance, from: ends.0.1, to: ends.1.0)
        jovian = Piece(branches.2, logRadius, variance, from: ends.1.1, to: MassPosterior.highest)
        first = Joint(terran, neptunian)
        second = Joint(neptunian, jovian)
        total = terran.weight + first.weight + neptunian.weight + second.weight + jovian.weight
        guard total > 0, total.isFinite else { return nil }
    }

    /// log10 M below which the probability is `p`.
    package func quantile(_ p: Double) -> Double {
        var rest = p * total
        if rest < terran.weight { return terran.place(rest / terran.weight) }
        rest -= terran.weight
        if rest < first.weight { return first.from + rest / first.weight * (first.to - first.from) }
        rest -= first.weight
        if rest < neptunian.weight { return neptunian.place(rest / neptunian.weight) }
        rest -= neptunian.weight
        if rest < second.weight { return second.from + rest / second.weight * (second.to - second.from) }
        rest -= second.weight
        return jovian.weight > 0 ? jovian.place(min(1, rest / jovian.weight)) : jovian.from
    }

    /// The probability of a mass below 10^logMass.
    package func probability(below logMass: Double) -> Double {
        let lower = terran.weight * terran.part(below: logMass) + first.weight * first.part(below: logMass)
        let upper = second.weight * second.part(below: logMass) + jovian.weight * jovian.part(below: logMass)
        return (lower + neptunian.weight * neptunian.part(below: logMass) + upper) / total
    }

    /// Earth masses.
    package var quantiles: Quantiles {
        Quantiles(
            q025: power10(quantile(0.025)), q16: power10(quantile(0.16)), q50: power10(quantile(0.5)),
            q84: power10(quantile(0.84)), q975: power10(quantile(0.975)))
    }

    /// True if the 68 % interval reaches the Jovian branch, on which the radius hardly depends on the mass (R above
    /// some 8 Earths): the interval says what is known, one number doesn't.
    package static func isDegenerate(_ quantiles: Quantiles) -> Bool { quantiles.q84 > jovianMass }
    private static let jovianMass = power10(ChenKipping.branches.1.end)
}
