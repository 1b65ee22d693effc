// Turns a file or body as people have it into UTF-8 text that the decoder of discoveries reads: CSV, NDJSON or JSON.
// Unpacks gzip, decodes UTF-16, repairs line ends, converts IPAC tables, ECSV and VOTables to CSV, and names anything
// else. PlanetCore defines the columns.

import Glibc

package struct TableFile: Sendable {
    package enum Form: Sendable, Equatable {
        case csv, ndjson, json
    }

    package let form: Form
    /// UTF-8, as far as can be told without checking every byte.
    package let text: [UInt8]
    /// The line number of the text's first line. Differs only for a VOTable: its header is line 0, so that a row's line
    /// is its number.
    package private(set) var firstLine = 1
    /// Whether the text differs from the input, so that the file has to be read as a whole.
    package private(set) var isConverted: Bool

    /// This many bytes from its start identify a file.
    package static let startBytes = 4096

    /// `declared`: what the sender says it is; nil: detect it. `limit`: bytes that it may become.
    package init(_ bytes: [UInt8], declared: Form? = nil, limit: Int) throws(TableFileError) {
        // By far the most requests. Not those in UTF-16 without a mark.
        if let declared, declared != .csv, bytes.first == UInt8(ascii: "{"), bytes.count < 2 || bytes[1] != 0 {
            form = declared
            (text, isConverted) = declared == .ndjson ? TableFile.withLineFeeds(bytes, false) : (bytes, false)
            return
        }
        isConverted = false
        var bytes = bytes
        var encoding: String?
        if GzipText.begins(bytes) {
            bytes = try GzipText.unpacked(bytes, limit: limit)
            isConverted = true
        }
        if let unicode = UTF16Text(bytes) {
            bytes = try unicode.utf8()
            isConverted = true
            encoding = "UTF-8"
        }
        let start = TableStart(bytes)
        if let declared, declared != .csv, start.isJSON {
            // An array of records is one, whatever was declared.
            form = start.first == UInt8(ascii: "[") ? .json : declared
            (text, isConverted) = form == .ndjson ? TableFile.withLineFeeds(bytes, isConverted) : (bytes, isConverted)
            return
        }
        if let foreign = ForeignFile(bytes) { throw foreign.error }
        switch start.kind {
        case .votable:
            text = try VOTable.csv(bytes, encoding: encoding, limit: limit)
            (form, firstLine, isConverted) = (.csv, 0, true)
        case .ipac:
            text = try IPACTable.csv(bytes, limit: limit)
            (form, isConverted) = (.csv, true)
        case .ecsv:
            text = try ECSVTable.csv(bytes, limit: limit)
            (form, isConverted) = (.csv, true)
        case .json where !start.isOneLineObject:
            (form, text) = (.json, bytes)
        case .json, .text:
            form = start.isOneLineObject ? .ndjson : declared ?? .csv
            (text, isConverted) = TableFile.withLineFeeds(bytes, isConverted)
        }
    }

    /// Whether these bytes may become more, and take long.
    package static func mayGrow(_ bytes: [UInt8]) -> Bool {
        guard let first = bytes.first, first != UInt8(ascii: "{") || bytes.dropFirst().first == 0 else { return false }
        if GzipText.begins(bytes) || UTF16Text(bytes) != nil { return true }
        let kind = TableStart(bytes).kind
        return kind != .json && kind != .text
    }

    /// Whether a file with this start is text that can be read piece by piece, unchanged.
    package static func isPlain(_ start: [UInt8]) -> Bool {
        guard !GzipText.begins(start), UTF16Text(start) == nil, ForeignFile(start) == nil else { return false }
        let begin = TableStart(start)
        guard begin.kind == .text || begin.isOneLineObject else { return false }
        return start.contains(UInt8(ascii: "\n")) || !start.contains(UInt8(ascii: "\r"))
    }

    /// Line ends of old Macs and of some spreadsheets: CR alone. The text keeps its length, and all indices.
    private static func withLineFeeds(_ bytes: [UInt8], _ isConverted: Bool) -> ([UInt8], Bool) {
        guard !bytes.contains(UInt8(ascii: "\n")), bytes.contains(UInt8(ascii: "\r")) else {
            return (bytes, isConverted)
        }
        return (bytes.map { $0 == UInt8(ascii: "\r") ? UInt8(ascii: "\n") : $0 }, true)
    }
}

/// Why a file is not a readable table.
package struct TableFileError: Error, Equatable, Sendable {
    package enum Code: String, Sendable, CaseIterable {
        /// A workbook, a page, a picture: named as such.
        case not_a_table
        case unknown_encoding
        case damaged_gzip
        case too_large_unpacked
        case malformed_table
    }
    package let code: Code
    /// An English sentence.
    package let detail: String

    init(_ code: Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }
}

/// What the first characters reveal.
struct TableStart {
    enum Kind { case json, votable, ipac, ecsv, text }

    let kind: Kind
    /// The first byte that is not white space.
    let first: UInt8?
    /// A JSON object that ends on its first line.
    let isOneLineObject: Bool

    var isJSON: Bool { kind == .json }

    init(_ bytes: [UInt8]) {
        let mark = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        let text = bytes[mark...].prefix(TableFile.startBytes).drop {
            $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D
        }
        first = text.first
        var isOneLine = false
        switch text.first {
        case UInt8(ascii: "{"):
            kind = .json
            let rest = bytes[text.startIndex...]
            let line = rest.prefix { $0 != UInt8(ascii: "\n") }
            isOneLine = line.last { $0 > 0x20 } == UInt8(ascii: "}")
        case UInt8(ascii: "["): kind = .json
        case UInt8(ascii: "<"):
            kind = text.contains(word: "<VOTABLE") || text.contains(word: ":VOTABLE") ? .votable : .text
        case UInt8(ascii: "\\"), UInt8(ascii: "|"): kind = TableStart.hasBars(text) ? .ipac : .text
        case UInt8(ascii: "#"): kind = text.starts(with: Array("# %ECSV".utf8)) ? .ecsv : .text
        default: kind = .text
        }
        isOneLineObject = isOneLine
    }

    /// Whether a line begins and ends with a bar, like the header of an IPAC table.
    private static func hasBars(_ text: ArraySlice<UInt8>) -> Bool {
        text.split(separator: UInt8(ascii: "\n")).contains { line in
            line.first == UInt8(ascii: "|") && line.count { $0 == UInt8(ascii: "|") } > 1
                && line.last { $0 > 0x20 } == UInt8(ascii: "|")
        }
    }
}

extension ArraySlice<UInt8> {
    func contains(word: StaticString) -> Bool {
        let (start, length) = (word.utf8Start, word.utf8CodeUnitCount)
        return withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress, bytes.count >= length else { return false }
            return (0...bytes.count - length).contains { memcmp(base + $0, start, length) == 0 }
        }
    }
}
