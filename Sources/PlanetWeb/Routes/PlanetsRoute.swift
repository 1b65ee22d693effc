// GET /api/planets: find, filter, sort, page.

import Basics
import JSONText
import PlanetCore

struct PlanetsRoute: Sendable {
    let services: WebServices

    @Sendable func list(_ request: Request, _ context: LoopContext) -> Outcome {
        switch PlanetQueryParser.parse(request.query) {
        case .failure(let faults):
            return .reply(.problem(400, "The query has \(faults.list.count) fault(s).", errors: faults.list))
        case .success(let query):
            let (total, page) = PlanetSearch(
                query: query, named: query.search.map { services.catalogue.planets(withAliasContaining: $0) } ?? []
            ).run(services.catalogue.rows())
            var writer = JSONWriter(capacity: 512 + page.count * 600)
            writer.beginObject()
            writer.member("total", total)
            writer.member("offset", query.offset)
            writer.member("limit", query.limit)
            writer.key("planets")
            writer.beginArray()
            for row in page { writer.planet(row, only: query.columns) }
            writer.endArray()
            writer.endObject()
            return .reply(Response.json(writer.bytes).with("Cache-Control", "no-cache"))
        }
    }
}

extension JSONWriter {
    fileprivate mutating func planet(_ row: PlanetRow, only columns: [ColumnID]?) {
        beginObject()
        member("key", row.key)
        member("revision", Int(row.state.revision))
        member("updated", RFC3339.text(micros: row.updated))
        if let discovery = row.discovery {
            var members: [UInt8] = []
            if let columns {
                DiscoveryJSON.encodeMembers(discovery, only: columns, into: &members)
            } else {
                DiscoveryJSON.encodeMembers(discovery, into: &members)
            }
            if !members.isEmpty { raw(members) }
        }
        endObject()
    }
}
