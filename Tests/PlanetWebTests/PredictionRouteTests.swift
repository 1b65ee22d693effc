// The work shown: every number of a prediction has its step, and a step's inputs are inputs of the record or results of
// earlier steps.

import Foundation
import PlanetCore
import Testing

@testable import PlanetWeb

@Suite struct PredictionRouteTests {
    private func answer(_ change: (inout DiscoveryDraft) -> Void = { _ in }) throws -> [String: Any] {
        var draft = DiscoveryDraft()
        draft[.pl_name] = "Kepler-22 b"
        draft[.discoverymethod] = "Transit"
        draft[.pl_rade] = 2.1
        draft[.pl_radeerr1] = 0.12
        draft[.pl_radeerr2] = -0.12
        draft[.pl_bmasse] = 9.1
        draft[.pl_bmasselim] = 1
        draft[.pl_orbper] = 289.863876
        draft[.pl_orbsmax] = 0.812
        draft[.pl_orbeccen] = 0.72
        draft[.pl_orbeccenlim] = 1
        draft[.st_teff] = 5596
        draft[.st_rad] = 0.87
        draft[.st_mass] = 0.857
        change(&draft)
        let bytes = PredictionRoute.json(key: "kepler22b", revision: 3, draft.discovery)
        return try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    }

    @Test func everyNumberHasItsStep() throws {
        let answer = try answer()
        #expect(answer["key"] as? String == "kepler22b")
        #expect(answer["predictor_version"] as? String == Predictor.version)
        let prediction = try #require(answer["prediction"] as? [String: Any])
        let steps = try #require(answer["steps"] as? [[String: Any]])
        let byName = Dictionary(steps.map { ($0["name"] as? String ?? "", $0) }, uniquingKeysWith: { $1 })
        #expect(byName.count == steps.count)
        for (name, value) in prediction {
            guard let number = value as? NSNumber, !(value is Bool) else { continue }
            if ["radius_measured", "mass_measured", "degenerate"].contains(name) { continue }
            #expect((byName[name]?["value"] as? NSNumber) == number, "\(name)")
        }
        // The published number: flux 1.01 with the eccentricity, a bound, left out.
        #expect(prediction["ecc_source"] as? String == "assumed_0")
        #expect((prediction["flux_mean"] as? Double).map { (1.0...1.02).contains($0) } == true)
        #expect(prediction["hz_class"] as? String == "conservative")
        #expect(prediction["habitable"] as? Int == 1)
        #expect(prediction["density_e"] is NSNull)
        #expect(byName["ecc_used"]?["provenance"] as? String == "assumed")
        #expect(byName["ck_mass_q50"]?["provenance"] as? String == "forecast")
        var known = Set(Predictor.inputColumns.map { "\($0)" })
        known.formUnion(["sigma_ln_flux", "sigma_log_radius", "sigma_log_mass"])
        for step in steps {
            for input in (step["inputs"] as? [String: Any] ?? [:]).keys { #expect(known.contains(input), "\(input)") }
            known.insert(step["name"] as? String ?? "")
            #expect((step["source"] as? String)?.isEmpty == false)
        }
        let inputs = try #require(answer["inputs"] as? [[String: Any]])
        let mass = inputs.first { $0["name"] as? String == "pl_bmasse" }
        #expect(mass?["provenance"] as? String == "bound")
        #expect(mass?["used"] as? Bool == false)
    }

    @Test func aNameAloneStillAnswers() throws {
        var draft = DiscoveryDraft()
        draft[.pl_name] = "X b"
        let bytes = PredictionRoute.json(key: "xb", revision: 1, draft.discovery)
        let answer = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        #expect((answer["inputs"] as? [Any])?.isEmpty == true)
        #expect((answer["prediction"] as? [String: Any])?["hz_class"] is NSNull)
    }

    @Test func aGiantHasNoSingleMass() throws {
        let answer = try answer { $0[.pl_rade] = 10.5 }
        let names = (answer["steps"] as? [[String: Any]] ?? []).compactMap { $0["name"] as? String }
        #expect(!names.contains("ck_mass_point"))
        #expect(names.contains("ck_mass_q84"))
        #expect((answer["prediction"] as? [String: Any])?["degenerate"] as? Bool == true)
    }
}
