// GET /api/planets/{key}/prediction: a planet's prediction with its inputs, steps and sources. Computed on demand, by
// PlanetCore/Science, from the same record that GET /api/planets/{key} shows.

import JSONText
import PlanetCore

struct PredictionRoute: Sendable {
    let services: WebServices

    @Sendable func show(_ request: Request, _ context: LoopContext) -> Outcome {
        let name = request.parameter("key")
        guard let row = services.catalogue.find(name)?.row, let discovery = row.discovery else {
            return .reply(.noPlanet(name))
        }
        let bytes = PredictionRoute.json(key: row.key, revision: Int(row.revision), discovery)
        return .reply(Response.json(bytes).with("Cache-Control", "no-cache"))
    }

    static func json(key: String, revision: Int, _ discovery: Discovery) -> [UInt8] {
        let prediction = Predictor.prediction(of: discovery)
        return JSONWriter.object(capacity: 8192) {
            $0.member("key", key)
            $0.member("pl_name", discovery[.pl_name] ?? "")
            $0.member("revision", revision)
            $0.member("predictor_version", Predictor.version)
            $0.object("prediction") { for column in PredictionColumn.all { $0.value(column, of: prediction) } }
            $0.array("inputs") { for input in Predictor.inputs(of: discovery) { $0.input(input) } }
            $0.array("steps") { for step in Predictor.steps(of: discovery, prediction) { $0.step(step) } }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func value(_ column: PredictionColumn, of prediction: Prediction) {
        withUnsafePointer(to: prediction) { prediction in
            switch column.reading {
            case .real(let read): optional(column.name, read(prediction))
            case .integer(let read): optional(column.name, read(prediction))
            case .text(let read): optional(column.name, read(prediction))
            case .boolean(let read): optional(column.name, read(prediction))
            }
        }
    }

    fileprivate mutating func input(_ input: PredictionInput) {
        object {
            $0.member("name", "\(input.column)")
            $0.member("value", input.value)
            $0.optional("upper_error", input.upperError)
            $0.optional("lower_error", input.lowerError)
            $0.optional("unit", Columns.of(input.column).unit)
            $0.member("provenance", input.origin.rawValue)
            $0.member("used", input.isUsed)
        }
    }

    fileprivate mutating func step(_ step: PredictionStep) {
        object {
            $0.member("name", step.name)
            switch step.result {
            case .real(let value): $0.member("value", value)
            case .integer(let value): $0.member("value", value)
            case .text(let value): $0.member("value", value)
            }
            $0.member("unit", step.unit)
            $0.member("provenance", step.origin.rawValue)
            $0.member("formula", step.formula)
            $0.member("source", step.source)
            $0.object("inputs") { for input in step.inputs { $0.member(input.name, input.value) } }
        }
    }
}
