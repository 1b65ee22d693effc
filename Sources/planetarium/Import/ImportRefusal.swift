// Why an import ended before the end of its file: a sentence for each kind of answer, and the exit status.

import JSONText

struct ImportRefusal {
    let status: ImportCommand.Status
    let text: String

    init(_ answer: HTTPAnswer, url: String) {
        let said = ImportRefusal.detail(answer.body)
        switch answer.status {
        case 0: (status, text) = (.serverAway, "no answer from \(url): \(answer.error)")
        case 404, 405:
            status = .requestRefused
            text = "\(url) answers \(answer.status): it has no such address. Is it a Planetarium server?"
        case 401, 403: (status, text) = (.requestRefused, "\(url) does not let you write (\(answer.status)). \(said)")
        case 413: (status, text) = (.requestRefused, "\(said) A smaller --batch makes smaller requests.")
        case 200..<300:
            status = .requestRefused
            text = "\(url) answers with something other than the API's results. Is it a Planetarium server?"
        case 400..<500 where answer.status != 409 && answer.status != 429:
            (status, text) = (.requestRefused, said.isEmpty ? "\(url) refuses the file (\(answer.status))" : said)
        default: (status, text) = (.serverAway, "\(url) answers \(answer.status). \(said)")
        }
    }

    /// The sentence of a problem+json answer; else the answer itself, cut.
    private static func detail(_ body: [UInt8]) -> String {
        var reader = JSONReader()
        let detail = body.withUnsafeBytes { bytes -> String? in
            guard let fields = try? reader.readObject(bytes) else { return nil }
            for field in fields where field.isKey("detail") { return String(decoding: field.text, as: UTF8.self) }
            return nil
        }
        return detail ?? String(decoding: body.prefix(200), as: UTF8.self)
    }
}
