// Reads a CSV or NDJSON file (or standard input) record by record and counts lines and bytes. Holds a buffer, not the
// file. Does not look inside records, except that a CSV quote may hold line breaks (RFC 4180, section 2.6).

import Glibc

enum RecordFormat: String {
    case csv, ndjson

    var contentType: String { self == .csv ? "text/csv" : "application/x-ndjson" }

    /// By the file's name, else nil.
    init?(fileName: String) {
        let name = fileName.lowercased()
        if name.hasSuffix(".csv") {
            self = .csv
        } else if name.hasSuffix(".ndjson") || name.hasSuffix(".jsonl") || name.hasSuffix(".json") {
            self = .ndjson
        } else {
            return nil
        }
    }
}

/// One record with its line break.
struct SourceRecord {
    var bytes: [UInt8]
    /// The line it begins on, from 1.
    var line: Int
    /// The byte it begins at.
    var offset: Int
}

struct RecordFile: ~Copyable {
    /// Of a longer one the beginning is returned, for the server to refuse, and the rest of the line is skipped.
    static let longestRecord = 4 << 20

    let format: RecordFormat
    /// The file's size, or nil for standard input.
    let size: Int?
    /// The CSV header row with its line break; empty for NDJSON.
    private(set) var header: [UInt8] = []

    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var start = 0
    private var line = 1
    private var offset = 0
    private var ended = false

    /// `path` "-" is standard input. Throws a sentence.
    init(path: String, format: RecordFormat?) throws(UsageError) {
        if path == "-" {
            descriptor = 0
            size = nil
        } else {
            descriptor = open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else {
                throw UsageError("cannot open \(path): \(String(cString: strerror(errno)))")
            }
            var status = stat()
            size = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
        }
        if let known = format ?? RecordFormat(fileName: path) {
            self.format = known
        } else {
            RecordFile.fill(&buffer, from: descriptor, ended: &ended)
            let first = buffer.first { ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) }
            self.format = first == UInt8(ascii: "{") ? .ndjson : .csv
        }
        if self.format == .csv {
            // Comment lines may stand before the header.
            while let record = nextRaw() {
                if record.bytes.first == UInt8(ascii: "#") || record.bytes.isBlank { continue }
                header = record.bytes
                break
            }
        }
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

    /// Ignores quotes: one without an end would swallow the rest of the file.
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
