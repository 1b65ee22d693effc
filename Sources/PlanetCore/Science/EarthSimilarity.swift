// The Earth Similarity Index in both versions. They disagree strongly (Venus 0.78, 0.44): never show one without its
// name. Not a measure of habitability.

import Glibc

package enum EarthSimilarity {
    /// esi2: of flux and radius, as the Habitable Worlds Catalog publishes it.
    @inline(__always)
    package static func two(flux: Double, radius: Double) -> Double {
        let s = (flux - 1) / (flux + 1)
        let r = (radius - 1) / (radius + 1)
        return 1 - ((s * s + r * r) / 2).squareRoot()
    }

    /// esi4: of radius, density, escape speed (Earth = 1) and surface temperature (K), Schulze-Makuch et al. 2011,
    /// Astrobiology 11, 1041.
    package static func four(radius: Double, density: Double, escapeSpeed: Double, temperature: Double) -> Double {
        // The product of (1 - |x - x0| / (x + x0))^(w / 4), as one power.
        func term(_ x: Double, _ reference: Double, _ weight: Double) -> Double {
            weight / 4 * log(1 - (x - reference).magnitude / (x + reference))
        }
        return exp(
            term(radius, 1, 0.57) + term(density, 1, 1.07) + term(escapeSpeed, 1, 0.70) + term(temperature, 288, 5.58))
    }
}
