// Right size and right orbit, which is all "habitable" means here: the class by rule, and its probability if errors are
// given. Not water, air, age, flares or anything else that life may need.

import Glibc

package enum Habitability {
    /// All values of `rank`, the best first.
    package static let ranks = [2, 1, 0]

    /// 2: in the optimistic zone and about Earth's size (0.4 to 1.6 radii); 1: there and somewhat larger; 0: neither.
    /// (The Habitable Worlds Catalog numbers the two the other way round.) Nil where type or zone isn't known.
    @inline(__always)
    package static func rank(type: PlanetType?, zone: HabitableZone.Zone?) -> Int? {
        guard let type, let zone else { return nil }
        guard zone.isInside else { return 0 }
        switch type {
        case .terran, .subterran: return 2
        case .superterran: return 1
        case .miniterran, .neptunian, .jovian: return 0
        }
    }

    /// The error of ln S from relative errors (first order).
    @inline(__always)
    package static func fluxError(starRadius: Double, temperature: Double, axis: Double) -> Double {
        let (r, t, a) = (2 * starRadius, 4 * temperature, 2 * axis)
        return (r * r + t * t + a * a).squareRoot()
    }

    /// That a thermal flux known with an error of `sigma` in its logarithm lies between two limits.
    @inline(__always)
    package static func zoneProbability(
        thermalFlux: Double, sigma: Double, temperature: Double, inner: HabitableZone.Limit = .recentVenus,
        outer: HabitableZone.Limit = .earlyMars
    ) -> Double {
        let low = HabitableZone.flux(outer, temperature: temperature)
        let high = HabitableZone.flux(inner, temperature: temperature)
        guard sigma > 0 else { return thermalFlux >= low && thermalFlux <= high ? 1 : 0 }
        let place = log(thermalFlux)
        return NormalDistribution.between((log(low) - place) / sigma, (log(high) - place) / sigma)
    }

    /// That a value with a normal error lies in (low, high].
    @inline(__always)
    package static func sizeProbability(_ value: Double, error: Double, above low: Double, upTo high: Double) -> Double
    {
        guard error > 0 else { return value > low && value <= high ? 1 : 0 }
        return NormalDistribution.between((low - value) / error, (high - value) / error)
    }

    /// The probability that the true mass is in (low, high] if only m sin i is known, with a normal error, in the
    /// masses' unit. All orbit directions are equally likely: P(m / sin i <= x) = sqrt(1 - (m / x)^2).
    package static func sizeProbability(minimum: Double, error: Double, above low: Double, upTo high: Double) -> Double
    {
        trueMass(minimum, error, upTo: high) - trueMass(minimum, error, upTo: low)
    }

    /// The integral of N(y; minimum, error) sqrt(1 - (y / limit)^2) over y from 0 to `limit`. With y = limit sin t
    /// there is no kink at the limit; by Simpson's rule, to 1e-6.
    private static func trueMass(_ minimum: Double, _ error: Double, upTo limit: Double) -> Double {
        // An error in the last digits counts as none.
        guard error > 1e-6 * minimum else {
            let share = minimum / limit
            return share < 1 ? (1 - share * share).squareRoot() : 0
        }
        // Beyond eight errors there is nothing.
        let from = asin(min(1, max(0, (minimum - 8 * error) / limit)))
        let to = asin(min(1, (minimum + 8 * error) / limit))
        guard to > from else { return 0 }
        let steps = 128
        let step = (to - from) / Double(steps)
        var sum = 0.0
        for i in 0...steps {
            let angle = from + Double(i) * step
            let (cosine, z) = (cos(angle), (limit * sin(angle) - minimum) / error)
            let weight = i == 0 || i == steps ? 1.0 : i % 2 == 1 ? 4 : 2
            sum += weight * exp(-z * z / 2) * cosine * cosine
        }
        return min(1, sum * step / 3 * limit / error * 0.3989422804014327)
    }

    /// That a value of which the relation's median is known lies in (low, high]: log-normal, `scatter` in dex.
    package static func sizeProbability(
        median: Double, scatter: Double, above low: Double, upTo high: Double
    ) -> Double {
        let place = log10(median)
        return NormalDistribution.between((log10(low) - place) / scatter, (log10(high) - place) / scatter)
    }

    /// Radii and masses of types that count, Earths.
    package static let radii = (0.4, 2.5)
    package static let masses = (0.1, 10.0)
}
