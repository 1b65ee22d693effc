// The requested format of a list: `format=` in the query, else what the client accepts (RFC 9110 section 12.5.1).

import HTTPWire
import PlanetCore

enum ExportFormat: String, CaseIterable, Sendable {
    case json, csv, tsv, ndjson, votable, parquet

    var contentType: String {
        switch self {
        case .json: "application/json"
        case .csv: "text/csv; charset=utf-8; header=present"
        case .tsv: "text/tab-separated-values; charset=utf-8"
        case .ndjson: "application/x-ndjson"
        case .votable: "application/x-votable+xml"
        case .parquet: "application/vnd.apache.parquet"
        }
    }

    private static let accepted: [String: ExportFormat] = [
        "application/json": .json, "*/*": .json, "application/*": .json, "text/csv": .csv,
        "text/tab-separated-values": .tsv, "application/x-ndjson": .ndjson, "application/ndjson": .ndjson,
        "application/x-votable+xml": .votable, "application/vnd.apache.parquet": .parquet,
    ]

    /// The first known one of the greatest weight; JSON if there is none.
    init(accept: String?) {
        var best: (format: ExportFormat, weight: Double)?
        for part in (accept ?? "").split(separator: ",") {
            guard let type = MediaType(String(part)), let format = ExportFormat.accepted[type.essence] else { continue }
            let weight = type["q"].flatMap { Double($0) } ?? 1
            if weight > (best?.weight ?? 0) { best = (format, weight) }
        }
        self = best?.format ?? .json
    }

    func writer(_ table: ExportTable) -> any ExportWriter {
        switch self {
        case .csv: DelimitedExport(table, delimiter: UInt8(ascii: ","))
        case .tsv: DelimitedExport(table, delimiter: UInt8(ascii: "\t"))
        case .json, .ndjson: LinesExport(table)
        case .votable: VOTableExport(table)
        case .parquet: ParquetExport(table)
        }
    }

    fileprivate var ending: String { self == .votable ? "vot" : rawValue }

    /// The parameter `format` of a query.
    init(_ item: QueryItem, _ page: inout PageQuery) {
        if let format = ExportFormat(rawValue: item.value) {
            self = format
            return
        }
        self = .json
        page.fault(
            item, .not_a_choice, "One of \(ExportFormat.allCases.map(\.rawValue).joined(separator: ", ")).")
    }
}

extension WebServices {
    /// The answer with a table: all of it at once if it is short, else in parts. `name`: of the file in which a browser
    /// saves it.
    func answer(_ table: ExportTable, as format: ExportFormat, name: String, _ place: ExportPlace) -> Response {
        let parts = ExportParts(table, format.writer(table), place)
        let body: Response.Body
        switch parts.next() {
        case .failed: return .problem(500, "The file cannot be made.")
        case .last(let bytes): body = .bytes(bytes)
        case .more(let bytes):
            body = .parts(
                BodyParts(first: .more(bytes)) { [exports] responder in
                    exports.offer { responder.part(parts.next()) }
                })
        }
        var response = Response(
            status: 200,
            headers: [
                ResponseField("Content-Type", format.contentType), ResponseField("Cache-Control", "no-cache"),
                ResponseField("Content-Disposition", "attachment; filename=\"\(name).\(format.ending)\""),
            ], body: body)
        for note in table.notes where note.name != "query" {
            response = response.with("X-Planetarium-" + note.name.replacing("_", with: "-"), note.value)
        }
        return response.varying("Accept")
    }

    /// The answer when there is no place for another table.
    static var tooManyTables: Response { .unavailable("Too many tables are being read. Try again.") }
}
