// A planet's star and orbit: how bright, how far, how warm, and how it shows from here. Plain formulas in the archive's
// units: Suns for the star, Earths for the planet, au, days, kelvins. The inputs are chosen in Predictor.swift.

import Glibc

package enum Orbit {
    /// Suns, from radius and temperature (Stefan-Boltzmann).
    @inline(__always)
    package static func luminosity(starRadius: Double, temperature: Double) -> Double {
        let ratio = temperature / Nominal.solarTemperature
        let squared = ratio * ratio
        return starRadius * starRadius * squared * squared
    }

    /// au, by Kepler's third law. The planet's own mass in Earths, 0 where it isn't known.
    @inline(__always)
    package static func semiMajorAxis(period: Double, starMass: Double, planetMass: Double = 0) -> Double {
        let seconds = period * Nominal.daySeconds
        let gm = Nominal.solarGM * starMass + Nominal.earthGM * planetMass
        return cbrt(gm * seconds * seconds / (4 * Double.pi * Double.pi)) / Nominal.astronomicalUnit
    }

    /// Mean over an orbit, Earth = 1.
    @inline(__always)
    package static func meanFlux(luminosity: Double, axis: Double, eccentricity e: Double) -> Double {
        luminosity / (axis * axis * (1 - e * e).squareRoot())
    }

    /// au: where a circular orbit has the same mean temperature (Mendez & Rivera-Valentin 2017, ApJL 837 L1).
    @inline(__always)
    package static func thermalDistance(axis: Double, eccentricity e: Double) -> Double {
        if e == 0 { return axis }
        let mean = 2 * (1 + e).squareRoot() / Double.pi * completeEllipticE(2 * e / (1 + e))
        return axis / (mean * mean)
    }

    /// The complete elliptic integral of the second kind, E(m), m = k2 in [0, 1): by the arithmetic-geometric mean
    /// (DLMF 19.8.6). Each round doubles the right digits.
    package static func completeEllipticE(_ m: Double) -> Double {
        var a = 1.0
        var g = (1 - m).squareRoot()
        var sum = m / 2
        var power = 1.0
        for _ in 0..<40 {
            let c = (a - g) / 2
            let product = (a * g).squareRoot()
            a = (a + g) / 2
            g = product
            sum += power * c * c
            power *= 2
            if c < 1e-9 * a { break }
        }
        return Double.pi / (2 * a) * (1 - sum)
    }

    /// Kelvins, without an atmosphere, the heat spread evenly.
    @inline(__always)
    package static func equilibriumTemperature(luminosity: Double, thermalDistance: Double, albedo: Double) -> Double {
        Nominal.blackBodyTemperature * ((1 - albedo) * luminosity).squareRoot().squareRoot()
            / thermalDistance.squareRoot()
    }

    /// Kelvins, with an atmosphere like Earth's, which has 288: a number to compare, not a measurement.
    @inline(__always)
    package static func earthLikeTemperature(thermalFlux: Double) -> Double {
        288 * thermalFlux.squareRoot().squareRoot()
    }

    /// m/s: half the swing of the star's radial velocity. `planetMass` is m sin i where that is what is known.
    @inline(__always)
    package static func radialVelocity(
        planetMass: Double, starMass: Double, period: Double, eccentricity e: Double
    ) -> Double {
        let planet = Nominal.earthGM * planetMass
        let total = cbrt(Nominal.solarGM * starMass + planet)
        return cbrt(2 * Double.pi / (period * Nominal.daySeconds)) * planet / (total * total) / (1 - e * e).squareRoot()
    }

    /// That the planet passes in front of its star as seen from here, averaged over the orbit's direction; at most 1.
    @inline(__always)
    package static func transitProbability(starRadius: Double, axis: Double, eccentricity e: Double) -> Double {
        min(1, starRadius * Nominal.solarRadius / (axis * Nominal.astronomicalUnit) / (1 - e * e))
    }

    /// Parts in a million, without limb darkening.
    package static func transitDepth(planetRadius: Double, starRadius: Double) -> Double {
        let ratio = planetRadius * Nominal.earthRadius / (starRadius * Nominal.solarRadius)
        return 1e6 * ratio * ratio
    }

    /// au: within it the planet can hold moons.
    package static func hillRadius(axis: Double, eccentricity: Double, planetMass: Double, starMass: Double) -> Double {
        axis * (1 - eccentricity) * cbrt(Nominal.earthGM * planetMass / (3 * Nominal.solarGM * starMass))
    }
}

/// What follows from mass and radius alone, Earth = 1.
package enum Bulk {
    @inline(__always)
    package static func density(mass: Double, radius: Double) -> Double { mass / (radius * radius * radius) }
    @inline(__always)
    package static func gravity(mass: Double, radius: Double) -> Double { mass / (radius * radius) }
    @inline(__always)
    package static func escapeSpeed(mass: Double, radius: Double) -> Double { (mass / radius).squareRoot() }
}
