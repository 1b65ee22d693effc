// Forecasts of mass and radius: the worked vectors, with the exact grid of 20,001 points as the oracle of the closed
// form.

import Glibc
import Testing

@testable import PlanetCore

/// The definition, slowly: a flat prior in log10 M on 20,001 points, trapezoids, linear interpolation.
struct PosteriorGrid {
    private var masses: [Double] = []
    private var cumulated: [Double] = []

    init(radius: Double, logError: Double = 0) {
        // Written out again here: an oracle must not share its constants with what it judges.
        let joints = [log10(2.04), log10(0.414 * 317.828406594675), log10(0.08 * 332946.078328070)]
        let slopes = [0.2790, 0.589, -0.044, 0.881]
        let scatters = [0.0403, 0.146, 0.0737, 0.0443]
        var intercepts = [log10(1.008)]
        for k in 0..<3 { intercepts.append(intercepts[k] + (slopes[k] - slopes[k + 1]) * joints[k]) }
        let count = 20_001
        let (low, high) = (-3.522, log10(30 * 317.828406594675))
        var before = 0.0
        var sum = 0.0
        for index in 0..<count {
            let m = low + (high - low) * Double(index) / Double(count - 1)
            let k = joints.firstIndex { m < $0 } ?? 3
            let sigma = (scatters[k] * scatters[k] + logError * logError).squareRoot()
            let z = (log10(radius) - intercepts[k] - slopes[k] * m) / sigma
            let density = exp(-z * z / 2) / sigma
            if index > 0 { sum += (density + before) / 2 }
            before = density
            masses.append(m)
            cumulated.append(sum)
        }
    }

    /// log10 M.
    func quantile(_ p: Double) -> Double {
        let target = p * cumulated[cumulated.count - 1]
        var low = 0
        var high = cumulated.count - 1
        while high - low > 1 {
            let middle = (low + high) / 2
            if cumulated[middle] < target { low = middle } else { high = middle }
        }
        return masses[low] + (masses[high] - masses[low]) * (target - cumulated[low])
            / (cumulated[high] - cumulated[low])
    }

    func probability(below logMass: Double) -> Double {
        guard let place = masses.firstIndex(where: { $0 > logMass }) else { return 1 }
        return place == 0 ? 0 : cumulated[place - 1] / cumulated[cumulated.count - 1]
    }
}

@Suite struct MassRadiusTests {
    @Test func `Joints`() {
        expectDigits(ChenKipping.jointRadii.0, "1.229836416767")
        expectDigits(ChenKipping.jointRadii.1, "14.311326427665")
        expectDigits(ChenKipping.jointRadii.2, "11.329323313226")
        expectDigits(power10(ChenKipping.branches.1.intercept), "0.808118744")
        expectDigits(power10(ChenKipping.branches.2.intercept), "17.7388")
        expectDigits(power10(ChenKipping.branches.1.end), "131.581")
        expectDigits(Nominal.hydrogenLimit, "26635.7")
    }

    @Test func `Radius of a mass`() {
        for (mass, radius) in [
            (0.01, "0.278907717857"), (0.1, "0.530225404522"), (1, "1.008"), (5, "2.085299853706"),
            (17.15, "4.309796354534"), (100, "12.175174101214"), (317.828, "13.766639094749"),
            (4131.8, "12.297426998676"),
        ] {
            expectDigits(ChenKipping.radius(mass: mass), radius)
            expectDigits(ChenKipping.radiusForecast(mass: mass)?.q50, radius)
        }
        expectDigits(ChenKipping.radiusForecast(mass: 5)?.q16, "1.492717628812")
        expectDigits(ChenKipping.radiusForecast(mass: 5)?.q84, "2.913126632883")
        #expect(ChenKipping.radius(mass: 2e-4) == nil)
        #expect(ChenKipping.radius(mass: 4e5) == nil)
        let sharp = ChenKipping.radiusForecast(mass: 5)
        let blurred = ChenKipping.radiusForecast(mass: 5, logError: 0.2)
        #expect(sharp?.q50 == blurred?.q50)
        #expect((blurred?.q84 ?? 0) > (sharp?.q84 ?? .infinity))
    }

    private static let vectors: [(Double, String?, String, String, String)] = [
        (0.5, "0.081028183168", "0.058231675480", "0.081087692210", "0.113021504645"),
        (1, "0.971844226812", "0.715259395997", "1.019590303630", "1.613645180546"),
        (1.5, "2.857948925543", "2.344113882408", "3.410241334010", "5.571132350720"),
        (2, "4.657732677657", "3.009728603111", "4.911101262792", "8.453520400770"),
        (4, "15.109884319782", "8.569141806968", "15.111508093018", "26.652498976227"),
        (8, "49.017111963600", "28.729398272984", "52.337697738828", "107.988863335805"),
        (12, nil, "172.043855339692", "1101.834552500531", "4886.667050170303"),
    ]

    @Test func `Mass of a radius: the grid gives the digits, the closed form agrees to a thousandth of a dex`() {
        for (radius, point, q16, q50, q84) in MassRadiusTests.vectors {
            if let point {
                expectDigits(ChenKipping.massPoint(radius: radius), point)
            } else {
                #expect(ChenKipping.massPoint(radius: radius) == nil)
            }
            let grid = PosteriorGrid(radius: radius)
            let posterior = MassPosterior(radius: radius)
            for (level, text) in [(0.16, q16), (0.5, q50), (0.84, q84)] {
                let exact = grid.quantile(level)
                #expect(
                    (power10(exact) - (Double(text) ?? 0)).magnitude < 2e-11 * power10(exact),
                    "\(radius) \(level): \(power10(exact))")
                #expect(((posterior?.quantile(level) ?? .nan) - exact).magnitude < 1e-3, "\(radius) \(level)")
            }
        }
    }

    /// All radii that validation lets through and more, with and without errors.
    @Test func `The closed form agrees with the grid everywhere`() throws {
        var worst = 0.0
        for error in [0, 0.01, 0.1] {
            for step in 0...40 {
                // 0.05 to 100 Earth radii.
                let radius = power10(-1.3 + 3.3 * Double(step) / 40)
                let grid = PosteriorGrid(radius: radius, logError: error)
                let posterior = try #require(MassPosterior(radius: radius, logError: error))
                for level in Quantiles.levels {
                    let difference = (posterior.quantile(level) - grid.quantile(level)).magnitude
                    worst = max(worst, difference)
                    #expect(difference < 1e-3, "R \(radius) error \(error) level \(level)")
                    let there = posterior.quantile(level)
                    #expect(
                        (posterior.probability(below: there) - level).magnitude < 1e-6,
                        "R \(radius) error \(error) level \(level)")
                }
                let joint = ChenKipping.branches.0.end
                #expect((posterior.probability(below: MassPosterior.highest) - 1).magnitude < 1e-12)
                #expect((posterior.probability(below: joint) - grid.probability(below: joint)).magnitude < 2e-3)
            }
        }
        #expect(worst < 1e-4)
    }

    @Test func `A giant's radius tells little`() throws {
        let ten = try #require(MassPosterior(radius: 10)?.quantiles)
        #expect((60...70).contains(ten.q16))
        #expect((5000...5700).contains(ten.q84))
        #expect(MassPosterior.isDegenerate(ten))
        #expect(MassPosterior.isDegenerate(try #require(MassPosterior(radius: 12)?.quantiles)))
        #expect(!MassPosterior.isDegenerate(try #require(MassPosterior(radius: 8)?.quantiles)))
        #expect(MassPosterior(radius: 1e-6) == nil)
        #expect(MassPosterior(radius: 0) == nil)
    }

    @Test func `Second opinions`() throws {
        #expect(Otegi.rockyMass(radius: 1) == 0.90)
        #expect(Otegi.volatileRadius(mass: 1) == 0.70)
        #expect(Otegi.rockyRadius(mass: 121) == nil)
        #expect((try #require(Mueller.mass(radius: 1.6)) - 5.30).magnitude < 0.005)
        #expect((try #require(Mueller.mass(radius: 1.7)) - 5.25).magnitude < 0.005)
        #expect(Mueller.mass(radius: 16) == nil)
        #expect(Mueller.radius(mass: 1) == 1.02)
    }
}
