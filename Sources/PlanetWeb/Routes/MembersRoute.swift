// GET /api/aggregates/{name}/{group}/records: what a figure on the board counts. The stream (through the executable)
// says which planets and records a group counts; a thread looks them up in the web's own catalogue.

import Basics
import EventLog
import HTTPWire
import JSONText
import PlanetCore

/// What the group of an aggregate counts.
package typealias MembersOf = @Sendable (_ aggregate: String, _ group: String) -> GroupMembers

struct MembersRoute: Sendable {
    let services: WebServices

    @Sendable func list(_ request: Request, _ context: LoopContext) -> Outcome {
        guard services.isCatalogueReady else { return .reply(services.notReady) }
        let name = request.parameter("name")
        let group = request.parameter("group")
        var query = MembersQuery(request)
        if let refusal = query.page.refusal { return .reply(refusal) }
        guard let membersOf = services.membersOf else {
            return .reply(.problem(404, "This process does not know what the board's figures count."))
        }
        let members = membersOf(name, group)
        switch members {
        case .unknownAggregate:
            return .reply(.problem(404, "There is no aggregate \(name.prefix(100)) on the board."))
        case .unknownGroup: return .reply(MembersRoute.noGroup(name, group))
        case .nothing(let why): return .reply(.problem(404, why))
        case .planets, .records, .aliases, .candidates, .newest: break
        }
        if let refusal = query.choose(of: members) { return .reply(refusal) }
        let place = query.format == .json ? nil : services.exportPlaces.take()
        if query.format != .json, place == nil { return .reply(WebServices.tooManyTables) }
        let (responder, prefix) = (request.responder, request.caller.prefix)
        let work = Work()
        let asked = services.members.offer { [services, query] in
            if work.isCancelled { return }
            let notes = place == nil ? [] : services.exportNotes + [("aggregate", name), ("group", group)]
            let found = MembersRoute.find(members, services)
            guard found.isFixed || found.value != 0 else {
                return responder.complete(MembersRoute.noGroup(name, group))
            }
            if let place {
                let table = found.table(query, services, notes)
                return responder.complete(services.answer(table, as: query.format, name: "records", place))
            }
            let json = found.json(name, group, query, services, prefix: prefix)
            responder.complete(Response.json(json).with("Cache-Control", "no-cache").varying("Accept"))
        }
        return asked ? .working(work) : .reply(.unavailable("Too many such lists are being made. Try again."))
    }

    private static func noGroup(_ name: String, _ group: String) -> Response {
        .problem(404, "The aggregate \(name) has no group \(group.prefix(100)) now.")
    }

    /// Everything that a group counts, in order.
    struct Found {
        var unit: GroupMembers.Unit
        /// As on the board; nil if unknown.
        var value: Int?
        /// Records, including those too old to be listed.
        var total: Int?
        var isFixed: Bool
        var columns: [ColumnID] = []
        var rows: [PlanetRow] = []
        var notes: [RecordNote] = []
        /// How many can be listed.
        var listed: Int { rows.count + notes.count }
    }

    static func find(_ members: GroupMembers, _ services: WebServices) -> Found {
        find(members, services.catalogue, services.records)
    }

    static func find(_ members: GroupMembers, _ catalogue: Catalogue, _ records: RecordIndex) -> Found {
        switch members {
        case .planets(let unit, let columns, let isFixed, let members):
            var rows: [PlanetRow] = []
            var planets: [CountedPlanet] = []
            for chunk in catalogue.rows() {
                for row in chunk {
                    guard let discovery = row.discovery, discovery.isPlanet else { continue }
                    rows.append(row)
                    planets.append(CountedPlanet(key: row.key, discovery: discovery, forecast: row.forecast))
                }
            }
            let counted = members(planets)
            return Found(
                unit: unit, value: counted.value, total: counted.indices.count, isFixed: isFixed, columns: columns,
                rows: counted.indices.map { rows[$0] }.inOrderOfKeys())
        case .records(let group, let isFixed):
            let answer = records.records(group)
            return Found(
                unit: .records, value: answer.value, total: answer.total, isFixed: isFixed, notes: answer.list)
        case .aliases:
            let rows = catalogue.rows().joined().filter { $0.isAlias }.inOrderOfKeys()
            return Found(unit: .aliases, value: rows.count, total: rows.count, isFixed: true, rows: rows)
        case .candidates:
            let rows = catalogue.rows().joined().filter { $0.discovery?.isCandidate == true }.inOrderOfKeys()
            return Found(
                unit: .planets, value: rows.count, total: rows.count, isFixed: false,
                columns: [.text(.disposition)], rows: rows)
        case .newest(let places):
            let changed = catalogue.rows().joined().compactMap { row in
                row.changedPlanet.map { (place: MembersRoute.place($0.item), row: row) }
            }
            let rows = changed.sorted { $0.place > $1.place }.prefix(places).map(\.row)
            return Found(unit: .planets, value: rows.count, total: rows.count, isFixed: true, rows: rows)
        case .unknownAggregate, .unknownGroup, .nothing:
            return Found(unit: .planets, value: 0, total: 0, isFixed: false)
        }
    }

    private static func place(_ item: HistoryItem) -> (Int64, Int32, Int64) {
        (item.position.timestamp, item.position.partition, item.position.offset)
    }
}

extension MembersRoute.Found {
    fileprivate func json(
        _ name: String, _ group: String, _ query: MembersQuery, _ services: WebServices, prefix: String
    ) -> [UInt8] {
        let page = query.page
        // By default those that decide whether a planet counts.
        let choice = query.columns ?? ColumnChoice(of: columns)
        return JSONWriter.object(capacity: 4096) {
            $0.member("aggregate", name)
            $0.member("group", group)
            $0.member("counts", unit.rawValue)
            $0.optional("value", value)
            $0.optional("total", total)
            $0.member("listed", listed)
            $0.member("offset", page.offset)
            $0.member("limit", page.limit)
            $0.array("columns", choice.names)
            $0.array("records") {
                for row in page.cut(rows) { $0.counted(row, choice, prefix) }
                for note in page.cut(notes) { $0.counted(note, services, prefix) }
            }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func counted(_ row: PlanetRow, _ choice: ColumnChoice, _ prefix: String) {
        let name = row.discovery?[.pl_name] ?? row.alias?.name ?? row.changedPlanet?.name
        object {
            $0.member("key", row.key)
            $0.optional("pl_name", name)
            if let alias = row.alias { $0.member("alias_of", alias.canonical) }
            $0.member("revision", Int(row.revision))
            if let item = row.current {
                $0.member("change", item.change.rawValue)
                $0.place(nil, item.position)
            }
            $0.object("links") {
                $0.member("planet", prefix + CataloguePath.of(row.key, isAlias: row.isAlias))
                if let item = row.current {
                    $0.member(
                        "receipt", ReceiptRoute.path(nil, item.position.partition, item.position.offset, prefix: prefix)
                    )
                }
            }
            $0.object("planet") {
                if let discovery = row.discovery { $0.chosen(discovery, choice) }
            }
        }
    }

    fileprivate mutating func counted(_ note: RecordNote, _ services: WebServices, _ prefix: String) {
        let topic = note.topic == .discoveries ? nil : services.topics.rejected
        let name = services.catalogue.row(note.key)?.changedPlanet?.name
        object {
            $0.optional("key", note.key.isEmpty ? nil : note.key)
            $0.optional("pl_name", name)
            $0.optional("change", note.change?.rawValue)
            $0.place(topic, note.position)
            $0.array("rules", note.rules)
            $0.object("links") {
                if name != nil { $0.member("planet", prefix + CataloguePath.of(note.key, isAlias: false)) }
                $0.member(
                    "receipt", ReceiptRoute.path(topic, note.position.partition, note.position.offset, prefix: prefix))
            }
        }
    }

    /// Where a record lies. `topic`: nil for planet-discoveries.
    mutating func place(_ topic: String?, _ position: LogPosition) {
        if let topic { member("topic", topic) }
        member("partition", Int(position.partition))
        member("offset", Int(position.offset))
        member("timestamp", RFC3339.text(micros: position.timestamp))
    }
}
