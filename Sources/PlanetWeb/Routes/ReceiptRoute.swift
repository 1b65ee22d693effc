// GET /api/receipts/{partition}/{offset}: the record there in the log, its file in the lake, and the board that
// includes it. Log and lake are read on threads of their own. RecordView.swift makes the answer.

import EventLog
import HTTPWire
import PlanetCore

struct ReceiptRoute: Sendable {
    let services: WebServices

    /// `topic`: nil for planet-discoveries. `prefix`: `Caller.prefix`.
    static func path(_ topic: String?, _ partition: Int32, _ offset: Int64, prefix: String) -> String {
        prefix + "/api/receipts/\(partition)/\(offset)" + (topic.map { "?topic=" + PercentEncoding.encode($0) } ?? "")
    }

    @Sendable func show(_ request: Request, _ context: LoopContext) -> Outcome {
        var faults: [Problem.Fault] = []
        var topic = services.topics.discoveries
        var key: String?
        for item in request.query {
            func fault(_ rule: RequestRule, _ detail: String) {
                faults.append(Problem.Fault(field: item.name, value: item.value, rule: rule, detail: detail))
            }
            if item.name == "key" {
                key = IdentityKey.of(item.value) ?? item.value
            } else if item.name != "topic" {
                fault(.unknown_parameter, "The parameters are topic and key.")
            } else if services.topics.stored.contains(item.value) {
                topic = item.value
            } else {
                fault(.not_a_choice, "Either \(services.topics.discoveries) or \(services.topics.rejected).")
            }
        }
        func whole<Number: FixedWidthInteger>(_ name: String, from least: Number, _ detail: String) -> Number? {
            let text = request.parameter(name)
            if let number = Number(text), number >= least, "\(number)" == text { return number }
            let value = String(text.prefix(200))
            faults.append(.init(field: name, value: value, rule: .out_of_range, detail: detail))
            return nil
        }
        let partition = whole("partition", from: Int32(0), "A whole number from 0.")
        // Histories contain offsets below 0: records of an earlier log, which only the lake has.
        let offset = whole("offset", from: Int64.min, "A whole number.")
        guard let partition, let offset, faults.isEmpty else {
            return .reply(.problem(400, "The address has \(faults.count) fault(s).", errors: faults))
        }
        let view = RecordView(
            topic: topic, isReject: topic == services.topics.rejected, partition: partition, offset: offset)
        let (responder, caller) = (request.responder, request.caller)
        let work = Work()
        let asked = services.lookups.offer { [services, key] in
            if work.isCancelled { return }
            ReceiptRoute.look(view, services) { found in
                responder.complete(ReceiptRoute.answer(found, about: key, to: caller, services))
            }
        }
        return asked ? .working(work) : .reply(ReceiptRoute.busy)
    }

    private static let noLake = "this process reads no lake"
    private static let busy = Response.unavailable("Too many records are being looked up. Try again.")

    private enum Found {
        case record(RecordView)
        case nothing(Response)
    }

    private static func nowhere(_ view: RecordView, _ why: String) -> Found {
        .nothing(.problem(404, "There is no record \(view.topic)/\(view.partition):\(view.offset): \(why)."))
    }

    /// `key`: the receipt's, if the client sends it.
    private static func answer(
        _ found: Found, about key: String?, to caller: Caller, _ services: WebServices
    ) -> Response {
        switch found {
        case .nothing(let response): return response
        case .record(let view):
            if services.access.hides(
                sender: view.submitter, view.mark, isRefused: view.verdict == .rejected, from: caller)
            {
                return AccessPolicy.refusal(.curate, caller)
            }
            if let key, key != view.key {
                return .problem(
                    404,
                    "At \(view.topic)/\(view.partition):\(view.offset) lies a record of \(view.key ?? "no key"), not "
                        + "of \(key.prefix(100)): the log is not the one that the receipt is of."
                        + (services.isOfSeveralLogs ? " It is of an earlier one, whose records only the lake has." : "")
                )
            }
            return Response.json(view.json(services, for: caller)).with("Cache-Control", "private, no-cache")
        }
    }

    private static func look(
        _ view: RecordView, _ services: WebServices, _ answer: @escaping @Sendable (Found) -> Void
    ) {
        var view = view
        let readsLake = services.recordArchive != nil
        var missing = "it is no longer in the log, and " + (readsLake ? "not in the lake" : noLake)
        do throws(LogError) {
            let bounds = try services.log.bounds(of: view.topic, partition: view.partition)
            guard let bounds else { return answer(nowhere(view, "there is no such partition")) }
            guard view.offset < bounds.next else {
                let earlier =
                    services.isOfSeveralLogs ? ". A receipt of an earlier log names its record in the lake" : ""
                return answer(nowhere(view, "the log ends at \(bounds.next)\(earlier)"))
            }
            if view.offset < 0 {
                missing = "below 0 are records of an earlier log, which only the lake has, and "
                missing += readsLake ? "it has none there" : noLake
            }
            if view.offset >= bounds.first {
                let batch = try services.log.fetch(
                    topic: view.topic, partition: view.partition, offsets: [view.offset])
                view.take(batch, services)
                if !view.isInLog { missing = "nothing lies there" }
            }
        } catch {
            return answer(.nothing(error.response))
        }
        guard let archive = services.recordArchive else {
            guard view.isInLog else { return answer(nowhere(view, missing)) }
            view.reason = noLake
            return answer(.record(view))
        }
        let asked = archive.ask(topic: view.topic, partition: view.partition, offset: view.offset) {
            [view, missing] found in
            var view = view
            switch found {
            case .stored(let record): view.take(record)
            case .notStored: (view.isStored, view.reason) = (false, "not in the lake yet: its roll is still open")
            case .failed: (view.isStored, view.reason) = (nil, "the lake cannot be read")
            }
            guard view.isInLog || view.stored != nil else { return answer(nowhere(view, missing)) }
            guard !view.isInLog, !view.isReject else { return answer(.record(view)) }
            // The log's value, from the lake.
            let asked = archive.values(topic: view.topic, partition: view.partition, offsets: [view.offset]) {
                [view] values in
                var view = view
                view.record = values?[view.offset]
                answer(.record(view))
            }
            if !asked { answer(.nothing(busy)) }
        }
        if !asked { answer(.nothing(busy)) }
    }
}
