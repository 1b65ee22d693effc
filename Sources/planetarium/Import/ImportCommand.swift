// `planetarium import`: sends a file's records to the API in slices, each under an Idempotency-Key of its own, so that
// stopping and restarting at any moment stores every record once. The file is only cut into records, not decoded.

struct ImportCommand {
    static let usualBatch = 1000
    static let usualSource = "import"

    let url: String
    let path: String
    let format: RecordFormat?
    /// Records per request.
    let batch: Int
    let rejects: String?
    let areAliases: Bool
    let sender: String
    let isRestart: Bool
    let isQuiet: Bool
    let isJSON: Bool
    let credentials: ServerCredentials
    /// Reports what would be done, and does nothing.
    let isDryRun: Bool
    /// Does not ask.
    let isSure: Bool

    init(_ arguments: [String]) throws(UsageError) {
        var options = Options(arguments)
        url = try options.url()
        credentials = try options.credentials()
        format = try options.format()
        batch = try options.number("--batch", 1...50_000, fallback: ImportCommand.usualBatch)
        rejects = try options.value("--rejects")
        areAliases = options.flag("--aliases")
        sender = try options.value("--source") ?? ImportCommand.usualSource
        isRestart = options.flag("--restart")
        isQuiet = options.flag("--quiet")
        isJSON = options.flag("--json")
        isDryRun = options.flag("--dry-run")
        isSure = options.flag("--yes")
        path = try options.positional("FILE, or - for standard input")
        try options.finish()
        guard !isDryRun || (!areAliases && path != "-") else {
            throw UsageError("--dry-run is for a file of discoveries")
        }
    }

    /// The result of `run`; docs/API.md has the table.
    enum Status: Int32 {
        case stored = 0
        case someRefused = 1
        /// No answer, or the server is in trouble: the same command continues later.
        case serverAway = 3
        /// The file can't be read, or holds no record.
        case unreadable = 4
        /// The server answered, and refuses such a request: the same command would end the same way.
        case requestRefused = 5
        /// There was a question, and nobody said yes.
        case notConfirmed = 6
    }

    func run() throws(UsageError) -> Int32 {
        guard let client = HTTPClient(base: url, credentials) else { throw UsageError("cannot start libcurl") }
        do throws(UnreadableFile) {
            var file = try RecordFile(path: path, format: format, of: areAliases ? .aliases : .discoveries)
            return try send(&file, through: client).rawValue
        } catch {
            print("planetarium import: \(error.text)", to: &standardError)
            return Status.unreadable.rawValue
        }
    }

    private func send(_ file: inout RecordFile, through client: HTTPClient) throws(UnreadableFile) -> Status {
        var report = ImportReport(self, size: file.size)
        if let ended = try look(report, through: client) { return ended }
        while let slice = ImportSlice(of: &file, from: report.done.bytes, most: batch) {
            let answer = client.sendPatiently(
                "POST", requestPath, headers: headers(slice, file.format, header: file.header),
                body: file.header + slice.bytes
            ) { answer, left in report.waiting(answer, url, left) }
            guard let result = SliceResult(answer) else { return report.gaveUp(answer, url, line: slice.firstLine) }
            report.take(result, of: slice, header: file.header)
        }
        return report.finish(path)
    }

    /// Asks the server what the file would do, unless an import continues or nobody wants to know. Nil: go on.
    private func look(_ report: ImportReport, through client: HTTPClient) throws(UnreadableFile) -> Status? {
        guard isDryRun || !(isSure || areAliases || path == "-" || report.done.bytes > 0) else { return nil }
        var preview = ImportPreview()
        var file = try RecordFile(path: path, format: format)
        var waiting = report
        while let slice = ImportSlice(of: &file, from: 0, most: ImportCommand.usualBatch) {
            let answer = client.sendPatiently(
                "POST", target + "?dry_run=true", headers: headers(slice, file.format, header: file.header),
                body: file.header + slice.bytes
            ) { answer, left in waiting.waiting(answer, url, left) }
            guard preview.add(answer) else { return waiting.gaveUp(answer, url, line: slice.firstLine) }
        }
        if isDryRun {
            if isJSON { print(preview.json) } else { for line in preview.lines { print(line) } }
            return .stored
        }
        guard !preview.doubts.isEmpty else { return nil }
        for line in preview.lines { print(line, to: &standardError) }
        if ImportPreview.isConfirmed() { return nil }
        print("planetarium import: nothing was sent. With --yes it is sent without a question.", to: &standardError)
        return .notConfirmed
    }

    private var requestPath: String { target + "?results=rejected" }

    private var target: String { areAliases ? "/api/aliases" : "/api/discoveries" }

    func headers(_ slice: ImportSlice, _ format: RecordFormat, header: [UInt8]) -> [String] {
        [
            "Content-Type: \(format.contentType)",
            "Idempotency-Key: \(areAliases ? "aliases-" : "")\(slice.key(format, header: header))",
            "X-Planetarium-Source: \(sender)",
        ]
    }
}

extension Command {
    static let importFile = Command(
        name: "import", summary: "submit a file of discoveries", arguments: "FILE|- [options]",
        about: [
            "Submits every record of a table: CSV (also with semicolons or tabs), NDJSON, JSON, VOTable, ECSV or an "
                + "IPAC table, also in UTF-16 or packed with gzip. After an interruption the same command goes on where it "
                + "was; nothing is stored twice.",
            "Exit status 0: all stored, 1: some were refused (see the rejects file), 2: a wrong command line, 3: the "
                + "server was away (the same command goes on later), 4: the file cannot be read or holds no record, 5: "
                + "the server refuses such a request, 6: there was a question, and nobody said yes.",
            "Before it sends anything it asks the server what the file would do. It asks you if most columns are "
                + "unknown, or planets would lose a good part of their values.",
        ],
        example: "planetarium import planets.csv --to http://127.0.0.1:8080",
        options: [
            urlOption, tokenOption, caOption, formatOption,
            ("--batch N", "records a request (default \(ImportCommand.usualBatch))"),
            ("--aliases", "the file's records are aliases: CSV with name,alias, or NDJSON (docs/API.md)"),
            ("--source NAME", "the source, kept with each record (default \(ImportCommand.usualSource))"),
            ("--rejects FILE", "where refused records go, with reasons (default FILE.rejects.ndjson)"),
            ("--dry-run", "say what would be stored, replaced and lost, and do nothing"),
            ("--yes", "send without asking, whatever the file would replace"),
            ("--restart", "forget an earlier, unfinished import of this file"), jsonOption, quietOption,
        ]
    ) { (arguments) throws(UsageError) in try ImportCommand(arguments).run() }
}
