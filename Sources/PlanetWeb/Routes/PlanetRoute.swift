// GET /api/planets/{key}: one planet with its history. DELETE: a withdrawal, which is a record like any other.

import EventLog
import JSONText
import PlanetCore

struct PlanetRoute: Sendable {
    let services: WebServices

    @Sendable func show(_ request: Request, _ context: LoopContext) -> Outcome {
        let name = request.parameter("key")
        guard let row = services.catalogue.find(name) else { return .reply(.noPlanet(name)) }
        let responder = request.responder
        let asked = services.history.ask(row.history) { values in
            switch values {
            case .success(let values): responder.complete(.json(PlanetRoute.json(row, values)))
            case .failure(let error): responder.complete(error.response)
            }
        }
        if asked { return .pending }
        return .reply(Response.problem(503, "Too many histories are being read. Try again.").with("Retry-After", "1"))
    }

    @Sendable func withdraw(_ request: Request, _ context: LoopContext) -> Outcome {
        guard services.isCatalogueReady else { return .reply(.catalogueNotReady) }
        let name = request.parameter("key")
        guard let row = services.catalogue.find(name), row.discovery != nil else { return .reply(.noPlanet(name)) }
        var batch = RecordBatch()
        let headers = batch.addHeaders([
            RecordHeader("schema-version", "1"), RecordHeader("source", SubmitRoute.source(request)),
        ])
        batch.append(key: row.key.utf8, value: [UInt8]?.none, headers: headers)
        let key = row.key
        let reply = PendingReply(services: services, responder: request.responder, idempotencyKey: nil, topics: 1) {
            stored in
            var writer = JSONWriter()
            writer.beginObject()
            if let first = stored.first { writer.receipt(key: key, first, warnings: []) }
            writer.endObject()
            return .json(writer.bytes)
        }
        context.ingest(services).submit(batch, RecordBatch(), reply)
        return .pending
    }

    private static func json(_ row: PlanetRow, _ values: [Int64: [UInt8]]) -> [UInt8] {
        var writer = JSONWriter(capacity: 2048)
        writer.beginObject()
        writer.member("key", row.key)
        writer.member("revision", Int(row.state.revision))
        writer.member("updated", TimeText.rfc3339(micros: row.updated))
        writer.member("withdrawn", row.discovery == nil)
        writer.key("planet")
        if let discovery = row.discovery { writer.raw(DiscoveryJSON.bytes(discovery)) } else { writer.null() }
        writer.member("history_dropped", row.droppedHistory)
        writer.key("history")
        writer.beginArray()
        for item in row.history {
            writer.beginObject()
            writer.member("revision", item.revision)
            writer.member("change", item.change.rawValue)
            writer.member("partition", Int(item.partition))
            writer.member("offset", Int(item.offset))
            writer.member("timestamp", TimeText.rfc3339(micros: item.timestamp))
            writer.key("planet")
            if let value = values[item.offset] { writer.raw(value) } else { writer.null() }
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }
}
