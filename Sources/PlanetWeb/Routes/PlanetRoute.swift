// GET /api/planets/{key}: one planet with its history. DELETE: withdraws it by a record.

import Basics
import EventLog
import HTTPWire
import JSONText
import PlanetCore

struct PlanetRoute: Sendable {
    let services: WebServices
    /// How many aliases are shown with a planet; GET /api/aliases has them all.
    static let longestAliases = 100

    @Sendable func show(_ request: Request, _ context: LoopContext) -> Outcome {
        let name = request.parameter("key")
        guard let found = services.catalogue.find(name) else { return .reply(.noPlanet(name)) }
        let aliases = services.catalogue.aliases(of: found.row.key, limit: PlanetRoute.longestAliases)
        return services.answer(request, withHistoryOf: found.row) { PlanetRoute.json(found, aliases, $0) }
    }

    @Sendable func withdraw(_ request: Request, _ context: LoopContext) -> Outcome {
        guard services.isCatalogueReady else { return .reply(services.notReady) }
        let name = request.parameter("key")
        guard let found = services.catalogue.find(name) else { return .reply(.noPlanet(name)) }
        // The sender must say which is meant: the planet under its own name, or the alias.
        if let alias = found.alias { return .reply(.isAlias(name, alias)) }
        guard found.row.discovery != nil else { return .reply(.noPlanet(name)) }
        return services.withdraw(found.row.key, request, context)
    }

    private static func json(_ found: Catalogue.Found, _ aliases: [PlanetRow], _ values: HistoryValues) -> [UInt8] {
        let row = found.row
        return JSONWriter.object(capacity: 2048) {
            $0.member("key", row.key)
            $0.member("revision", Int(row.revision))
            $0.member("updated", RFC3339.text(micros: row.updated))
            $0.member("withdrawn", row.discovery == nil)
            if let alias = found.alias { $0.member("asked_by_alias", alias.name) }
            if !aliases.isEmpty { $0.array("aliases", aliases.compactMap { $0.alias?.name }) }
            $0.optional("planet", raw: row.discovery.map { DiscoveryJSON.bytes($0) })
            if let shown = row.discovery ?? lastGiven(row, values) {
                $0.key("provenance")
                shown.writeProvenance(to: &$0)
            }
            Solutions(row, values)?.write(to: &$0)
            $0.history(row, values)
        }
    }

    /// The values that a withdrawn planet's page still shows: those of its newest record with any.
    private static func lastGiven(_ row: PlanetRow, _ values: HistoryValues) -> Discovery? {
        var decoder = DiscoveryDecoder(isStored: true)
        for item in row.history.reversed() where item.change != .late {
            guard let value = values[item.position.offset], case .accept(let record) = decoder.decode(value) else {
                continue
            }
            return record.discovery
        }
        return nil
    }
}

extension WebServices {
    /// Answers with what `json` makes of a row's earlier values, by offset, once they are read.
    func answer(
        _ request: Request, withHistoryOf row: PlanetRow, _ json: @escaping @Sendable (HistoryValues) -> [UInt8]
    ) -> Outcome {
        let (responder, caller) = (request.responder, request.caller)
        let tags = tags(of: row)
        // What is not sent need not be read.
        let known = Response.read(request, tags, isCoded: false) { .empty(status: 200) }
        if known.status != 200 { return .reply(known) }
        // Answers may be large: one at a time for each connection.
        let work = Work()
        let asked = history.ask(row.history, unless: work) { values in
            switch values {
            case .success(var values):
                let isOfClass = !values.marks.isEmpty
                values.hideMarks(from: caller)
                var answer = Response.json(json(values))
                if let tag = tags.first { answer = answer.with("ETag", tag.description) }
                // The tag is the revision, which the conditions of changes name: it stays the same in all codings.
                answer.keepsCoding = true
                responder.complete(isOfClass ? answer.forCallerAlone : answer)
            case .failure(let error): responder.complete(error.response)
            }
        }
        return asked ? .working(work) : .reply(.unavailable("Too many histories are being read. Try again."))
    }

    /// Appends a tombstone; answers with its receipt.
    func withdraw(_ key: String, _ request: Request, _ context: LoopContext) -> Outcome {
        let change: ConditionalChange?
        switch permission(request, toChange: key) {
        case .change(let permitted): change = permitted
        case .refusal(let response): return .reply(response)
        case .later: return .pending
        }
        var batch = RecordBatch()
        let headers = batch.addHeaders(SubmitRoute.headers(request))
        batch.append(key: key.utf8, value: [UInt8]?.none, headers: headers)
        let reply = PendingReply(
            services: self, responder: request.responder, claim: nil, change: change, topics: 1,
            audit: AuditEntry(.withdraw, request)
        ) {
            stored in
            .json(JSONWriter.object { if let first = stored.first { $0.receipt(key: key, first, warnings: []) } })
        }
        context.ingest(self).submit(batch, RecordBatch(), reply)
        return .pending
    }
}

extension JSONWriter {
    /// The members `history_dropped` and `history`. `values`: those of all records except tombstones, by offset.
    mutating func history(_ row: PlanetRow, _ values: HistoryValues) {
        member("history_dropped", row.droppedHistory)
        array("history") {
            for item in row.history {
                $0.object {
                    $0.member("revision", item.revision)
                    $0.member("change", item.change.rawValue)
                    $0.place(nil, item.position)
                    if let mark = values.marks[item.position.offset] { $0.mark(mark) }
                    $0.optional("planet", raw: values[item.position.offset])
                }
            }
        }
    }
}
