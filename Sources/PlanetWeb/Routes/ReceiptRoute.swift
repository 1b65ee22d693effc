// GET /api/receipts/{partition}/{offset}: what lies at a place of the log, in which file of the lake it is, and which
// board has it.
// Log and lake are read on threads of their own. Not how the answer is put together (RecordView.swift).

import EventLog
import HTTPWire
import PlanetCore

struct ReceiptRoute: Sendable {
    let services: WebServices

    /// `topic`: nil for planet-discoveries.
    static func path(_ topic: String?, _ partition: Int32, _ offset: Int64) -> String {
        "/api/receipts/\(partition)/\(offset)" + (topic.map { "?topic=" + PercentEncoding.encode($0) } ?? "")
    }

    @Sendable func show(_ request: Request, _ context: LoopContext) -> Outcome {
        var faults: [Problem.Fault] = []
        var topic = services.topics.discoveries
        for item in request.query {
            func fault(_ rule: RequestRule, _ detail: String) {
                faults.append(Problem.Fault(field: item.name, value: item.value, rule: rule, detail: detail))
            }
            if item.name != "topic" {
                fault(.unknown_parameter, "The parameter is topic.")
            } else if services.topics.stored.contains(item.value) {
                topic = item.value
            } else {
                fault(.not_a_choice, "Either \(services.topics.discoveries) or \(services.topics.rejected).")
            }
        }
        func whole<Number: FixedWidthInteger>(_ name: String, _: Number.Type) -> Number? {
            let text = request.parameter(name)
            if let number = Number(text), number >= 0, "\(number)" == text { return number }
            faults.append(
                Problem.Fault(
                    field: name, value: String(text.prefix(200)), rule: .out_of_range, detail: "A whole number from 0."
                ))
            return nil
        }
        let partition = whole("partition", Int32.self)
        let offset = whole("offset", Int64.self)
        guard let partition, let offset, faults.isEmpty else {
            return .reply(.problem(400, "The address has \(faults.count) fault(s).", errors: faults))
        }
        let view = RecordView(
            topic: topic, isReject: topic == services.topics.rejected, partition: partition, offset: offset)
        let responder = request.responder
        let asked = services.lookups.offer { [services] in
            ReceiptRoute.look(view, services) { responder.complete($0) }
        }
        return asked ? .pending : .reply(ReceiptRoute.busy)
    }

    private static let busy = Response.problem(503, "Too many records are being looked up. Try again.")
        .with("Retry-After", "1")

    private static func nowhere(_ view: RecordView, _ why: String) -> Response {
        .problem(404, "There is no record \(view.topic)/\(view.partition):\(view.offset): \(why).")
    }

    private static func look(
        _ view: RecordView, _ services: WebServices, _ answer: @escaping @Sendable (Response) -> Void
    ) {
        var view = view
        var missing = "it is no longer in the log, and not in the lake"
        do throws(LogError) {
            let bounds = try services.log.bounds(of: view.topic).first { $0.partition == view.partition }
            guard let bounds else { return answer(nowhere(view, "there is no such partition")) }
            guard view.offset < bounds.next else { return answer(nowhere(view, "the log ends at \(bounds.next)")) }
            if view.offset >= bounds.first {
                let batch = try services.log.fetch(
                    topic: view.topic, partition: view.partition, offsets: [view.offset])
                view.take(batch, services)
                if !view.isInLog { missing = "nothing lies there" }
            }
        } catch {
            return answer(error.response)
        }
        guard let archive = services.recordArchive else {
            guard view.isInLog else { return answer(nowhere(view, missing)) }
            view.reason = "this process reads no lake"
            return answer(shown(view, services))
        }
        let asked = archive.ask(topic: view.topic, partition: view.partition, offset: view.offset) {
            [view, missing] found in
            var view = view
            switch found {
            case .stored(let record): view.take(record)
            case .notStored: view.reason = "not in the lake yet: its roll is still open"
            case .failed: view.reason = "the lake cannot be read"
            }
            answer(view.isInLog || view.stored != nil ? shown(view, services) : nowhere(view, missing))
        }
        if !asked { answer(busy) }
    }

    private static func shown(_ view: RecordView, _ services: WebServices) -> Response {
        Response.json(view.json(services)).with("Cache-Control", "no-cache")
    }
}
