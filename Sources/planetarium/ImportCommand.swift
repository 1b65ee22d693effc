// `planetarium import`: a file's records to the API in slices, each under an Idempotency-Key of its own, so that stopping and
// starting again at any moment stores every record once. Not the server's decoding: the file is only cut into records.

import Glibc
import JSONText

enum ImportCommand {
    static func run(_ arguments: [String]) throws(UsageError) -> Int32 {
        var options = Options(arguments)
        let url = try Command.url(&options)
        let format = try Command.format(&options)
        let batch = try Command.number(&options, "--batch", 1...50_000, fallback: 1000)
        let rejects = try options.value("--rejects")
        let aliases = options.flag("--aliases")
        let sender = try options.value("--source") ?? "import"
        let restart = options.flag("--restart")
        let quiet = options.flag("--quiet")
        let path = try options.positional("FILE, or - for standard input")
        try options.finish()
        guard let client = HTTPClient(base: url) else { throw UsageError("cannot start libcurl") }

        var source = try RecordSource(path: path, format: format)
        let progressFile = path == "-" ? nil : path + ".import-progress"
        var done =
            restart
            ? ImportProgress()
            : progressFile.flatMap { ImportProgress(file: $0, size: source.size) } ?? ImportProgress()
        done.size = source.size ?? -1
        let rejectsPath = rejects ?? (path == "-" ? "import.rejects.ndjson" : path + ".rejects.ndjson")
        var rejectsFile = RejectsFile(path: rejectsPath, appending: done.bytes > 0)
        var bar = ProgressBar(label: "import", quiet: quiet)
        if done.bytes > 0, !quiet { print("going on at line \(done.line)", to: &standardError) }

        var slice = Slice()
        var ended = false
        while !ended {
            if let record = source.next() {
                if record.offset < done.bytes { continue }
                slice.add(record)
            } else {
                ended = true
            }
            guard slice.count > 0, ended || slice.count >= batch || slice.bytes.count >= 4 << 20 else { continue }
            let answer = client.sendPatiently(
                "POST", (aliases ? "/api/aliases" : "/api/discoveries") + "?results=rejected",
                headers: [
                    "Content-Type: \(source.format.contentType)",
                    "Idempotency-Key: \(aliases ? "aliases-" : "")\(slice.key(source.format, header: source.header))",
                    "X-Planetarium-Source: \(sender)",
                ], body: source.header + slice.bytes)
            guard let result = SliceResult(answer) else {
                bar.finish()
                let reason =
                    answer.status == 0
                    ? answer.error
                    : "status \(answer.status): \(String(decoding: answer.body.prefix(300), as: UTF8.self))"
                print(
                    "planetarium import: \(url) \(reason)\nRun the same command again to go on at line \(slice.firstLine).",
                    to: &standardError)
                return 3
            }
            for reject in result.rejected { rejectsFile.add(reject, in: slice, hasHeader: source.format == .csv) }
            done.accepted += result.accepted
            done.rejected += result.rejected.count
            done.bytes = slice.endOffset
            done.line = slice.endLine
            if let progressFile { done.save(progressFile) }
            slice = Slice()
            bar.show(
                source.size.map { Double(done.bytes) / Double(max($0, 1)) },
                "\(done.accepted) stored, \(done.rejected) refused", force: ended)
        }
        bar.finish()
        if let progressFile { unlink(progressFile) }
        print("\(done.accepted) stored, \(done.rejected) refused" + (done.rejected > 0 ? " (see \(rejectsPath))" : ""))
        return done.rejected > 0 ? 1 : 0
    }
}

/// Records of one request.
private struct Slice {
    var bytes: [UInt8] = []
    var records: [SourceRecord] = []

    var count: Int { records.count }
    var firstLine: Int { records.first?.line ?? 0 }
    var endOffset: Int { records.last.map { $0.offset + $0.bytes.count } ?? 0 }
    var endLine: Int { records.last.map { $0.line + 1 } ?? 0 }

    mutating func add(_ record: SourceRecord) {
        bytes += record.bytes
        if bytes.last != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\n")) }
        records.append(record)
    }

    /// Place and content: the same slice of the same file, read in the same way, has the same key in every run (FNV-1a; the server compares
    /// the body, too).
    func key(_ format: RecordFormat, header: [UInt8]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in [Array(format.rawValue.utf8), header, bytes].joined() {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
        }
        return "import-\(records.first?.offset ?? 0)-\(bytes.count)-" + String(hash, radix: 16)
    }

    /// The record of a line of the request's body.
    func record(atBodyLine line: Int, hasHeader: Bool, headerLines: Int) -> SourceRecord? {
        var at = 1 + (hasHeader ? headerLines : 0)
        for record in records {
            if at == line { return record }
            at += max(1, record.bytes.reduce(0) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) })
        }
        return nil
    }
}

/// What the server said of a slice; nil if it is no such answer.
private struct SliceResult {
    struct Reject {
        var line: Int
        var errors: [UInt8]
    }
    var accepted = 0
    var rejected: [Reject] = []

    init?(_ answer: HTTPAnswer) {
        guard [200, 201, 207, 422].contains(answer.status) else { return nil }
        var reader = JSONReader(limits: JSONLimits(fields: 1_000_000, depth: 16, bytes: 256 << 20))
        var results: [UInt8] = []
        var known = false
        do {
            try answer.body.withUnsafeBytes { bytes in
                let fields = try reader.readObject(bytes)
                for field in fields {
                    if field.isKey("accepted") {
                        accepted = Int(exactly: field.number) ?? 0
                        known = true
                    }
                    if field.isKey("results") { results = Array(field.text) }
                }
            }
            guard known else { return nil }
            let elements = try results.withUnsafeBytes { bytes in
                try reader.splitArray(bytes, maxElements: 1_000_000)
            }
            for element in elements {
                try results[element].withUnsafeBytes { bytes in
                    var reject = Reject(line: 0, errors: [])
                    let fields = try reader.readObject(bytes)
                    for field in fields {
                        if field.isKey("line") { reject.line = Int(exactly: field.number) ?? 0 }
                        if field.isKey("errors") { reject.errors = Array(field.text) }
                    }
                    if !reject.errors.isEmpty { rejected.append(reject) }
                }
            }
        } catch {
            return nil
        }
    }
}

/// One JSON object a refused record: line in the file, raw text, errors.
private struct RejectsFile {
    let path: String
    let appending: Bool
    private var file: UnsafeMutablePointer<FILE>?

    init(path: String, appending: Bool) {
        self.path = path
        self.appending = appending
    }

    mutating func add(_ reject: SliceResult.Reject, in slice: Slice, hasHeader: Bool) {
        if file == nil { file = fopen(path, appending ? "a" : "w") }
        let record = slice.record(atBodyLine: reject.line, hasHeader: hasHeader, headerLines: 1)
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("line", record?.line ?? reject.line)
        writer.member("raw", String(decoding: record?.bytes ?? [], as: UTF8.self))
        writer.key("errors")
        writer.raw(reject.errors)
        writer.endObject()
        let bytes = writer.bytes + [UInt8(ascii: "\n")]
        guard let file, fwrite(bytes, 1, bytes.count, file) == bytes.count, fflush(file) == 0 else {
            print("planetarium import: cannot write \(path)", to: &standardError)
            return
        }
    }
}
