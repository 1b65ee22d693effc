// The records of one import request, and the key that makes sending them twice the same as once.

import Basics

struct ImportSlice {
    private static let mostBytes = 4 << 20

    private(set) var bytes: [UInt8] = []
    private(set) var records: [SourceRecord] = []
    /// The file ended with it.
    private(set) var isLast = false

    /// The next records of `file` that start at `offset` or later, at most `count`; nil at the end.
    init?(of file: inout RecordFile, from offset: Int, most count: Int) {
        while records.count < count, bytes.count < ImportSlice.mostBytes {
            guard let record = file.next() else {
                isLast = true
                break
            }
            if record.offset >= offset { add(record) }
        }
        if records.isEmpty { return nil }
    }

    var firstLine: Int { records.first?.line ?? 0 }
    var endOffset: Int { records.last.map { $0.offset + $0.bytes.count } ?? 0 }
    var endLine: Int { records.last.map { $0.line + 1 } ?? 0 }

    private mutating func add(_ record: SourceRecord) {
        bytes += record.bytes
        if bytes.last != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\n")) }
        records.append(record)
    }

    /// Place and content (FNV-1a): the same slice of a file has the same key in every run. The server also compares
    /// bodies.
    func key(_ format: RecordFormat, header: [UInt8]) -> String {
        var digest = FNV1a()
        digest.add([Array(format.rawValue.utf8), header, bytes].joined())
        return "import-\(records.first?.offset ?? 0)-\(bytes.count)-" + String(digest.hash, radix: 16)
    }

    /// The record that starts at a line of the request's body, from 1; `header` precedes all records.
    func record(atBodyLine line: Int, header: [UInt8]) -> SourceRecord? {
        var at = 1 + header.lineBreaks
        for record in records {
            if at == line { return record }
            at += max(1, record.bytes.lineBreaks)
        }
        return nil
    }
}

extension [UInt8] {
    var lineBreaks: Int { reduce(0) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) } }
}
