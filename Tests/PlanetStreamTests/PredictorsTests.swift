// Predictions over the archive's whole table: the exact counts, no NaN anywhere, the published forecasts reproduced;
// and the planets of the Solar System.

import Foundation
import PlanetCore
import Testing

@testable import PlanetStream

private let predictions = archive.map { Predictor.prediction(of: $0.discovery) }

@Suite struct PredictorsTests {
    private let board: [String: [String: String]]

    init() {
        let partition = Partition()
        partition.apply(records(archive))
        board = partition.board()
    }

    @Test func typesAndZones() {
        #expect(
            board["by_type"] == [
                "Jovian": "1983", "Superterran": "1432", "Neptunian": "1428", "Terran": "1073", "Subterran": "89",
                "Miniterran": "4", "null": "52",
            ])
        #expect(
            board["by_zone"] == [
                "hot": "5052", "cold": "360", "conservative": "186", "optimistic": "95", "null": "368",
            ])
        #expect(board["by_temperature"] == ["Hot": "5052", "Cold": "360", "Warm": "281", "null": "368"])
        #expect(board["by_habitability"] == ["2": "28", "1": "50", "0": "5576", "null": "407"])
        #expect(board["by_zone_type"]?.values.reduce(0) { $0 + (Int($1) ?? 0) } == 6061)
        #expect(board["by_nasa_type"]?["null"] == "52")
    }

    @Test func substitutions() {
        #expect(predictions.count { $0.eccentricitySource == .assumedZero } == 1182)
        #expect(predictions.count { $0.axisSource == .kepler3 } == 294)
        #expect(predictions.count { $0.zoneDomain == .clamped } == 7)
        #expect(predictions.count { $0.zoneDomain == .out } == 68)
    }

    /// Infinite and not-a-number values, in every value of every row.
    @Test func everyNumberIsFinite() {
        var numbers = 0
        for prediction in predictions {
            for column in PredictionColumn.all {
                guard case .real(let read) = column.reading,
                    let value = withUnsafePointer(to: prediction, { read($0) })
                else { continue }
                numbers += 1
                #expect(value.isFinite, "\(column.name)")
            }
            if let probability = prediction.habitableProbability { #expect((0...1).contains(probability)) }
            if let q = prediction.massForecast {
                #expect(q.q025 <= q.q16 && q.q16 <= q.q50 && q.q50 <= q.q84 && q.q84 <= q.q975)
            }
        }
        #expect(numbers > 6061 * 10)
    }

    /// The archive's own forecasts of masses are the same relation, rounded to three digits.
    @Test func theArchivesForecastsAreOurs() throws {
        var forecasts = 0
        for (planet, prediction) in zip(archive, predictions) where prediction.massOrigin == .forecast {
            guard let mass = prediction.mass, prediction.radiusOrigin != nil else { continue }
            forecasts += 1
            let point = try #require(prediction.massPoint)
            #expect((point / mass - 1).magnitude < 0.005, "\(planet.key): \(point) for \(mass)")
        }
        #expect(forecasts == 2855)
    }

    @Test func candidates() throws {
        let candidates = try #require(board["candidates"])
        #expect(candidates.count == 78)
        for key in ["l98-59f", "trappist1e", "proximacenb", "teegarden'sstarb", "kepler442b"]
        where candidates[key] != nil {
            #expect(number(candidates[key], "habitable") == 2, "\(key)")
        }
        #expect(number(candidates["l98-59f"], "habitable") == 2)
        #expect(number(candidates["toi1266d"], "habitable") == 1)
        for value in candidates.values {
            #expect(number(value, "esi2").map { (0...1).contains($0) } == true)
            #expect(number(value, "flux_thermal").map { (0.2...2).contains($0) } == true)
        }
        #expect(board["hz_points"]?.count == 300)
        // Every candidate is among the points.
        for key in candidates.keys { #expect(board["hz_points"]?[key] != nil, "\(key)") }
    }

    /// The brief's table: the relation judged on planets with both values measured.
    @Test func hindsight() throws {
        let radius = board["scoreboard"]?["hindsight/radius"]
        let mass = board["scoreboard"]?["hindsight/mass"]
        #expect(number(radius, "n").map { (1400...1500).contains($0) } == true, "\(radius ?? "")")
        #expect(number(radius, "median_error_dex").map { ($0 - 0.073).magnitude < 0.003 } == true, "\(radius ?? "")")
        #expect(number(radius, "coverage_68").map { ($0 - 0.66).magnitude < 0.03 } == true, "\(radius ?? "")")
        #expect(number(radius, "coverage_95").map { ($0 - 0.91).magnitude < 0.03 } == true, "\(radius ?? "")")
        #expect(number(mass, "median_error_dex").map { ($0 - 0.267).magnitude < 0.005 } == true, "\(mass ?? "")")
        #expect(number(mass, "coverage_68").map { ($0 - 0.73).magnitude < 0.02 } == true, "\(mass ?? "")")
        #expect(number(mass, "coverage_95").map { ($0 - 0.93).magnitude < 0.02 } == true, "\(mass ?? "")")
        #expect(board["scoreboard"]?["mass"]?.hasPrefix(#"{"n":0,"median_error_dex":null"#) == true)
    }

    /// JPL's values with mean radii: name, radius, mass, period in years, eccentricity; zone; density and escape speed
    /// as JPL prints them.
    @Test(arguments: [
        ("Mercury", 2439.4, 0.330103, 0.2408467, 0.20563593, "hot", 5.4289, 4.25),
        ("Venus", 6051.8, 4.86731, 0.61519726, 0.00677672, "hot", 5.243, 10.36),
        ("Earth", 6371.0084, 5.97217, 1.0000174, 0.01671123, "conservative", 5.5134, 11.19),
        ("Mars", 3389.5, 0.641691, 1.8808476, 0.0933941, "conservative", 3.934, 5.03),
        ("Jupiter", 69911.0, 1898.125, 11.862615, 0.04838624, "cold", 1.3262, 60.2),
        ("Saturn", 58232.0, 568.317, 29.447498, 0.05386179, "cold", 0.6871, 36.09),
        ("Uranus", 25362.0, 86.8099, 84.016846, 0.04725744, "cold", 1.27, 21.38),
        ("Neptune", 24622.0, 102.4092, 164.79132, 0.00859048, "cold", 1.638, 23.56),
    ])
    func solarSystem(
        _ name: String, _ kilometres: Double, _ mass24: Double, _ years: Double, _ e: Double, _ zone: String,
        _ density: Double, _ escape: Double
    ) throws {
        var draft = DiscoveryDraft()
        draft[.pl_name] = name
        draft[.pl_rade] = kilometres * 1000 / Nominal.earthRadius
        draft[.pl_radeerr1] = 0.001
        draft[.pl_bmasse] = mass24 * 1e24 * Nominal.gravitation / Nominal.earthGM
        draft[.pl_orbper] = years * 365.25
        draft[.pl_orbeccen] = e
        draft[.st_teff] = 5772
        draft[.st_rad] = 1
        draft[.st_mass] = 1
        let prediction = Predictor.prediction(of: draft.discovery)
        #expect(prediction.zone?.rawValue == zone)
        #expect(prediction.axisSource == .kepler3)
        let ours = try #require(prediction.density) * Nominal.earthDensity
        #expect((ours / density - 1).magnitude < 1e-3, "\(ours)")
        let speed =
            try #require(prediction.escapeSpeed) * (2 * Nominal.earthGM / Nominal.earthRadius).squareRoot() / 1000
        #expect((speed / escape - 1).magnitude < 2e-3, "\(speed)")
        #expect(prediction.surfaceTemperature != nil || prediction.type?.hasSurface == false)
        if name == "Earth" {
            #expect(prediction.habitable == 2)
            #expect((try #require(prediction.surfaceTemperature) - 288).magnitude < 0.1)
            #expect((try #require(prediction.esi4) - 1).magnitude < 0.01)
        }
    }

    @Test func nothingInNothingOut() {
        var draft = DiscoveryDraft()
        draft[.pl_name] = "Nameless b"
        let prediction = Predictor.prediction(of: draft.discovery)
        withUnsafePointer(to: prediction) { prediction in
            for column in PredictionColumn.all {
                switch (column.name, column.reading) {
                case ("ecc_used", .real(let read)): #expect(read(prediction) == 0)
                case ("ecc_source", .text(let read)): #expect(read(prediction) == "assumed_0")
                case (_, .real(let read)): #expect(read(prediction) == nil, "\(column.name)")
                case (_, .integer(let read)): #expect(read(prediction) == nil, "\(column.name)")
                case (_, .text(let read)): #expect(read(prediction) == nil, "\(column.name)")
                case (_, .boolean(let read)): #expect(read(prediction) != true, "\(column.name)")
                }
            }
        }
    }

    /// A limit counts as missing, whatever the value.
    @Test func boundsAreNotValues() {
        var draft = DiscoveryDraft()
        draft[.pl_name] = "Bound b"
        draft[.pl_rade] = 2
        draft[.pl_radeerr1] = 0.1
        draft[.pl_bmasse] = 30
        draft[.pl_bmasselim] = 1
        draft[.pl_orbeccen] = 0.72
        draft[.pl_orbeccenlim] = 1
        draft[.pl_orbsmax] = 0.5
        let prediction = Predictor.prediction(of: draft.discovery)
        #expect(prediction.mass == nil)
        #expect(prediction.massOrigin == .bound)
        #expect(prediction.density == nil)
        #expect(prediction.eccentricity == 0)
        #expect(prediction.eccentricitySource == .assumedZero)
        #expect(prediction.massForecast != nil)
        draft[.pl_bmasselim] = 0
        let known = Predictor.prediction(of: draft.discovery)
        #expect(known.density == 3.75)
        #expect(known.massForecast == nil)
    }
}
