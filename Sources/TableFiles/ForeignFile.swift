// Files that are not text tables, recognised by how they begin: each is named, with advice.

struct ForeignFile {
    let error: TableFileError

    private struct Mark {
        let begin: [UInt8]
        let what: String
        let advice: String

        init(_ begin: [UInt8], _ what: String, _ advice: String) {
            (self.begin, self.what, self.advice) = (begin, what, advice)
        }

        init(_ begin: String, _ what: String, _ advice: String) { self.init(Array(begin.utf8), what, advice) }
    }

    private static let saveAs = "save it as CSV UTF-8 in the spreadsheet program and send that"
    private static let unpack = "unpack it first; of compressed files gzip alone is read"
    private static let marks: [Mark] = [
        Mark([0xD0, 0xCF, 0x11, 0xE0], "an Excel workbook of the old kind (.xls)", saveAs),
        Mark("%PDF", "a PDF document", "a table has to be sent as text, such as CSV"),
        Mark("SQLite format 3", "an SQLite database", "export the table as CSV"),
        Mark("PAR1", "a Parquet file", "export it as CSV or NDJSON, for example with DuckDB"),
        Mark("SIMPLE  =", "a FITS file", "save it as VOTable, ECSV or CSV, for example with TOPCAT"),
        Mark([0x89, 0x48, 0x44, 0x46], "an HDF5 file", "export the table as CSV"),
        Mark([0x89, 0x50, 0x4E, 0x47], "a picture (PNG)", "send the table itself, as text"),
        Mark([0xFF, 0xD8, 0xFF], "a picture (JPEG)", "send the table itself, as text"),
        Mark("GIF8", "a picture (GIF)", "send the table itself, as text"),
        Mark("{\\rtf", "a document of a word processor (RTF)", "save it as plain text, UTF-8"),
        Mark("BZh", "a file compressed with bzip2", unpack),
        Mark([0xFD, 0x37, 0x7A, 0x58, 0x5A], "a file compressed with xz", unpack),
        Mark([0x28, 0xB5, 0x2F, 0xFD], "a file compressed with Zstandard", unpack),
        Mark([0x37, 0x7A, 0xBC, 0xAF], "a 7z archive", unpack),
        Mark([0x1F, 0x8B], "a file compressed with gzip in an unknown way", "pack it anew with gzip"),
        Mark([0xFF, 0xFE, 0, 0], "text in UTF-32", "save it as UTF-8"),
        Mark([0, 0, 0xFE, 0xFF], "text in UTF-32", "save it as UTF-8"),
    ]

    /// Nil if the file may be a table.
    init?(_ bytes: [UInt8]) {
        let start = bytes.prefix(TableFile.startBytes)
        if start.starts(with: [0x50, 0x4B, 0x03, 0x04]) || start.starts(with: [0x50, 0x4B, 0x05, 0x06]) {
            error = ForeignFile.archive(bytes)
        } else if let mark = ForeignFile.marks.first(where: { start.starts(with: $0.begin) }) {
            error = ForeignFile.named(mark.what, mark.advice)
        } else if let what = ForeignFile.markup(start) {
            error = what
        } else if start.contains(0) {
            error = ForeignFile.named("not text: it has zero bytes", "send CSV, NDJSON or JSON in UTF-8")
        } else {
            return nil
        }
    }

    private static func named(_ what: String, _ advice: String) -> TableFileError {
        TableFileError(.not_a_table, "This is \(what): \(advice).")
    }

    /// By the names of the files inside, which a ZIP archive contains in clear.
    private static func archive(_ bytes: [UInt8]) -> TableFileError {
        let all = bytes.prefix(1 << 16) + bytes.suffix(1 << 16)
        if all.contains(word: "xl/") { return named("an Excel workbook", saveAs) }
        if all.contains(word: "opendocument.spreadsheet") { return named("a LibreOffice workbook (.ods)", saveAs) }
        if all.contains(word: "word/") {
            return named("a Word document", "a table has to be sent as text, such as CSV")
        }
        if all.contains(word: "Index/Document.iwa") { return named("a Numbers workbook", saveAs) }
        return named("a ZIP archive", unpack)
    }

    private static func markup(_ start: ArraySlice<UInt8>) -> TableFileError? {
        let text = start.drop { $0 <= 0x20 || $0 == 0xEF || $0 == 0xBB || $0 == 0xBF }.prefix(1024)
        guard text.first == UInt8(ascii: "<") else { return nil }
        let lower = String(decoding: text, as: UTF8.self).lowercased()
        if lower.hasPrefix("<!doctype html") || lower.contains("<html") || lower.contains("<head") {
            return named("an HTML page", "perhaps an error page or a preview: download the table itself")
        }
        if lower.contains("votable") { return nil }
        return named("XML, and no VOTable", "send CSV, NDJSON, JSON or a VOTable")
    }
}
