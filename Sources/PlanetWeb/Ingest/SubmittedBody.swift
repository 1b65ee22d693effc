// A request's body as the decoder reads it: typed by its head, unpacked, decoded, and turned into CSV if it is another
// kind of table. Does not look at its records.

import HTTPWire
import PlanetCore
import TableFiles

struct SubmittedBody {
    let format: SubmissionFormat
    /// UTF-8.
    let text: [UInt8]
    /// The number of the text's first line.
    let firstLine: Int

    struct Refused: Error {
        let response: Response
    }

    /// The declared type of the body; nil if its beginning must show it. None of these can be sent from another site's
    /// page without a preflight, as text/plain could.
    private static let types: [String: TableFile.Form?] = [
        "application/json": .json, "application/x-ndjson": .ndjson, "application/jsonl": .ndjson,
        "application/ndjson": .ndjson, "text/csv": .csv, "text/tab-separated-values": .csv,
        "application/x-votable+xml": .csv, "text/xml": .csv,
        "application/octet-stream": TableFile.Form?.none, "application/gzip": TableFile.Form?.none,
        "application/x-gzip": TableFile.Form?.none, "application/zip": TableFile.Form?.none,
        "application/vnd.ms-excel": TableFile.Form?.none,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": TableFile.Form?.none,
    ]
    private static let charsets: Set<String> = ["utf-8", "us-ascii", "utf-16", "utf-16le", "utf-16be"]

    init(text: [UInt8], as format: SubmissionFormat, firstLine: Int = 1) {
        (self.text, self.format, self.firstLine) = (text, format, firstLine)
    }

    /// `limit`: how many bytes it may become.
    init(_ request: Request, limit: Int) throws(Refused) {
        let declared = try SubmittedBody.declared(request)
        let bytes = try SubmittedBody.unpacked(request, limit: limit)
        do throws(TableFileError) {
            let file = try TableFile(bytes, declared: declared, limit: limit)
            let format: SubmissionFormat =
                switch file.form {
                case .csv: .csv
                case .ndjson: .ndjson
                case .json: .json
                }
            self.init(text: file.text, as: format, firstLine: file.firstLine)
        } catch {
            throw Refused(response: error.response)
        }
    }

    private static func declared(_ request: Request) throws(Refused) -> TableFile.Form? {
        // Nearly all send the bare name, which needs no parsing.
        if let bare = request.header("content-type"), let known = types[bare] { return known }
        guard let type = request.contentType, let known = types[type.essence],
            type["charset"].map({ charsets.contains($0.lowercased()) }) ?? true
        else {
            let detail =
                "Send application/json, application/x-ndjson, text/csv, text/tab-separated-values or "
                + "application/x-votable+xml, in UTF-8; application/octet-stream if the body itself shows its type."
            throw Refused(response: .problem(415, detail))
        }
        return known
    }

    /// What its head alone rules out.
    static func check(_ request: Request) throws(Refused) {
        _ = try declared(request)
        _ = try isPacked(request)
    }

    /// Whether a small body may take long: it is packed, or a table that has to be converted.
    static func mayGrow(_ request: Request) -> Bool {
        if let coding = request.header("content-encoding"), coding.lowercased() != "identity" { return true }
        return TableFile.mayGrow(request.body)
    }

    /// RFC 9110 section 8.4: gzip is the only coding supported.
    private static func isPacked(_ request: Request) throws(Refused) -> Bool {
        guard let coding = request.header("content-encoding")?.lowercased(), coding != "identity" else { return false }
        if coding == "gzip" || coding == "x-gzip" { return true }
        let fault = Problem.Fault(
            field: "Content-Encoding", value: coding, rule: .unknown_coding, detail: "Only gzip is supported.")
        throw Refused(
            response: Response.problem(
                415, "Send the body as it is, or with the Content-Encoding gzip.", errors: [fault]
            ).with("Accept-Encoding", "gzip, identity"))
    }

    private static func unpacked(_ request: Request, limit: Int) throws(Refused) -> [UInt8] {
        guard try isPacked(request) else { return request.body }
        do throws(TableFileError) {
            return try GzipText.unpacked(request.body, limit: limit)
        } catch {
            throw Refused(response: error.response)
        }
    }
}

extension TableFileError {
    fileprivate var response: Response {
        let status =
            switch code {
            case .not_a_table: 415
            case .too_large_unpacked: 413
            case .unknown_encoding, .damaged_gzip, .malformed_table: 400
            }
        return .problem(
            status, detail, errors: [Problem.Fault(field: "", rule: code.rawValue, detail: detail)])
    }
}
