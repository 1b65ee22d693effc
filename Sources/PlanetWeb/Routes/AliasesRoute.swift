// GET /api/aliases: all aliases, or a planet's. GET /api/aliases/{name}: one with its history. DELETE: removes it by a
// record. SubmitRoute submits aliases, PlanetCore/PlanetHistory.swift defines their effect.

import Basics
import HTTPWire
import JSONText
import PlanetCore

struct AliasesRoute: Sendable {
    let services: WebServices

    @Sendable func list(_ request: Request, _ context: LoopContext) -> Outcome {
        var query = AliasQuery()
        for item in query.page.items(request.query) { query.take(item) }
        if let refusal = query.page.refusal { return .reply(refusal) }
        return services.answer(request) { [catalogue = services.catalogue, query] _ in
            let (total, rows) = query.rows(catalogue)
            let json = JSONWriter.object(capacity: 128 + rows.count * 200) {
                $0.member("total", total)
                $0.member("offset", query.page.offset)
                $0.member("limit", query.page.limit)
                $0.array("aliases") { for row in rows { $0.object { $0.alias(row, of: catalogue) } } }
            }
            return Response.json(json).with("Cache-Control", "no-cache")
        }
    }

    @Sendable func show(_ request: Request, _ context: LoopContext) -> Outcome {
        let name = request.parameter("name")
        guard let row = row(name) else { return .reply(.noAlias(name)) }
        return services.answer(request, withHistoryOf: row) { [catalogue = services.catalogue] values in
            JSONWriter.object(capacity: 1024) {
                $0.alias(row, of: catalogue)
                $0.history(row, values)
            }
        }
    }

    @Sendable func remove(_ request: Request, _ context: LoopContext) -> Outcome {
        guard services.isCatalogueReady else { return .reply(services.notReady) }
        let name = request.parameter("name")
        guard let row = row(name) else { return .reply(.noAlias(name)) }
        return services.withdraw(row.key, request, context)
    }

    /// By key or by any spelling of the name; nil unless it is an alias now.
    private func row(_ name: String) -> PlanetRow? {
        let row =
            services.catalogue.row(name)
            ?? IdentityKey.of(name).flatMap { services.catalogue.row(services.catalogue.held($0)) }
        return row?.isAlias == true ? row : nil
    }
}

/// What a GET /api/aliases requests.
private struct AliasQuery {
    var page = PageQuery()
    private var search: TextSearch?
    private var planet: String?

    init() {}

    mutating func take(_ item: QueryItem) {
        switch item.name {
        case "q": search = page.text(item, upTo: Columns.of(.pl_name).maxLength).map { TextSearch($0) }
        case "alias_of": planet = page.text(item, upTo: Columns.of(.pl_name).maxLength)
        default:
            if page.take(item) { return }
            page.fault(item, .unknown_parameter, "The parameters are q, alias_of, limit and offset.")
        }
    }

    /// The number of matches, and the page, in key order.
    func rows(_ catalogue: Catalogue) -> (Int, ArraySlice<PlanetRow>) {
        var found: [PlanetRow] = []
        if let planet {
            let key = catalogue.find(planet)?.row.key ?? IdentityKey.of(planet) ?? planet
            found = catalogue.aliases(of: key, limit: .max)
        } else {
            for chunk in catalogue.rows() { for row in chunk where row.isAlias { found.append(row) } }
        }
        if let search {
            found.removeAll { row in
                guard let alias = row.alias else { return true }
                return !search.isIn(alias.name) && !search.isIn(alias.canonical)
            }
        }
        return (found.count, page.cut(found.inOrderOfKeys()))
    }
}

extension JSONWriter {
    /// The members of an alias. `planet`: the key of the planet that the name finally refers to, null if there is none.
    fileprivate mutating func alias(_ row: PlanetRow, of catalogue: Catalogue) {
        guard let alias = row.alias else { return }
        member("key", row.key)
        member("alias", alias.name)
        member("alias_of", alias.canonical)
        optional("planet", catalogue.find(row.key).flatMap { $0.row.discovery == nil ? nil : $0.row.key })
        optional("source", alias.source)
        member("revision", Int(row.revision))
        member("updated", RFC3339.text(micros: row.updated))
    }
}
