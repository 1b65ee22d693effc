// The formulas of the predictions against worked vectors, to the digits given, and against the planets of the Solar
// System.

import Glibc
import TestSupport
import Testing

@testable import PlanetCore

/// Equal to all the digits of `text`.
func expectDigits(_ value: Double?, _ text: String, _ location: SourceLocation = #_sourceLocation) {
    guard let value, let expected = Double(text) else {
        Issue.record("\(String(describing: value)) instead of \(text)", sourceLocation: location)
        return
    }
    let decimals = text.split(separator: ".").count > 1 ? text.split(separator: ".")[1].count : 0
    var unit = 1.0
    for _ in 0..<decimals { unit /= 10 }
    #expect(
        (value - expected).magnitude <= 0.51 * unit + 1e-15 * expected.magnitude, "\(value), not \(text)",
        sourceLocation: location)
}

@Suite struct ScienceTests {
    @Test func `Constants follow from the nominal values`() {
        expectDigits(Nominal.jupiterMass, "317.828406594675")
        expectDigits(Nominal.solarGM / Nominal.earthGM, "332946.078328070")
        expectDigits(Nominal.solarRadius / Nominal.earthRadius, "109.076370706010")
        expectDigits(Nominal.solarConstant, "1361.16646540858")
        expectDigits(Nominal.blackBodyTemperature, "278.329909417285")
        expectDigits(Nominal.earthDensity, "5.49502186555521")
    }

    @Test func `What is left out where the zone comes to nothing is nothing, to the bit`() {
        var random = SplitMix(seed: 18)
        func between(_ low: Double, _ high: Double) -> Double {
            low + (high - low) * Double.random(in: 0...1, using: &random)
        }
        var nothing = 0
        for _ in 0..<2000 {
            var draft = DiscoveryDraft()
            draft[.pl_name] = "X b"
            draft[.pl_bmasse] = exp(between(-3, 7))
            draft[.pl_bmasseerr1] = (draft[.pl_bmasse] ?? 0) * exp(between(-8, 1))
            draft[.pl_bmassprov] = "Msini"
            draft[.pl_orbsmax] = exp(between(-5, 2))
            draft[.pl_orbsmaxerr1] = (draft[.pl_orbsmax] ?? 0) * 0.001
            draft[.st_teff] = 5500
            draft[.st_lum] = 0
            draft[.st_lumerr1] = 0.001
            draft[.pl_insol] = exp(between(-3, 3))
            let record = draft.discovery
            let prediction = Predictor.prediction(of: record)
            #expect(Predictor.zoneGiven(record) == Predictor.zoneGiven(record, prediction))
            guard let mass = prediction.mass, let error = Predictor.error(record, .pl_bmasse),
                let flux = prediction.thermalFlux, let sigma = Predictor.fluxError(record, prediction)
            else { continue }
            let zone = Habitability.zoneProbability(thermalFlux: flux, sigma: sigma, temperature: 5500)
            let size = Habitability.sizeProbability(minimum: mass, error: error, above: 0.1, upTo: 10)
            #expect(prediction.habitableProbability?.bitPattern == (size * zone).bitPattern)
            nothing += zone == 0 && mass >= 0.1 ? 1 : 0
        }
        #expect(nothing > 100)
    }

    @Test func `Luminosity`() {
        expectDigits(Orbit.luminosity(starRadius: 1.19, temperature: 6091), "1.756074882362")
        expectDigits(Orbit.luminosity(starRadius: 13.76, temperature: 4874), "96.26616644956")
    }

    @Test func `Semi-major axis`() {
        expectDigits(Orbit.semiMajorAxis(period: 365.25636, starMass: 1), "0.999999017342")
        expectDigits(Orbit.semiMajorAxis(period: 289.863876, starMass: 0.857), "0.814186791968")
        expectDigits(Orbit.semiMajorAxis(period: 6.101013, starMass: 0.0898), "0.029261356896")
    }

    @Test func `Thermal distance`() {
        expectDigits(Orbit.thermalDistance(axis: 1, eccentricity: 0.5), "1.034165980564")
        expectDigits(Orbit.thermalDistance(axis: 0.812, eccentricity: 0.72), "0.876730590403")
        expectDigits(Orbit.thermalDistance(axis: 1, eccentricity: 0.3), "1.011597050722")
        #expect(Orbit.thermalDistance(axis: 0.7, eccentricity: 0) == 0.7)
        // E(0) and E(1) are known; near 1 it must still end.
        #expect((Orbit.completeEllipticE(0) - Double.pi / 2).magnitude < 1e-15)
        #expect((Orbit.completeEllipticE(1 - 1e-15) - 1).magnitude < 1e-12)
        for e in [0.999, 0.999_999, (1.0).nextDown] {
            #expect(Orbit.thermalDistance(axis: 1, eccentricity: e).isFinite)
        }
    }

    @Test func `Flux and temperature`() {
        expectDigits(Orbit.meanFlux(luminosity: 0.645654, axis: 0.812, eccentricity: 0.72), "1.411056970081")
        expectDigits(Orbit.meanFlux(luminosity: 1, axis: 1.524, eccentricity: 0.0934), "0.432446786130")
        func temperature(_ l: Double, _ a: Double) -> Double {
            Orbit.equilibriumTemperature(luminosity: l, thermalDistance: a, albedo: 0.3)
        }
        expectDigits(temperature(1, 1), "254.585924192709")
        expectDigits(temperature(0.000553, 0.02925), "228.272048347286")
        expectDigits(temperature(1, 0.723332), "299.340547716")
        #expect(Orbit.earthLikeTemperature(thermalFlux: 1) == 288)
    }

    @Test func `Radial velocity`() {
        // Jupiter, Earth, Proxima b (the NASA table's 1.055 Earth masses, 11.18465 days, 0.1221 solar masses).
        let jupiter = Orbit.radialVelocity(
            planetMass: Nominal.jupiterMass, starMass: 1, period: 4332.59, eccentricity: 0.0489)
        expectDigits(jupiter, "12.474002038630")
        let earth = Orbit.radialVelocity(planetMass: 1, starMass: 1, period: 365.25636, eccentricity: 0.0167)
        expectDigits(earth, "0.089470346561")
        let proxima = Orbit.radialVelocity(planetMass: 1.055, starMass: 0.1221, period: 11.18465, eccentricity: 0)
        expectDigits(proxima, "1.225685514158")
    }

    @Test func `Transits`() {
        expectDigits(Orbit.transitProbability(starRadius: 1, axis: 1, eccentricity: 0), "0.004650467261")
        #expect(Orbit.transitProbability(starRadius: 10, axis: 0.01, eccentricity: 0) == 1)
        expectDigits(Orbit.transitDepth(planetRadius: 1, starRadius: 1), "84.050178772")
        expectDigits(Orbit.transitDepth(planetRadius: 15.581, starRadius: 1.19), "14409.05084539")
        // Earth's Hill radius: 1.5 million kilometres.
        let hill = Orbit.hillRadius(axis: 1, eccentricity: 0.0167, planetMass: 1, starMass: 1)
        #expect((hill - 0.00984).magnitude < 2e-5, "\(hill)")
    }

    /// Temperature, and the limits as HabitableZone.Limit has them.
    private static let limits = """
        2600 1.464534903485 0.810887460945 0.912898581265 0.980201357420 0.222762219415 0.200214578391
        3042 1.480406616762 0.820219112903 0.922752250039 0.990567673656 0.234077549231 0.210392545070
        4000 1.520079033380 0.843921622923 0.947434936837 1.016667111097 0.263975462199 0.237276603734
        5780 1.776 0.99 1.107 1.188 0.356 0.32
        6500 1.937119125320 1.081097233183 1.207474841457 1.296117748777 0.399967974349 0.359522098756
        7200 2.079656419671 1.161783552088 1.296363730334 1.391754710303 0.435628530231 0.391577929752
        """

    @Test func `Zone limits`() {
        for line in ScienceTests.limits.split(separator: "\n") {
            let cells = line.split(separator: " ").map(String.init)
            for (limit, expected) in zip(HabitableZone.Limit.allCases, cells.dropFirst()) {
                expectDigits(HabitableZone.flux(limit, temperature: Double(cells[0]) ?? 0), expected)
            }
        }
    }

    @Test func `Zone distances and domain`() {
        let limits: [HabitableZone.Limit] = [.recentVenus, .runawayEarth, .maximumGreenhouse, .earlyMars]
        let sun = ["0.750375281485", "0.950443247520", "1.676003807885", "1.767766952966"]
        let proxima = ["0.032923750229", "0.041701776465", "0.083333669965", "0.087899736310"]
        for index in limits.indices {
            expectDigits(HabitableZone.distance(limits[index], luminosity: 1, temperature: 5780), sun[index])
            expectDigits(HabitableZone.distance(limits[index], luminosity: 0.0016, temperature: 2900), proxima[index])
        }
        #expect(HabitableZone.Domain(2499.9) == .out)
        #expect(HabitableZone.Domain(2500) == .clamped)
        #expect(HabitableZone.Domain(2600) == .in)
        #expect(HabitableZone.Domain(7200) == .in)
        #expect(HabitableZone.Domain(7200.1) == .out)
        #expect(HabitableZone.temperature(2566) == 2600)
        #expect(HabitableZone.temperature(7201) == nil)
    }

    @Test func `Similarity of two`() {
        for (s, r, expected) in [
            (0.646776, 0.92, "0.845494500401"), (1.411058, 2.1, "0.721632539310"),
            (768.26598, 15.581, "0.059756359997"), (0.4306, 0.532, "0.645221423317"),
            (1.9113, 0.9488, "0.777881994367"),
        ] { expectDigits(EarthSimilarity.two(flux: s, radius: r), expected) }
    }

    @Test func `Similarity of four`() {
        for (r, d, v, t, expected) in [
            (0.532, 0.713, 0.449, 227.0, "0.697260251299"), (0.949, 0.951, 0.925, 730, "0.443981529764"),
            (0.382, 0.984, 0.379, 440, "0.595678847521"), (10.97, 0.240, 5.38, 152, "0.292980613492"),
        ] {
            expectDigits(EarthSimilarity.four(radius: r, density: d, escapeSpeed: v, temperature: t), expected)
        }
    }

    @Test func `Types: a limit belongs to the smaller class`() {
        let radii: [(Double, PlanetType)] = [
            (0.4, .miniterran), (0.41, .subterran), (0.8, .subterran), (1.6, .terran), (1.61, .superterran),
            (2.5, .superterran), (6, .neptunian), (6.01, .jovian),
        ]
        for (radius, type) in radii { #expect(PlanetType(radius: radius) == type, "\(radius)") }
        let masses: [(Double, PlanetType)] = [
            (0.1, .miniterran), (0.5, .subterran), (3, .terran), (10, .superterran), (50, .neptunian), (50.1, .jovian),
        ]
        for (mass, type) in masses { #expect(PlanetType(mass: mass) == type, "\(mass)") }
        #expect(
            [1, 2.1, 7.07, 7.08].map { NASAType(radius: $0) } == [.terrestrial, .superEarth, .neptuneLike, .gasGiant])
        #expect(
            [1, 5.05, 38.1, 38.2].map { NASAType(mass: $0) } == [.terrestrial, .superEarth, .neptuneLike, .gasGiant])
    }

    @Test func `Probability of the zone`() {
        func zone(_ s: Double, _ sigma: Double, _ t: Double) -> Double {
            Habitability.zoneProbability(thermalFlux: s, sigma: sigma, temperature: t)
        }
        expectDigits(zone(1.1, 0.1, 5780), "0.999999168313")
        expectDigits(zone(1.7, 0.2, 5780), "0.586549154000")
        expectDigits(zone(0.3, 0.3, 3000), "0.884614577339")
        expectDigits(
            Habitability.zoneProbability(
                thermalFlux: 1.1, sigma: 0.1, temperature: 5780, inner: .runawayEarth, outer: .maximumGreenhouse),
            "0.525289837477")
        #expect(zone(1.0, 0, 5780) == 1)
        #expect(zone(2.0, 0, 5780) == 0)
    }

    /// The upper bounds are sqrt(1 - (m sin i / 10)^2).
    @Test(arguments: [
        (6.1, 0.45, 0.790346226), (7.6, 0.5, 0.645188545), (5.46, 0.75, 0.832905340), (9.44, 1.6, 0.307752239),
        (1.08, 0.13, 0.994064882),
    ]) func `Of a minimum mass every inclination counts`(minimum: Double, error: Double, expected: Double) {
        func probability(_ error: Double) -> Double {
            Habitability.sizeProbability(minimum: minimum, error: error, above: 0.1, upTo: 10)
        }
        #expect((probability(error) - expected).magnitude < 1e-6)
        let bound = (1 - minimum * minimum / 100).squareRoot()
        #expect((probability(0) - bound).magnitude < 1e-15)
        #expect((probability(1e-9) - bound).magnitude < 1e-9)
        #expect(probability(error) < bound)
    }

    @Test func `No mass of this minimum counts`() {
        #expect(Habitability.sizeProbability(minimum: 10, error: 0, above: 0.1, upTo: 10) == 0)
        #expect(Habitability.sizeProbability(minimum: 300, error: 20, above: 0.1, upTo: 10) == 0)
        #expect(Habitability.sizeProbability(minimum: 11, error: 1, above: 0.1, upTo: 10) > 0)
    }

    @Test func `A forecast counts with its scatter`() {
        let scatter = ChenKipping.radiusScatter(radius: 1.1, logError: 0)
        #expect(scatter == 0.0403)
        #expect(Habitability.sizeProbability(median: 1.1, scatter: scatter, above: 0.4, upTo: 2.5) > 0.999999)
        #expect(
            (Habitability.sizeProbability(median: 2.5, scatter: 0.146, above: 0.4, upTo: 2.5) - 0.5).magnitude < 1e-6)
    }

    @Test func `The inverse of the normal tail`() {
        for z in stride(from: -8.0, through: 36, by: 0.37) {
            let p = NormalDistribution.above(z)
            guard p < 1 else { continue }
            // Near 1 the probability itself has no more digits.
            let tolerance = z < -3 ? 1e-16 / max(1e-300, 1 - p) : 1e-9
            #expect((NormalDistribution.tail(p) - z).magnitude < max(tolerance, 2e-8), "\(z)")
        }
    }
}
