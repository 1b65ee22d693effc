// Names for sizes: the Planetary Habitability Laboratory's six, and four in NASA's style; classes of temperature.
// The cuts are inferred from the labels of published tables; a limit belongs to the smaller class.

package enum PlanetType: String, CaseIterable, Sendable {
    case miniterran = "Miniterran"
    case subterran = "Subterran"
    case terran = "Terran"
    case superterran = "Superterran"
    case neptunian = "Neptunian"
    case jovian = "Jovian"

    /// Earths.
    @inline(__always)
    package init(radius: Double) { self.init(radius, 0.4, 0.8, 1.6, 2.5, 6) }
    @inline(__always)
    package init(mass: Double) { self.init(mass, 0.1, 0.5, 3, 10, 50) }

    @inline(__always)
    private init(_ x: Double, _ a: Double, _ b: Double, _ c: Double, _ d: Double, _ e: Double) {
        self =
            x <= c
            ? (x <= a ? .miniterran : x <= b ? .subterran : .terran)
            : (x <= d ? .superterran : x <= e ? .neptunian : .jovian)
    }

    /// Whether it may have a surface whose temperature means anything.
    package var hasSurface: Bool { self != .neptunian && self != .jovian }
}

/// NASA publishes labels and no cuts: these agree with 96.5 % of its labels.
package enum NASAType: String, CaseIterable, Sendable {
    case terrestrial = "Terrestrial"
    case superEarth = "Super Earth"
    case neptuneLike = "Neptune-like"
    case gasGiant = "Gas Giant"

    @inline(__always)
    package init(radius: Double) {
        self = radius <= 1 ? .terrestrial : radius <= 2.1 ? .superEarth : radius <= 7.07 ? .neptuneLike : .gasGiant
    }
    @inline(__always)
    package init(mass: Double) {
        self = mass <= 1 ? .terrestrial : mass <= 5.05 ? .superEarth : mass <= 38.1 ? .neptuneLike : .gasGiant
    }
}

/// Inside, within and outside of the optimistic habitable zone.
package enum TemperatureClass: String, CaseIterable, Sendable {
    case hot = "Hot"
    case warm = "Warm"
    case cold = "Cold"

    package init(_ zone: HabitableZone.Zone) {
        self = zone == .hot ? .hot : zone == .cold ? .cold : .warm
    }
}
