// GET /api/planets/{key}/prediction: what is predicted of a planet, and the work shown: inputs, steps, sources.
// Not the formulas (PlanetCore/Science); computed when asked, from the same record that GET /api/planets/{key} shows.

import JSONText
import PlanetCore

struct PredictionRoute: Sendable {
    let services: WebServices

    @Sendable func show(_ request: Request, _ context: LoopContext) -> Outcome {
        let name = request.parameter("key")
        guard let row = services.catalogue.find(name)?.row, let discovery = row.discovery else {
            return .reply(.noPlanet(name))
        }
        let bytes = PredictionRoute.json(key: row.key, revision: Int(row.state.revision), discovery)
        return .reply(Response.json(bytes).with("Cache-Control", "no-cache"))
    }

    static func json(key: String, revision: Int, _ discovery: Discovery) -> [UInt8] {
        let prediction = Predictor.prediction(of: discovery)
        var writer = JSONWriter(capacity: 8192)
        writer.beginObject()
        writer.member("key", key)
        writer.member("pl_name", discovery[.pl_name] ?? "")
        writer.member("revision", revision)
        writer.member("predictor_version", Predictor.version)
        writer.key("prediction")
        writer.beginObject()
        for column in PredictionColumn.all { writer.value(column, of: prediction) }
        writer.endObject()
        writer.key("inputs")
        writer.beginArray()
        for input in Predictor.inputs(of: discovery) { writer.input(input) }
        writer.endArray()
        writer.key("steps")
        writer.beginArray()
        for step in Predictor.steps(of: discovery, prediction) { writer.step(step) }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }
}

extension JSONWriter {
    fileprivate mutating func value(_ column: PredictionColumn, of prediction: Prediction) {
        key(column.name)
        switch column.reading {
        case .real(let read): if let value = read(prediction) { real(value) } else { null() }
        case .integer(let read): if let value = read(prediction) { integer(value) } else { null() }
        case .text(let read): if let value = read(prediction) { string(value) } else { null() }
        case .boolean(let read): if let value = read(prediction) { boolean(value) } else { null() }
        }
    }

    fileprivate mutating func input(_ input: PredictionInput) {
        beginObject()
        member("name", "\(input.column)")
        member("value", input.value)
        for (name, error) in [("upper_error", input.upperError), ("lower_error", input.lowerError)] {
            key(name)
            if let error { real(error) } else { null() }
        }
        key("unit")
        if let unit = Columns.of(input.column).unit { string(unit) } else { null() }
        member("provenance", input.origin.rawValue)
        member("used", input.isUsed)
        endObject()
    }

    fileprivate mutating func step(_ step: PredictionStep) {
        beginObject()
        member("name", step.name)
        key("value")
        switch step.result {
        case .real(let value): real(value)
        case .integer(let value): integer(value)
        case .text(let value): string(value)
        }
        member("unit", step.unit)
        member("provenance", step.origin.rawValue)
        member("formula", step.formula)
        member("source", step.source)
        key("inputs")
        beginObject()
        for input in step.inputs { member(input.name, input.value) }
        endObject()
        endObject()
    }
}
