// The relations that masses and radii are forecast with, as lines for the mass-radius diagram. They follow from the program alone.
// Not the planets: those are MassRadius's.

import Glibc
import JSONText
import PlanetCore

final class MassRadiusRelation: Aggregate {
    static let name = "mass_radius_relation"
    static let digested = Digested.all
    private var isTold = false

    init() {}

    static let lines: [(group: String, json: [UInt8])] = {
        /// From `low` to `high` in steps of an eighth of a decade.
        func line(_ low: Double, _ high: Double, _ point: (Double, inout JSONWriter) -> Void) -> [UInt8] {
            var writer = JSONWriter(capacity: 4096)
            writer.beginArray()
            for log in stride(from: low, to: high, by: 0.125) { point(pow(10, log), &writer) }
            point(pow(10, high), &writer)
            writer.endArray()
            return writer.bytes
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
        return [
            ("chen_kipping_2017", forecast),
            ("otegi_2020_rocky", opinion(-1, log10(25), Otegi.rockyRadius)),
            ("otegi_2020_volatile", opinion(log10(5), log10(119.9), Otegi.volatileRadius)),
            ("mueller_2024", opinion(-1, 4, Mueller.radius)),
        ]
    }()

    func apply(_ events: ArraySlice<CatalogueEvent>) {}
    func merge(_ other: MassRadiusRelation) {}

    func write(_ scope: GroupWriter.Scope, to groups: inout GroupWriter) {
        if scope == .changes, isTold { return }
        if scope == .changes { isTold = true }
        for line in MassRadiusRelation.lines { groups.json(line.group, line.json) }
    }

    func save(to state: inout StateWriter) {}
    func restore(from state: inout StateReader) throws(StateError) {}
}
