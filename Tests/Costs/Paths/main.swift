// The hot paths of web and stream, each by itself over an input that is always the same: `Costs PATH` runs one,
// `Costs` alone lists them with the number of records measured. Tests/Costs/costs.py counts the instructions of
// `measured` under valgrind. Not for times: nothing here looks at a clock.

/// One way that many records go.
struct HotPath: Sendable {
    let name: String
    /// Records that are measured; `warmUp` others come first, for tables made once, caches and memory that stays.
    let records: Int
    /// Makes the input and returns what takes the records of these numbers; its sum keeps the compiler from leaving
    /// work out.
    let prepare: @Sendable () -> (Range<Int>) -> Int

    static let warmUp = 256
}

// What `measured` runs. A function without parameters: the compiler makes no variant of it under another name.
nonisolated(unsafe) var work: () -> Int = { 0 }
nonisolated(unsafe) var sum = 0

@inline(never) func measured() { sum &+= work() }

let paths = webPaths + recordPaths + streamPaths + lakePaths + livePaths + [unspecialised]

if CommandLine.arguments.count < 2 {
    for path in paths { print(path.name, path.records) }
} else if CommandLine.arguments.count == 5, CommandLine.arguments[1] == "rewrite" {
    try rewrite(CommandLine.arguments[2], CommandLine.arguments[3], CommandLine.arguments[4])
} else if let path = paths.first(where: { $0.name == CommandLine.arguments[1] }) {
    let run = path.prepare()
    sum = run(0..<HotPath.warmUp)
    work = { run(HotPath.warmUp..<HotPath.warmUp + path.records) }
    measured()
    print(path.name, path.records, sum)
} else {
    fatalError("there is no path \(CommandLine.arguments[1])")
}
