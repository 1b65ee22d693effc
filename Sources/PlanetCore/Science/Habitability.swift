// Right size and right orbit, which is all "habitable" means here: the class by rule, its probability if errors are
// given. Not water, air, age, flares or anything else that life may need.

import Glibc

package enum Habitability {
    /// All that `rank` gives, the best first.
    package static let ranks = [2, 1, 0]

    /// 2: in the optimistic zone and Earth's size or smaller; 1: there and somewhat larger; 0: neither. (The Habitable
    /// Worlds Catalog numbers the two the other way round.) Nil where type or zone isn't known.
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

    /// Radii and masses of types that count, Earths.
    package static let radii = (0.4, 2.5)
    package static let masses = (0.1, 10.0)
}
