// `planetarium import`: sends a file's records to the API in slices, each under an Idempotency-Key of its own, so that
// stopping and starting again at any moment stores every record once. The file is only cut into records, not decoded.

struct ImportCommand {
    static let usualBatch = 1000
    static let usualSource = "import"

    let url: String
    let path: String
    let format: RecordFormat?
    /// Records a request.
    let batch: Int
    let rejects: String?
    let areAliases: Bool
    let sender: String
    let isRestart: Bool
    let isQuiet: Bool
    let credentials: ServerCredentials

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
        path = try options.positional("FILE, or - for standard input")
        try options.finish()
    }

    /// Exit status 0: all stored, 1: some were refused, 3: the server was away.
    func run() throws(UsageError) -> Int32 {
        guard let client = HTTPClient(base: url, credentials) else { throw UsageError("cannot start libcurl") }
        var file = try RecordFile(path: path, format: format)
        var report = ImportReport(self, size: file.size)
        while let slice = ImportSlice(of: &file, from: report.done.bytes, most: batch) {
            let answer = client.sendPatiently(
                "POST", requestPath, headers: headers(slice, file.format, header: file.header),
                body: file.header + slice.bytes)
            guard let result = SliceResult(answer) else { return report.gaveUp(answer, url, line: slice.firstLine) }
            report.take(result, of: slice, header: file.header)
        }
        return report.finish()
    }

    private var requestPath: String { (areAliases ? "/api/aliases" : "/api/discoveries") + "?results=rejected" }

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
            "Submits every record of a CSV or NDJSON file. After an interruption the same command goes on where it was; "
                + "nothing is stored twice.",
            "Exit status 0: all stored, 1: some were refused (see the rejects file), 3: the server was away.",
        ],
        example: "planetarium import planets.csv --to http://127.0.0.1:8080",
        options: [
            urlOption, tokenOption, caOption, formatOption,
            ("--batch N", "records a request (default \(ImportCommand.usualBatch))"),
            ("--aliases", "the file's records are aliases: CSV with name,alias, or NDJSON (docs/API.md)"),
            ("--source NAME", "the source, kept with each record (default \(ImportCommand.usualSource))"),
            ("--rejects FILE", "where refused records go, with reasons (default FILE.rejects.ndjson)"),
            ("--restart", "forget an earlier, unfinished import of this file"), quietOption,
        ]
    ) { (arguments) throws(UsageError) in try ImportCommand(arguments).run() }
}
