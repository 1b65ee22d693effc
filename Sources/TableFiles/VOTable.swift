// VOTable (https://www.ivoa.net/documents/VOTable/) as CSV: the first table of the document, its data as TABLEDATA,
// BINARY or BINARY2 in base64. Read by expat, which loads no external entity; a document that declares entities is
// refused. VOTableBinary.swift reads the bytes of BINARY.

import CExpat
import Glibc

/// A FIELD: its column's name and how its values are written.
struct VOTableField {
    var name: String
    var unit: String
    var type: String
    var arraySize: String
    /// VALUES null: the number that means no value.
    var null: String?
}

enum VOTable {
    /// `encoding`: of the bytes, if it differs from the document's own statement.
    static func csv(_ bytes: [UInt8], encoding: String?, limit: Int) throws(TableFileError) -> [UInt8] {
        guard !hasLongTag(bytes) else { throw malformed("has a tag of more than \(longestTag) bytes") }
        let reader = VOTableReader(limit: limit)
        guard let parser = XML_ParserCreate(encoding) else { throw malformed("cannot be read: no memory") }
        defer { XML_ParserFree(parser) }
        reader.parser = parser
        XML_SetUserData(parser, Unmanaged.passUnretained(reader).toOpaque())
        XML_SetElementHandler(
            parser,
            { user, name, attributes in
                guard let name, let attributes else { return }
                VOTableReader.of(user)?.begin(String(cString: name), attributes)
            },
            { user, name in
                guard let name else { return }
                VOTableReader.of(user)?.end(String(cString: name))
            })
        XML_SetCharacterDataHandler(parser) { user, text, length in
            guard let text else { return }
            VOTableReader.of(user)?.add(UnsafeRawBufferPointer(start: text, count: Int(length)))
        }
        XML_SetEntityDeclHandler(parser) { user, _, _, _, _, _, _, _, _ in
            VOTableReader.of(user)?.stop("declares entities, which are not read")
        }
        let status = bytes.withUnsafeBytes {
            XML_Parse(parser, $0.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(clamping: $0.count), 1)
        }
        if let fault = reader.fault { throw fault }
        guard status == XML_STATUS_OK else {
            let reason = XML_ErrorString(XML_GetErrorCode(parser)).map { String(cString: $0) } ?? "an error"
            throw malformed("is not valid XML in line \(XML_GetCurrentLineNumber(parser)): \(reason)")
        }
        guard reader.hasTable else { throw malformed("has no table with columns") }
        return reader.text.bytes
    }

    /// A tag's attributes take more memory than their text.
    private static let longestTag = 1 << 16

    private static func hasLongTag(_ bytes: [UInt8]) -> Bool {
        var start: Int?
        for (index, byte) in bytes.enumerated() {
            switch byte {
            // Comments and CDATA may be of any length.
            case UInt8(ascii: "<"): start = index
            case UInt8(ascii: "!") where start == index - 1: start = nil
            case UInt8(ascii: ">"):
                if let begin = start, index - begin > longestTag { return true }
                start = nil
            default: break
            }
        }
        return start.map { bytes.count - $0 > longestTag } ?? false
    }

    static func malformed(_ what: String) -> TableFileError {
        TableFileError(.malformed_table, "The VOTable \(what).")
    }
}

/// The target of expat's calls.
private final class VOTableReader {
    var parser: XML_Parser?
    private(set) var text: CSVText
    private(set) var fault: TableFileError?
    /// The number of open elements.
    private var depth = 0
    private static let deepest = 100
    private var fields: [VOTableField] = []
    private var isTableDone = false
    private var cells: [[UInt8]] = []
    /// Of the current TD or STREAM; nil between them.
    private var content: [UInt8]?
    private var isBinary2 = false
    private var isHeaderWritten = false

    init(limit: Int) { text = CSVText(limit: limit) }

    var hasTable: Bool { !fields.isEmpty }

    static func of(_ user: UnsafeMutableRawPointer?) -> VOTableReader? {
        user.map { Unmanaged<VOTableReader>.fromOpaque($0).takeUnretainedValue() }
    }

    func stop(_ what: String) { stop(VOTable.malformed(what)) }

    private func stop(_ error: TableFileError) {
        if fault == nil { fault = error }
        XML_StopParser(parser, 0)
    }

    func begin(_ qualified: String, _ attributes: UnsafeMutablePointer<UnsafePointer<CChar>?>) {
        depth += 1
        guard depth <= VOTableReader.deepest else { return stop("has more than \(VOTableReader.deepest) levels") }
        guard !isTableDone else { return }
        func attribute(_ name: String) -> String? {
            var at = 0
            while let key = attributes[at], let value = attributes[at + 1] {
                if String(cString: key) == name { return String(cString: value) }
                at += 2
            }
            return nil
        }
        switch VOTableReader.local(qualified) {
        case "FIELD":
            guard fields.count < 512 else { return stop("has more than 512 columns") }
            let name = attribute("name") ?? attribute("ID") ?? ""
            fields.append(
                VOTableField(
                    name: name, unit: attribute("unit") ?? "", type: attribute("datatype") ?? "char",
                    arraySize: attribute("arraysize") ?? ""))
        case "VALUES": if !fields.isEmpty { fields[fields.count - 1].null = attribute("null") }
        case "TD":
            if attribute("encoding") != nil { return stop("has a cell in base64, which is not read") }
            content = []
        case "BINARY2": isBinary2 = true
        case "FITS": stop("has its data as FITS: save it as TABLEDATA or BINARY2")
        case "STREAM":
            if attribute("href") != nil { return stop("has its data in another file") }
            guard attribute("encoding") == "base64" else { return stop("has a stream that is not in base64") }
            content = []
        default: break
        }
    }

    func add(_ bytes: UnsafeRawBufferPointer) { content?.append(contentsOf: bytes) }

    func end(_ qualified: String) {
        depth -= 1
        guard !isTableDone, fault == nil else { return }
        switch VOTableReader.local(qualified) {
        case "TD":
            guard cells.count < fields.count else { return stop("has a row with more cells than columns") }
            let value = content ?? []
            let isNull = fields.indices.contains(cells.count) && fields[cells.count].isNull(value)
            cells.append(isNull ? [] : value)
            content = nil
        case "TR":
            guard cells.count == fields.count else { return stop("has a row with \(cells.count) cells") }
            write(cells)
            cells.removeAll(keepingCapacity: true)
        case "STREAM":
            let data = content ?? []
            content = nil
            readStream(data)
        case "TABLE": if hasTable { finishTable() }
        default: break
        }
    }

    private func readStream(_ data: [UInt8]) {
        guard let bytes = Base64.decoded(data) else { return stop("has a stream that is not base64") }
        var rows = VOTableBinary(bytes, fields: fields, hasNullFlags: isBinary2)
        while fault == nil, !rows.isAtEnd {
            guard let row = rows.next() else { return stop("has a stream that ends within a row, or of unknown types") }
            write(row)
        }
    }

    private func finishTable() {
        writeHeader()
        isTableDone = true
    }

    private func write(_ row: [[UInt8]]) {
        writeHeader()
        for cell in row { text.field(cell) }
        endLine()
    }

    private func writeHeader() {
        guard !isHeaderWritten else { return }
        isHeaderWritten = true
        for field in fields { text.header(field.name, unit: field.unit) }
        endLine()
    }

    private func endLine() {
        do throws(TableFileError) { try text.endLine() } catch { stop(error) }
    }

    private static func local(_ qualified: String) -> Substring {
        qualified.split(separator: ":").last ?? ""
    }
}

extension VOTableField {
    /// The column's number for no value, and NaN.
    func isNull(_ value: [UInt8]) -> Bool {
        guard let null else { return false }
        return value.drop { $0 <= 0x20 }.elementsEqual(null.utf8)
    }
}
