// The relations used to forecast masses and radii, as lines for the mass-radius diagram. The planets are in
// mass_radius.

import Glibc
import JSONText
import PlanetCore

final class MassRadiusRelation: StoredAggregate {
    let name = "mass_radius_relation"
    var state = MassRadiusRelation.lines

    private static let lines: ConstantLines = {
        /// From `low` to `high` in steps of an eighth of a decade.
        func line(_ low: Double, _ high: Double, _ point: (Double, inout JSONWriter) -> Void) -> [UInt8] {
            JSONWriter.array(capacity: 4096) {
                for log in stride(from: low, to: high, by: 0.125) { point(pow(10, log), &$0) }
                point(pow(10, high), &$0)
            }
        }
        let forecast = line(-2, 4) { mass, writer in
            guard let radius = ChenKipping.radiusForecast(mass: mass) else { return }
            writer.point(mass, radius.q50, radius.q16, radius.q84, radius.q025, radius.q975)
        }
        func opinion(_ low: Double, _ high: Double, _ radius: (Double) -> Double?) -> [UInt8] {
            line(low, high) { mass, writer in
                if let radius = radius(mass) { writer.point(mass, radius) }
            }
        }
        let lines = [
            ("chen_kipping_2017", forecast),
            ("otegi_2020_rocky", opinion(-1, log10(25), Otegi.rockyRadius)),
            ("otegi_2020_volatile", opinion(log10(5), log10(119.9), Otegi.volatileRadius)),
            ("mueller_2024", opinion(-1, 4, Mueller.radius)),
        ]
        return ConstantLines("A line of a published relation: no planet is counted in it.", lines)
    }()

    func apply(_ events: ArraySlice<CatalogueEvent>) {}
    func follow(_ parts: [MassRadiusRelation]) -> Int { 0 }
    func members(of group: String) -> GroupMembers? { state.members(of: group) }
}
