// The input of all paths: planets with the columns that most have, some 330 bytes of JSON each, the same in each run.

import EventLog
import PlanetCore
import PlanetFigures
import TestSupport

enum Inputs {
    static let methods = ["Transit", "Transit", "Transit", "Radial Velocity", "Microlensing", "Imaging"]
    static let facilities = ["Kepler", "K2", "La Silla Observatory", "OGLE", "W. M. Keck Observatory"]
    static let columns = [
        "pl_name", "hostname", "discoverymethod", "disc_year", "disc_facility", "pl_rade", "pl_orbper", "pl_bmasse",
        "st_teff", "st_rad", "st_mass", "sy_dist", "ra", "dec",
    ]

    /// The values of `columns` of so many planets, numbers without quotes.
    static func values(_ count: Int, seed: UInt64 = 5) -> [[String]] {
        var chance = SplitMix(seed: seed)
        func number(_ low: Int, _ high: Int, _ digits: Int) -> String {
            let whole = low + chance.below(high - low)
            let fraction = String(chance.below(digits == 0 ? 1 : [10, 100, 1000, 10000, 100_000][digits - 1]))
            return digits == 0
                ? "\(whole)" : "\(whole)." + String(repeating: "0", count: digits - fraction.utf8.count) + fraction
        }
        return (0..<count).map { planet in
            // Of many planets only the radius is known, of some only the mass.
            let known = chance.below(3)
            return [
                "Cost-\(planet) b", "Cost-\(planet)", methods[chance.below(methods.count)],
                "\(2000 + planet % 25)", facilities[chance.below(facilities.count)],
                known == 2 ? "" : number(1, 20, 3), number(1, 400, 5), known == 1 ? "" : number(1, 900, 2),
                number(3000, 7000, 0), number(1, 2, 3), number(1, 2, 3),
                number(5, 900, 3), number(0, 360, 5), number(0, 89, 5),
            ]
        }
    }

    /// A JSON object each; `more` is put before its end.
    static func json(_ values: [[String]], more: String = "") -> [[UInt8]] {
        values.map { values in
            let members = zip(columns, values).filter { !$1.isEmpty }.map { column, value in
                let isText = column.hasSuffix("name") || column.hasPrefix("disc") && column != "disc_year"
                return isText ? "\"\(column)\":\"\(value)\"" : "\"\(column)\":\(value)"
            }
            return Array("{\(members.joined(separator: ","))\(more)}".utf8)
        }
    }

    /// As they are after validation.
    static func valid(_ values: [[String]]) -> [Validated] {
        var decoder = DiscoveryDecoder()
        return json(values).map { json in
            guard case .accept(let valid) = decoder.decode(json) else { fatalError("an input was refused") }
            return valid
        }
    }

    /// As the log has them: of every four records three are of new planets, and one changes the planet before it.
    static func revised(_ count: Int) -> [[String]] {
        var values = values(count)
        for index in stride(from: 3, to: count, by: 4) {
            values[index] = values[index - 1]
            values[index][5] = "3.25"
            values[index][7] = "12.5"
        }
        return values
    }

    static func batch(_ count: Int) -> RecordBatch {
        var batch = RecordBatch()
        let headers = batch.addHeaders([RecordHeader("source", "api"), RecordHeader("schema-version", "1")])
        for (index, json) in json(revised(count)).enumerated() {
            batch.append(
                key: Array("cost-\(index)".utf8), value: json, headers: headers, offset: Int64(index),
                timestamp: 1_764_000_000_000_000 + Int64(index) * 1000)
        }
        return batch
    }

    /// What the records do to the aggregates.
    static func events(_ values: [[String]]) -> [CatalogueEvent] {
        var planets = KeyedRows()
        return valid(values).enumerated().map { index, valid in
            let outcome = planets.apply(key: valid.key, .discovery(valid.discovery))
            guard case .change(let change) = outcome.effect else { fatalError("an input was refused") }
            func facts(_ value: PlanetState.Value, _ forecast: KeptForecast?) -> PlanetFacts? {
                guard case .planet(let discovery) = value else { return nil }
                return PlanetFacts(discovery, key: valid.key, forecast: forecast)
            }
            return CatalogueEvent(
                .change(change), partition: 0, offset: Int64(index),
                timestamp: 1_764_000_000_000_000 + Int64(index) * 1000,
                before: facts(outcome.before, outcome.forecastBefore), after: facts(outcome.after, outcome.forecast))
        }
    }
}

extension HotPath {
    /// How many records its input has to have.
    static func inputs(_ records: Int) -> Int { warmUp + records }
}
