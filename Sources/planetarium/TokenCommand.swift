// `planetarium token`: makes, lists and revokes the tokens of a file that serve and web read (--tokens). Stores only
// hashes: a token is shown once, when it is made.

import Basics
import Glibc
import PlanetWeb

enum TokenCommand {
    private static let actions = ["add", "list", "revoke"]

    static func run(_ arguments: [String]) throws(UsageError) -> Int32 {
        var options = Options(arguments)
        let roleText = try options.value("--role")
        let settings = try ReadSettings(&options, for: .token).settings
        let action = try options.positional(actions.joined(separator: ", "))
        guard actions.contains(action) else {
            throw UsageError(
                "token \(action): one of \(actions.joined(separator: ", "))\(Nearest.hint(action, in: actions))")
        }
        let name = action == "list" ? "" : try options.positional("NAME")
        try options.finish()
        guard let path = settings.access.tokens else { throw UsageError("--tokens FILE is missing") }
        do throws(AccessFailure) {
            switch action {
            case "add":
                let role = try role(roleText)
                guard StoredToken.isName(name) else {
                    throw AccessFailure("\(name) is not a name: 1 to 64 letters, digits, dots, dashes and underscores")
                }
                print(try TokenFile(path).add(TokenHolder(name: name, role: role)))
            case "revoke": try TokenFile(path).revoke(name)
            default: list(try TokenFile(path).tokens())
            }
            return 0
        } catch {
            print("planetarium token: \(error)", to: &standardError)
            return 1
        }
    }

    private static func role(_ text: String?) throws(AccessFailure) -> AccessRole {
        guard let text else { return .submit }
        guard let role = AccessRole(rawValue: text) else {
            let names = AccessRole.allCases.map(\.rawValue)
            throw AccessFailure("--role \(text): one of \(names.joined(separator: ", "))")
        }
        return role
    }

    private static func list(_ tokens: [StoredToken]) {
        for token in tokens { print("\(token.holder.name) \(token.holder.role.rawValue) \(token.created)") }
    }
}

/// The file, changed by one process at a time and by one rename.
private struct TokenFile {
    private let path: String
    private let file: SharedTextFile

    init(_ path: String) {
        self.path = path
        file = SharedTextFile(path)
    }

    func tokens() throws(AccessFailure) -> [StoredToken] {
        try StoredToken.parse(try TextFile.text(of: path), path: path)
    }

    /// The new token.
    func add(_ holder: TokenHolder) throws(AccessFailure) -> String {
        try file.locked { () throws(AccessFailure) in
            let text = try file.text()
            let known = try StoredToken.parse(text, path: path)
            guard !known.contains(where: { $0.holder.name == holder.name }) else {
                throw AccessFailure("there is a token \(holder.name) already; revoke it first")
            }
            guard known.count < StoredToken.mostInFile else {
                throw AccessFailure("\(path) has \(known.count) tokens, and can have no more")
            }
            let made = StoredToken.make(
                holder, created: RFC3339.milliseconds(nanoseconds: UInt64(max(0, time(nil))) * 1_000_000_000))
            try file.write(text + (text.isEmpty || text.hasSuffix("\n") ? "" : "\n") + made.stored.line)
            return made.token
        }
    }

    /// Comments and the other lines stay.
    func revoke(_ name: String) throws(AccessFailure) {
        try file.locked { () throws(AccessFailure) in
            let text = try TextFile.text(of: path)
            guard try StoredToken.parse(text, path: path).contains(where: { $0.holder.name == name }) else {
                throw AccessFailure("there is no token \(name) in \(path)")
            }
            let lines = text.split(whereSeparator: \.isNewline).filter { line in
                line.split(separator: " ").first.map { $0 != name } ?? true
            }
            try file.write(lines.map { $0 + "\n" }.joined())
        }
    }
}

extension Command {
    static let token = Command(
        name: "token", summary: "make, list and revoke the tokens of those who may write",
        arguments: "add NAME [--role ROLE] | list | revoke NAME",
        about: [
            "Keeps the file that serve and web read with --tokens. A token is shown once, when it is made; the file has its "
                + "SHA-256. A running server sees a change within a second.",
            "Roles, each including those before it: read (what is private), submit (discoveries), curate "
                + "(withdrawals, aliases, classes, others' receipts), admin (no rate limit).",
        ],
        example: "planetarium token add lab --role submit --tokens tokens.txt",
        options: [("--role ROLE", "read, submit (the default), curate or admin")],
        part: .token, run: TokenCommand.run)
}
