// The habitable zone after Kopparapu et al. 2014 (ApJL 787 L29), its inner edge depending on the planet's size. It says
// nothing about life: right orbit, nothing more.

import Glibc

package enum HabitableZone {
    package enum Limit: String, CaseIterable, Sendable {
        case recentVenus = "recent_venus"
        case runawaySmall = "runaway_greenhouse_0.1"
        case runawayEarth = "runaway_greenhouse_1"
        case runawayLarge = "runaway_greenhouse_5"
        case maximumGreenhouse = "maximum_greenhouse"
        case earlyMars = "early_mars"

        /// S, a, b, c, d.
        @inline(__always)
        fileprivate var coefficients: (Double, Double, Double, Double, Double) {
            switch self {
            case .recentVenus: (1.776, 2.136e-4, 2.533e-8, -1.332e-11, -3.097e-15)
            case .runawaySmall: (0.99, 1.209e-4, 1.404e-8, -7.418e-12, -1.713e-15)
            case .runawayEarth: (1.107, 1.332e-4, 1.580e-8, -8.308e-12, -1.931e-15)
            case .runawayLarge: (1.188, 1.433e-4, 1.707e-8, -8.968e-12, -2.084e-15)
            case .maximumGreenhouse: (0.356, 6.171e-5, 1.698e-9, -3.198e-12, -5.575e-16)
            case .earlyMars: (0.320, 5.547e-5, 1.526e-9, -2.874e-12, -5.011e-16)
            }
        }
    }

    package enum Zone: String, CaseIterable, Sendable {
        case hot, optimistic, conservative, cold

        package var isInside: Bool { self == .optimistic || self == .conservative }
    }

    /// Whether the limits were computed for the star's temperature.
    package enum Domain: String, CaseIterable, Sendable {
        case `in`
        /// 2500 to 2600 K: taken as 2600 K.
        case clamped
        case out

        package init(_ temperature: Double) {
            switch temperature {
            case 2600...7200: self = .in
            case 2500..<2600: self = .clamped
            default: self = .out
            }
        }
    }

    /// The temperature at which to use the limits; nil outside their domain.
    @inline(__always)
    package static func temperature(_ temperature: Double) -> Double? {
        switch Domain(temperature) {
        case .in: temperature
        case .clamped: 2600
        case .out: nil
        }
    }

    /// The flux at the limit, Earth = 1, at a star of 2600 to 7200 K.
    @inline(__always)
    package static func flux(_ limit: Limit, temperature: Double) -> Double {
        let (s, a, b, c, d) = limit.coefficients
        let t = temperature - 5780
        return s + t * (a + t * (b + t * (c + t * d)))
    }

    /// au.
    package static func distance(_ limit: Limit, luminosity: Double, temperature: Double) -> Double {
        (luminosity / flux(limit, temperature: temperature)).squareRoot()
    }

    /// From the zone's middle, in the logarithm of the flux.
    package static func distanceFromMiddle(thermalFlux: Double, temperature: Double) -> Double {
        let inner = flux(.recentVenus, temperature: temperature)
        let outer = flux(.earlyMars, temperature: temperature)
        return log(thermalFlux * thermalFlux / (inner * outer)).magnitude
    }

    /// The conservative zone's inner limit: small planets lose their water sooner.
    @inline(__always)
    package static func innerLimit(_ type: PlanetType?) -> Limit {
        switch type {
        case .miniterran, .subterran: .runawaySmall
        case .terran, nil: .runawayEarth
        case .superterran, .neptunian, .jovian: .runawayLarge
        }
    }

    /// By the thermal flux, at a star of 2600 to 7200 K.
    @inline(__always)
    package static func zone(thermalFlux: Double, temperature: Double, type: PlanetType?) -> Zone {
        if thermalFlux > flux(.recentVenus, temperature: temperature) { return .hot }
        if thermalFlux < flux(.earlyMars, temperature: temperature) { return .cold }
        let isConservative =
            thermalFlux >= flux(.maximumGreenhouse, temperature: temperature)
            && thermalFlux <= flux(innerLimit(type), temperature: temperature)
        return isConservative ? .conservative : .optimistic
    }
}
