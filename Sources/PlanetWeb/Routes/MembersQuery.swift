// What the list behind a figure is to be: page, format, columns; and the table made from it.

import Basics
import HTTPWire
import PlanetCore

struct MembersQuery: Sendable {
    private(set) var page = PageQuery()
    private(set) var format = ExportFormat.json
    /// For planets; nil if the query names none.
    private(set) var columns: ColumnChoice?
    /// For records, by index into `recordColumns`; nil: all.
    private var recordColumns: [Int]?
    private var columnsItem: QueryItem?

    init(_ request: Request) {
        format = ExportFormat(accept: request.header("accept"))
        for item in page.items(request.query) where !page.take(item) {
            switch item.name {
            case "format": format = ExportFormat(item, &page)
            case "columns", "fields": columnsItem = item
            default:
                page.fault(item, .unknown_parameter, "The parameters are limit, offset, format and columns.")
            }
        }
    }

    /// Reads the choice of columns for the kind of members; returns its faults.
    mutating func choose(of members: GroupMembers) -> Response? {
        guard let item = columnsItem else { return nil }
        switch members {
        case .planets, .candidates, .newest: columns = ColumnChoice(item, &page)
        case .records where format != .json: chooseOfRecords(item)
        case .records: page.fault(item, .unknown_parameter, "Columns of records can be chosen for tables only.")
        default: page.fault(item, .unknown_parameter, "The list has no columns to choose.")
        }
        return page.refusal
    }

    private mutating func chooseOfRecords(_ item: QueryItem) {
        var places: [Int] = []
        for name in item.value.split(separator: ",") {
            if let place = MembersQuery.ofRecords.firstIndex(where: { $0.name == name }) {
                if !places.contains(place) { places.append(place) }
            } else {
                let known = MembersQuery.ofRecords.map(\.name).joined(separator: ", ")
                page.fault(item, .unknown_column, "Records have \(known).")
            }
        }
        recordColumns = places
    }

    private static let ofRecords = [
        ExportColumn(name: "key", kind: .text), ExportColumn(name: "topic", kind: .text),
        ExportColumn(name: "partition", kind: .integer), ExportColumn(name: "offset", kind: .integer),
        ExportColumn(name: "timestamp", kind: .text), ExportColumn(name: "change", kind: .text),
        ExportColumn(name: "rules", kind: .text),
    ]

    fileprivate func table(
        _ records: [RecordNote], _ topics: TopicNames, _ notes: [(name: String, value: String)]
    ) -> ExportTable {
        let places = recordColumns ?? Array(MembersQuery.ofRecords.indices)
        return ExportTable(
            columns: places.map { MembersQuery.ofRecords[$0] }, count: records.count,
            row: { index in
                let record = records[index]
                let values: [ExportValue] = [
                    record.key.isEmpty ? .none : .text(record.key),
                    .text(record.topic == .discoveries ? topics.discoveries : topics.rejected),
                    .integer(Int(record.position.partition)), .integer(Int(record.position.offset)),
                    .text(RFC3339.text(micros: record.position.timestamp)),
                    record.change.map { .text($0.rawValue) } ?? .none, .text(record.rules.joined(separator: " ")),
                ]
                return places.map { values[$0] }
            }, notes: notes)
    }
}

extension MembersRoute.Found {
    /// All that can be listed, if the query has no limit: planets, aliases, or records with their places.
    func table(
        _ query: MembersQuery, _ services: WebServices, _ notes: [(name: String, value: String)]
    ) -> ExportTable {
        switch unit {
        case .records: query.table(Array(query.page.cut(self.notes, isWhole: true)), services.topics, notes)
        case .aliases: MembersRoute.Found.aliases(Array(query.page.cut(rows, isWhole: true)), notes)
        default: (query.columns ?? ColumnChoice()).table(Array(query.page.cut(rows, isWhole: true)), notes)
        }
    }

    private static func aliases(_ rows: [PlanetRow], _ notes: [(name: String, value: String)]) -> ExportTable {
        ExportTable(
            columns: ExportTable.rowColumns + [
                ExportColumn(name: "alias", kind: .text), ExportColumn(name: "alias_of", kind: .text),
                ExportColumn(name: "planet", kind: .text),
            ], count: rows.count,
            row: { index in
                let alias = rows[index].alias
                return ExportTable.values(of: rows[index])
                    + [alias?.name, alias?.canonical, alias?.canonicalKey].map { $0.map { .text($0) } ?? .none }
            }, notes: notes)
    }
}
