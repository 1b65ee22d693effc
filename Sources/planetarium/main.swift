// `planetarium COMMAND`: picks the command and turns a wrong command line into exit status 2. Each command has its own file.

import Glibc

let version = "0.1.0"
let arguments = Array(CommandLine.arguments.dropFirst())

func run() throws(UsageError) -> Int32 {
    let rest = Array(arguments.dropFirst())
    if rest.contains("--help") || rest.contains("-h") {
        print(Help.text(for: arguments.first))
        return 0
    }
    switch arguments.first {
    case "serve": return try ServiceCommand.run(rest, .serve)
    case "web": return try ServiceCommand.run(rest, .web)
    case "stream": return try ServiceCommand.run(rest, .stream)
    case "topics": return try TopicsCommand.run(rest)
    case "import": return try ImportCommand.run(rest)
    case "replay": return try ReplayCommand.run(rest)
    case "verify": return try VerifyCommand.run(rest)
    case "compact": return try CompactCommand.run(rest)
    case "version", "--version":
        print("planetarium \(version)")
        return 0
    case "help", "--help", "-h", nil:
        print(Help.text(for: rest.first))
        return 0
    case .some(let other): throw UsageError("unknown command: \(other)")
    }
}

do {
    exit(try run())
} catch {
    print("planetarium: \(error.text)\nTry: planetarium help", to: &standardError)
    exit(2)
}
