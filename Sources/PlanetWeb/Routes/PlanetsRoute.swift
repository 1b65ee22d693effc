// GET /api/planets: find, filter, sort, page; as JSON, or as a table to download.

import Basics
import HTTPWire
import JSONText
import PlanetCore

struct PlanetsRoute: Sendable {
    let services: WebServices

    @Sendable func list(_ request: Request, _ context: LoopContext) -> Outcome {
        let items = request.query
        var query = PlanetQueryParser.parse(items)
        if let refusal = query.page.refusal { return .reply(refusal) }
        if !items.contains(where: { $0.name == "format" }) {
            query.format = ExportFormat(accept: request.header("accept"))
        }
        if query.format != .json { return table(query, request) }
        // Of no newer rows than there are in the answer.
        let tag = EntityTag("\(services.views.name)-\(services.catalogue.version)")
        let known = Response.read(request, [tag], isCoded: true) { .empty(status: 200) }
        if known.status != 200 { return .reply(known.with("Cache-Control", "no-cache").varying("Accept")) }
        return services.answer(request) { [services, query] work in
            guard let (total, page) = services.views.find(query, in: services.catalogue, unless: work) else {
                return nil
            }
            let json = JSONWriter.object(capacity: 512 + page.count * 600) {
                $0.member("total", total)
                $0.member("offset", query.page.offset)
                $0.member("limit", query.page.limit)
                $0.array("planets") { for row in page { $0.planet(row, query.columns) } }
            }
            return Response.json(json).with("ETag", tag.description).with("Cache-Control", "no-cache")
                .varying("Accept")
        }
    }

    private func table(_ query: PlanetQuery, _ request: Request) -> Outcome {
        guard let place = services.exportPlaces.take() else { return .reply(WebServices.tooManyTables) }
        let text = request.head.queryRange.map { String(decoding: request.head.bytes[$0], as: UTF8.self) } ?? ""
        let (work, responder) = (Work(), request.responder)
        let isOffered = services.exports.offer { [services] in
            if work.isCancelled { return }
            // Before the rows, so that they are at least as new.
            let notes = services.exportNotes + [("query", text)]
            guard let found = services.views.find(query, in: services.catalogue, unless: work) else { return }
            let table = query.columns.table(found.page, notes)
            responder.complete(services.answer(table, as: query.format, name: "planets", place))
        }
        return isOffered ? .working(work) : .reply(WebServices.tooManyTables)
    }
}

extension ExportTable {
    /// The members of each planet before its columns.
    static let rowColumns = [
        ExportColumn(name: "key", kind: .text), ExportColumn(name: "revision", kind: .integer),
        ExportColumn(name: "updated", kind: .text),
    ]

    static func values(of row: PlanetRow) -> [ExportValue] {
        [.text(row.key), .integer(Int(row.revision)), .text(RFC3339.text(micros: row.updated))]
    }
}

extension WebServices {
    /// Answers with a list made on a thread, because its size grows with the catalogue. `list` returns nil once its
    /// work is cancelled.
    func answer(_ request: Request, with list: @escaping @Sendable (Work) -> Response?) -> Outcome {
        let work = Work()
        let responder = request.responder
        let isOffered = searches.offer {
            if !work.isCancelled, let response = list(work) { responder.complete(response) }
        }
        return isOffered ? .working(work) : .reply(.unavailable("Too many lists are being made. Try again."))
    }

    /// What a table can be cited by and checked against: how far its rows reach in the log at least, and the newest
    /// board's digest and positions.
    var exportNotes: [(name: String, value: String)] {
        var notes = [
            (
                "positions",
                health.positions.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }
                    .joined(separator: ",")
            )
        ]
        if let board = board.snapshot {
            var reader = JSONReader(limits: JSONLimits(fields: 4096, depth: 16, bytes: 256 << 20))
            let digest = board.payload.array.withUnsafeBytes { bytes -> String? in
                guard let fields = try? reader.readObject(bytes) else { return nil }
                for field in fields where field.isKey("digest") { return String(decoding: field.text, as: UTF8.self) }
                return nil
            }
            if let digest { notes.append(("board_digest", digest)) }
            if let positions = board.positions { notes.append(("board_positions", positions)) }
        }
        return notes
    }
}

extension JSONWriter {
    fileprivate mutating func planet(_ row: PlanetRow, _ choice: ColumnChoice) {
        object {
            $0.member("key", row.key)
            $0.member("revision", Int(row.revision))
            $0.member("updated", RFC3339.text(micros: row.updated))
            guard let discovery = row.discovery else { return }
            $0.chosen(discovery, choice)
        }
    }

    /// The requested members of a planet.
    mutating func chosen(_ discovery: Discovery, _ choice: ColumnChoice) {
        var members: [UInt8] = []
        if let columns = choice.columns {
            DiscoveryJSON.encodeMembers(discovery, only: columns, into: &members)
        } else {
            DiscoveryJSON.encodeMembers(discovery, into: &members)
        }
        if !members.isEmpty { raw(members) }
        guard !choice.predicted.isEmpty else { return }
        let prediction = Predictor.prediction(of: discovery)
        for column in choice.predicted { member(column.name, ExportValue(column, of: prediction)) }
    }
}
