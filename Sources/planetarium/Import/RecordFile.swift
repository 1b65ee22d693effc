// Reads a CSV or NDJSON file (or standard input) record by record and counts lines and bytes. Holds a buffer, not the
// file. Does not look inside records, except that a CSV quote may contain line breaks (RFC 4180, section 2.6).

import Glibc
import JSONText
import PlanetCore
import TableFiles

enum RecordFormat: String {
    case csv, ndjson

    var contentType: String { self == .csv ? "text/csv" : "application/x-ndjson" }

    /// From the file's name, else nil.
    init?(fileName: String) {
        let name = fileName.lowercased()
        if [".csv", ".tsv", ".tab"].contains(where: name.hasSuffix) {
            self = .csv
        } else if [".ndjson", ".jsonl", ".json"].contains(where: name.hasSuffix) {
            self = .ndjson
        } else {
            return nil
        }
    }
}

/// One record with its line break.
struct SourceRecord {
    var bytes: [UInt8]
    /// The line it starts on, from 1.
    var line: Int
    /// The byte it starts at.
    var offset: Int
}

/// Why a file has no records; a sentence.
struct UnreadableFile: Error {
    let text: String
}

struct RecordFile: ~Copyable {
    /// Of a longer one the beginning is returned, for the server to refuse; the rest of the line is skipped.
    static let longestRecord = 4 << 20
    /// For a file that has to be read as a whole, and for its converted text.
    private static let longestConverted = 1 << 30

    let format: RecordFormat
    /// The size of the text, or nil for standard input that is read piece by piece.
    let size: Int?
    /// The CSV header row with its line break; empty for NDJSON.
    private(set) var header: [UInt8] = []

    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var start = 0
    private var line = 1
    private var offset = 0
    private var ended = false

    /// `path` "-" is standard input.
    init(path: String, format: RecordFormat?, of kind: RecordKind = .discoveries) throws(UnreadableFile) {
        let opened = try RecordFile.opened(path)
        var text: [UInt8] = []
        var isWhole = false
        RecordFile.fill(&text, from: opened.descriptor, ended: &isWhole)
        var known = format ?? RecordFormat(fileName: path)
        var size = opened.size
        if !TableFile.isPlain(Array(text.prefix(TableFile.startBytes))) {
            do {
                known = try RecordFile.convert(&text, path, known, from: opened.descriptor, ended: &isWhole)
            } catch {
                if opened.descriptor > 0 { close(opened.descriptor) }
                throw error
            }
            size = text.count
        }
        let first = text.first { ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) }
        // No CSV header starts with a brace, whatever the file's name.
        self.format = format == nil && first == UInt8(ascii: "{") ? .ndjson : known ?? .csv
        self.size = size
        descriptor = opened.descriptor
        buffer = text
        ended = isWhole
        if self.format == .csv { readHeader(kind) }
    }

    private static func opened(_ path: String) throws(UnreadableFile) -> (descriptor: Int32, size: Int?) {
        if path == "-" { return (0, nil) }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw UnreadableFile(text: "cannot open \(path): \(String(cString: strerror(errno)))")
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
            close(descriptor)
            throw UnreadableFile(text: "\(path) is a folder: name the file in it")
        }
        return (descriptor, status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil)
    }

    /// Converts the whole file to CSV or NDJSON text; returns which.
    private static func convert(
        _ buffer: inout [UInt8], _ path: String, _ known: RecordFormat?, from descriptor: Int32, ended: inout Bool
    ) throws(UnreadableFile) -> RecordFormat {
        while !ended {
            fill(&buffer, from: descriptor, ended: &ended)
            guard buffer.count <= longestConverted else {
                throw UnreadableFile(text: "\(path) is too long for its kind: send it as CSV or NDJSON in UTF-8")
            }
        }
        let file: TableFile
        do throws(TableFileError) {
            file = try TableFile(buffer, declared: known == .csv ? .csv : nil, limit: longestConverted)
        } catch {
            throw UnreadableFile(text: "\(path): \(error.detail)")
        }
        guard let lines = file.form == .json ? lines(file.text) : file.text else {
            throw UnreadableFile(text: "\(path) is neither a JSON object nor an array of objects")
        }
        buffer = lines
        return file.form == .csv ? .csv : .ndjson
    }

    /// A JSON object, or the elements of an array, each on a line of its own; nil for other JSON.
    private static func lines(_ json: [UInt8]) -> [UInt8]? {
        var reader = JSONReader(limits: JSONLimits(fields: 1, depth: 64, bytes: longestConverted))
        return json.withUnsafeBytes { text -> [UInt8]? in
            let start = text.firstIndex { ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) } ?? 0
            let text = UnsafeRawBufferPointer(rebasing: text[start...])
            let elements: [Range<Int>]
            if text.first == UInt8(ascii: "[") {
                guard let found = try? reader.splitArray(text, maxElements: 100_000_000) else { return nil }
                elements = found
            } else {
                elements = [0..<text.count]
            }
            var lines: [UInt8] = []
            lines.reserveCapacity(text.count)
            for element in elements {
                // Line breaks within a JSON value lie between its tokens.
                lines.append(contentsOf: text[element].map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 })
                lines.append(UInt8(ascii: "\n"))
            }
            return lines
        }
    }

    /// Comments may precede the header, and the header may itself be one: `# name,mass`.
    private mutating func readHeader(_ kind: RecordKind) {
        var comment: [UInt8] = []
        while let record = nextRaw() {
            if record.bytes.first == UInt8(ascii: "#") {
                comment = Array(record.bytes.dropFirst())
            } else if !record.bytes.isBlank, record.offset > 0 || !HeaderLine.isNote(record.bytes) {
                guard comment.contains(where: { $0 == 0x2C || $0 == 0x3B || $0 == 0x09 }),
                    !HeaderLine.hasName(record.bytes, of: kind), HeaderLine.hasName(comment, of: kind)
                else {
                    header = record.bytes
                    return
                }
                header = comment
                unread(record)
                return
            }
        }
    }

    private mutating func unread(_ record: SourceRecord) {
        start -= record.bytes.count
        (line, offset) = (record.line, record.offset)
    }

    deinit { if descriptor > 0 { close(descriptor) } }

    /// The next record; blank lines and CSV comments are skipped. Nil at the end.
    mutating func next() -> SourceRecord? {
        while let record = nextRaw() {
            if record.bytes.isBlank { continue }
            if format == .csv, record.bytes.first == UInt8(ascii: "#") { continue }
            return record
        }
        return nil
    }

    private mutating func nextRaw() -> SourceRecord? {
        var scanned = start
        var quoted = false
        while true {
            while scanned < buffer.count {
                let byte = buffer[scanned]
                scanned += 1
                if byte == UInt8(ascii: "\""), format == .csv { quoted.toggle() }
                if byte == UInt8(ascii: "\n"), !quoted { return take(through: scanned) }
            }
            if scanned - start > RecordFile.longestRecord {
                let record = take(through: scanned)
                skipLine()
                return record
            }
            if ended { return scanned > start ? take(through: scanned) : nil }
            buffer.removeSubrange(..<start)
            scanned -= start
            start = 0
            RecordFile.fill(&buffer, from: descriptor, ended: &ended)
        }
    }

    /// Ignores quotes: an unclosed one would swallow the rest of the file.
    private mutating func skipLine() {
        while true {
            if let end = buffer[start...].firstIndex(of: UInt8(ascii: "\n")) {
                offset += end + 1 - start
                start = end + 1
                line += 1
                return
            }
            offset += buffer.count - start
            buffer.removeAll(keepingCapacity: true)
            start = 0
            if ended { return }
            RecordFile.fill(&buffer, from: descriptor, ended: &ended)
        }
    }

    private mutating func take(through end: Int) -> SourceRecord {
        let record = SourceRecord(bytes: Array(buffer[start..<end]), line: line, offset: offset)
        line += record.bytes.lineBreaks
        offset += record.bytes.count
        start = end
        return record
    }

    private static func fill(_ buffer: inout [UInt8], from descriptor: Int32, ended: inout Bool) {
        let chunk = 1 << 18
        let old = buffer.count
        buffer.append(contentsOf: repeatElement(0, count: chunk))
        var n: Int
        repeat {
            n = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress.map { $0 + old }, chunk) }
        } while n < 0 && errno == EINTR
        buffer.removeLast(chunk - max(0, n))
        if n <= 0 { ended = true }
    }
}

extension [UInt8] {
    fileprivate var isBlank: Bool { allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D } }
}
