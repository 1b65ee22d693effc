// Mass and radius from each other: Chen & Kipping 2017 (ApJ 834, 17), as used by the NASA archive, and second opinions.
// MassPosterior.swift has the interval of a mass from a radius.

import Glibc

/// Five quantiles of a forecast: the median, and the ends of the 68 % and the 95 % interval.
package struct Quantiles: Sendable, Equatable {
    package let q025, q16, q50, q84, q975: Double

    package static let levels = [0.025, 0.16, 0.5, 0.84, 0.975]

    /// By the names of their columns' endings.
    var named: KeyValuePairs<String, Double> { ["q025": q025, "q16": q16, "q50": q50, "q84": q84, "q975": q975] }
}

package enum ChenKipping {
    /// One power law up to log10 M = `end`: log10 R = intercept + slope log10 M, Gaussian scatter of `scatter` dex.
    struct Branch: Sendable {
        let intercept, slope, scatter: Double
        let end: Double
    }

    /// Terran, Neptunian, Jovian, stellar. Continuous: only the first has an intercept of its own.
    static let branches: (Branch, Branch, Branch, Branch) = {
        let first = Branch(intercept: log10(1.008), slope: 0.2790, scatter: 0.0403, end: log10(2.04))
        func next(_ before: Branch, slope: Double, scatter: Double, end: Double) -> Branch {
            Branch(
                intercept: before.intercept + (before.slope - slope) * before.end, slope: slope, scatter: scatter,
                end: end)
        }
        let second = next(first, slope: 0.589, scatter: 0.146, end: log10(0.414 * Nominal.jupiterMass))
        let third = next(second, slope: -0.044, scatter: 0.0737, end: log10(Nominal.hydrogenLimit))
        return (first, second, third, next(third, slope: 0.881, scatter: 0.0443, end: .infinity))
    }()

    @inline(__always)
    private static func branch(_ logMass: Double) -> Branch {
        let all = branches
        return logMass < all.0.end ? all.0 : logMass < all.1.end ? all.1 : logMass < all.2.end ? all.2 : all.3
    }

    /// The masses the relation is defined for, Earths.
    package static let massRange = 3e-4...3e5

    /// The median radius of a mass, Earths; nil out of range.
    package static func radius(mass: Double) -> Double? {
        guard massRange.contains(mass) else { return nil }
        let logMass = log10(mass)
        let branch = branch(logMass)
        return power10(branch.intercept + branch.slope * logMass)
    }

    /// The radius of a mass with its interval: log-normal. `logError`: the mass's error in dex.
    package static func radiusForecast(mass: Double, logError: Double = 0) -> Quantiles? {
        guard massRange.contains(mass) else { return nil }
        let logMass = log10(mass)
        let branch = branch(logMass)
        let median = branch.intercept + branch.slope * logMass
        let error = branch.slope * logError
        let sigma = (branch.scatter * branch.scatter + error * error).squareRoot()
        // 84 % and 97.5 % points of the normal distribution.
        let (inner, outer) = (0.994457883209753, 1.959963984540054)
        let value = Quantiles(
            q025: power10(median - outer * sigma), q16: power10(median - inner * sigma), q50: power10(median),
            q84: power10(median + inner * sigma), q975: power10(median + outer * sigma))
        return value.q975.isFinite && value.q025 > 0 ? value : nil
    }

    /// How far planets scatter around a forecast of the relation, in dex: of a radius from a mass, and of a mass from a
    /// radius. `logError`: the forecast's own error, if it has one.
    package static func radiusScatter(radius: Double, logError: Double) -> Double {
        let scatter = branch(radius: radius).scatter
        return (scatter * scatter + logError * logError).squareRoot()
    }

    package static func massScatter(mass: Double, logError: Double) -> Double {
        let branch = branch(log10(mass))
        let scatter = branch.scatter / branch.slope
        return (scatter * scatter + logError * logError).squareRoot()
    }

    private static func branch(radius: Double) -> Branch {
        radius < jointRadii.0 ? branches.0 : radius < jointRadii.1 ? branches.1 : branches.2
    }

    /// Radii at the joints: from the greatest on, no mass follows.
    static let jointRadii: (Double, Double, Double) = {
        func joint(_ branch: Branch) -> Double { power10(branch.intercept + branch.slope * branch.end) }
        return (joint(branches.0), joint(branches.1), joint(branches.2))
    }()

    /// The mass of a radius by the first two branches; nil from 11.33 Earth radii on, which Jovian planets share.
    package static func massPoint(radius: Double) -> Double? {
        guard radius > 0, radius < jointRadii.2 else { return nil }
        let logRadius = log10(radius)
        let branch = radius < jointRadii.0 ? branches.0 : branches.1
        let mass = power10((logRadius - branch.intercept) / branch.slope)
        return mass > 0 ? mass : nil
    }
}

/// Otegi, Bouchy & Helled 2020 (A&A 634, A43), below 120 Earth masses; rocky above 3.3 g/cm3.
package enum Otegi {
    package static func rockyRadius(mass: Double) -> Double? { mass < 120 ? 1.03 * pow(mass, 0.29) : nil }
    package static func volatileRadius(mass: Double) -> Double? { mass < 120 ? 0.70 * pow(mass, 0.63) : nil }
    package static func rockyMass(radius: Double) -> Double? { below120(0.90 * pow(radius, 3.45)) }
    package static func volatileMass(radius: Double) -> Double? { below120(1.74 * pow(radius, 1.58)) }

    private static func below120(_ mass: Double) -> Double? { mass < 120 ? mass : nil }
}

/// Mueller et al. 2024 (A&A 686, A296). It jumps at its joints.
package enum Mueller {
    package static func radius(mass: Double) -> Double {
        mass < 4.37 ? 1.02 * pow(mass, 0.27) : mass < 127 ? 0.56 * pow(mass, 0.67) : 18.6 * pow(mass, -0.06)
    }

    /// Nil for radii that only giants have, which don't determine the mass.
    package static func mass(radius: Double) -> Double? {
        if radius < 1.64 { return pow(radius / 1.02, 1 / 0.27) }
        let mass = pow(radius / 0.56, 1 / 0.67)
        return mass < 127 ? mass : nil
    }
}
