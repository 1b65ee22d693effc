// Every declaration in Sources is used in Sources: its name stands there once more than it is declared. Names that the
// compiler, the standard library or C call are in a list here.

enum DeadCodeRule {
    /// Called by name from outside the package's code.
    private static let calledFromOutside: Set<String> = [
        "main", "description", "debugDescription", "hash", "hashValue", "next", "makeIterator", "startIndex",
        "endIndex",
        "index", "rawValue", "encode", "id", "Element", "Index", "Failure", "underestimatedCount",
    ]
    /// Used by tests alone, and why that is right. Each must still be declared.
    static let forTests: [String: String] = [
        "connectionCount": "a test waits for connections to have come and gone",
        "latest": "a log's reader can begin there: of a live topic, where the past is of no use",
        "never": "a file without dictionaries has to be readable, too",
        "stopRenewing": "as if the process that holds the lock had stopped",
        "testFatalError": "as if the producer had met an error it can't go on after",
    ]

    static func faults(in tree: Tree) -> [Fault] {
        var stands: [String: Int] = [:]
        var declared: [String: [(path: String, declaration: Declaration)]] = [:]
        for file in tree.files where file.isSource && file.isSwift {
            for token in file.lexed.code where token.isName { stands[token.text, default: 0] += 1 }
            for declaration in Declarations(file.lexed.code).all {
                declared[declaration.name, default: []].append((file.path, declaration))
            }
        }
        var faults: [Fault] = []
        for (name, places) in declared where stands[name, default: 0] <= places.count {
            guard !calledFromOutside.contains(name), forTests[name] == nil,
                !places.contains(where: \.declaration.isCalledFromElsewhere)
            else { continue }
            for (path, declaration) in places {
                faults.append(
                    Fault(path: path, line: declaration.line, reason: "nothing in Sources uses `\(name)`"))
            }
        }
        return faults.sorted { ($0.path, $0.line) < ($1.path, $1.line) }
    }
}
