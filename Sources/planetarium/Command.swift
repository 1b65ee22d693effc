// The commands of the executable: one value each, with its help next to what it runs, in the command's file.

import Glibc
import Lake
import PlanetWeb

let version = "0.1.0"

struct Command: Sendable {
    let name: String
    /// One line of the list of commands.
    let summary: String
    /// What follows "planetarium NAME" on a command line.
    var arguments = "[options]"
    /// Paragraphs.
    let about: [String]
    let example: String
    /// Options that are not settings.
    var options: [(option: String, help: String)] = []
    /// The part whose settings the command reads.
    var part: Settings.Part?
    let run: @Sendable ([String]) throws(UsageError) -> Int32

    static let groups: [(title: String, commands: [Command])] = [
        ("To begin with", [.serve, .importFile, .replay]),
        ("Who may write, and by HTTPS", [.token, .certificate]),
        ("Around a Kafka cluster", [.web, .stream, .topics]),
        ("The lake", [.verify, .compact, .hive]),
        ("About this program", [.config, .version, .help]),
    ]
    static let all = groups.flatMap(\.commands)

    static func named(_ name: String) throws(UsageError) -> Command {
        guard let command = all.first(where: { $0.name == name }) else {
            throw UsageError("unknown command: \(name)\(Nearest.hint(name, in: all.map(\.name)))")
        }
        return command
    }

    static func run(_ arguments: [String]) throws(UsageError) -> Int32 {
        let rest = Array(arguments.dropFirst())
        guard let first = arguments.first, !["--help", "-h"].contains(first) else { return try help.run([]) }
        let command = try named(["--version", "-v"].contains(first) ? "version" : first)
        if rest.contains("--help") || rest.contains("-h") {
            print(HelpText(width: .ofOutput).text(of: command))
            return 0
        }
        return try command.run(rest)
    }

    static let version = Command(
        name: "version", summary: "the version of this program", arguments: "",
        about: ["Prints the version of this program."], example: "planetarium version"
    ) { (arguments) throws(UsageError) in
        try Options(arguments).finish()
        print("planetarium \(planetarium.version)")
        return 0
    }

    static let help = Command(
        name: "help", summary: "what a command does and its options", arguments: "[COMMAND]",
        about: ["Shows the commands, or what one of them does; planetarium COMMAND --help is the same."],
        example: "planetarium help serve"
    ) { (arguments) throws(UsageError) in
        let help = HelpText(width: .ofOutput)
        try Options(Array(arguments.dropFirst())).finish()
        print(try arguments.first.map { name throws(UsageError) in help.text(of: try named(name)) } ?? help.overview)
        return 0
    }
}

/// What several commands share.
extension Options {
    mutating func url() throws(UsageError) -> String {
        let url = try value("--to") ?? Environment.all[Environment.url] ?? Settings().listen.url
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
            throw UsageError("--to \(Secrets.hidden(in: url)) is not an http URL")
        }
        if Secrets.areIn(url) { throw UsageError("--to \(Secrets.hidden(in: url)): \(Secrets.elsewhere)") }
        return url
    }

    /// The token and the certificates for a server that requires them.
    mutating func credentials() throws(UsageError) -> ServerCredentials {
        let file = try value("--token-file") ?? Environment.all[Environment.tokenFile]
        var credentials = ServerCredentials(caFile: try value("--ca-file") ?? Environment.all[Environment.caFile])
        guard let file else { return credentials }
        do throws(AccessFailure) {
            let text = try TextFile.text(of: file)
            credentials.token = text.split(whereSeparator: \.isNewline).first.map { $0.filter { $0 != " " } }
        } catch {
            throw UsageError("--token-file: \(error)")
        }
        guard let token = credentials.token, token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw UsageError("--token-file: \(file) holds no token")
        }
        return credentials
    }

    mutating func format() throws(UsageError) -> RecordFormat? {
        guard let text = try value("--format") else { return nil }
        guard let format = RecordFormat(rawValue: text) else {
            throw UsageError("--format \(text) is neither csv nor ndjson")
        }
        return format
    }

    /// The argument LAKE; its folder must exist, because opening would create it. `mode`: R_OK and so on.
    mutating func lake(_ hdfs: WebHDFSOptions, mode: Int32) throws(UsageError) -> (text: String, address: LakeAddress) {
        let text = try positional("LAKE: a folder, or an address as for --lake")
        guard let lake = text.contains(":") ? LakeAddress(text, hdfs) : .folder(path: text) else {
            throw UsageError(
                "\(Secrets.hidden(in: text)) is not a lake address (a folder, file:DIR, hdfs://NAMENODE:9870/FOLDER)")
        }
        if case .folder(let path) = lake, access(path, mode) != 0 {
            throw UsageError("\(path): \(String(cString: strerror(errno)))")
        }
        return (text, lake)
    }
}

extension Command {
    static let urlOption = (
        "--to URL", "the server (default \(Settings().listen.url), \(Environment.url))"
    )
    static let tokenOption = ("--token-file FILE", "file with the token to send (\(Environment.tokenFile))")
    static let caOption = (
        "--ca-file FILE", "PEM certificates to trust instead of the system's (\(Environment.caFile))"
    )
    static let formatOption = ("--format csv|ndjson", "default: by the file's name or first character")
    static let quietOption = ("--quiet", "no progress bar")
    static let jsonOption = ("--json", "what was done, as one line of JSON")
}
