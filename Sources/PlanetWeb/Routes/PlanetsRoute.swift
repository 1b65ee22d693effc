// GET /api/planets: find, filter, sort, page.

import Basics
import JSONText
import PlanetCore

struct PlanetsRoute: Sendable {
    let services: WebServices

    @Sendable func list(_ request: Request, _ context: LoopContext) -> Outcome {
        let query = PlanetQueryParser.parse(request.query)
        if let refusal = query.page.refusal { return .reply(refusal) }
        return services.answer(request) { [services] work in
            let named = query.search.map { services.catalogue.planets(withAliasOf: $0) } ?? []
            let search = PlanetSearch(query: query, named: named)
            guard let (total, page) = search.run(services.catalogue.rows(), unless: work) else { return nil }
            let json = JSONWriter.object(capacity: 512 + page.count * 600) {
                $0.member("total", total)
                $0.member("offset", query.page.offset)
                $0.member("limit", query.page.limit)
                $0.array("planets") { for row in page { $0.planet(row, only: query.columns) } }
            }
            return Response.json(json).with("Cache-Control", "no-cache")
        }
    }
}

extension WebServices {
    /// Answers with a list that a thread makes: it grows with the catalogue. `list` gives nil once its work is
    /// cancelled.
    func answer(_ request: Request, with list: @escaping @Sendable (Work) -> Response?) -> Outcome {
        let work = Work()
        let responder = request.responder
        let isOffered = searches.offer {
            if !work.isCancelled, let response = list(work) { responder.complete(response) }
        }
        return isOffered ? .working(work) : .reply(.unavailable("Too many lists are being made. Try again."))
    }
}

extension JSONWriter {
    fileprivate mutating func planet(_ row: PlanetRow, only columns: [ColumnID]?) {
        object {
            $0.member("key", row.key)
            $0.member("revision", Int(row.state.revision))
            $0.member("updated", RFC3339.text(micros: row.updated))
            guard let discovery = row.discovery else { return }
            var members: [UInt8] = []
            if let columns {
                DiscoveryJSON.encodeMembers(discovery, only: columns, into: &members)
            } else {
                DiscoveryJSON.encodeMembers(discovery, into: &members)
            }
            if !members.isEmpty { $0.raw(members) }
        }
    }
}
