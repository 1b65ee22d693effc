// `planetarium COMMAND`: turns a wrong command line into exit status 2. Command.swift has the commands.

import Threads

if let refusal = WallClock.refusal() {
    print("planetarium: \(refusal)", to: &standardError)
    ProcessEnd.now(1)
}
do {
    ProcessEnd.now(try Command.run(Array(CommandLine.arguments.dropFirst())))
} catch {
    let named = CommandLine.arguments.dropFirst().first.flatMap { name in Command.all.first { $0.name == name } }
    print("planetarium: \(error.text)\nTry: planetarium help\(named.map { " " + $0.name } ?? "")", to: &standardError)
    ProcessEnd.now(2)
}
