// `planetarium COMMAND`: turns a wrong command line into exit status 2. Command.swift has the commands.

import Glibc

if let refusal = WallClock.refusal() {
    print("planetarium: \(refusal)", to: &standardError)
    exit(1)
}
do {
    exit(try Command.run(Array(CommandLine.arguments.dropFirst())))
} catch {
    print("planetarium: \(error.text)\nTry: planetarium help", to: &standardError)
    exit(2)
}
