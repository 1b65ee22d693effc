// Who holds which token: a file with a line NAME ROLE SHA-256 CREATED for each, made by `planetarium token`, or a file
// with just one token. Tokens are random, so their hashes need no salt. A changed file takes effect within a second.

import Basics
import Glibc
import Telemetry
import Threads

/// Whom a token was given to.
package struct TokenHolder: Sendable, Equatable {
    package let name: String
    package let role: AccessRole
    package init(name: String, role: AccessRole) {
        self.name = name
        self.role = role
    }
}

package struct AccessFailure: Error, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}

/// One line of a file of tokens.
package struct StoredToken: Sendable, Equatable {
    package let holder: TokenHolder
    /// SHA-256 of the token.
    let digest: [UInt8]
    /// When it was made, in RFC 3339.
    package let created: String

    package static let mostInFile = 1000
    private static let prefix = "plt_"

    /// A new token, and what is stored of it.
    package static func make(_ holder: TokenHolder, created: String) -> (token: String, stored: StoredToken) {
        let token = prefix + Hex.random(bytes: 24)
        return (token, StoredToken(holder: holder, digest: digest(of: token), created: created))
    }

    package static func isName(_ text: some StringProtocol) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) || Digits.isDigit($0) || $0 == 0x2D || $0 == 0x5F || $0 == 0x2E
            }
    }

    init(holder: TokenHolder, digest: [UInt8], created: String) {
        self.holder = holder
        self.digest = digest
        self.created = created
    }

    package var line: String { "\(holder.name) \(holder.role.rawValue) \(Hex.text(digest)) \(created)\n" }

    static func digest(of token: String) -> [UInt8] {
        let sum = SHA256()
        Array(token.utf8).withUnsafeBytes { sum.add($0) }
        return sum.bytes()
    }

    /// The tokens in a file's text. Throws with the line's number: a file that is only half understood admits nobody.
    package static func parse(_ text: String, path: String) throws(AccessFailure) -> [StoredToken] {
        var tokens: [StoredToken] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let parts = line.split(separator: " ")
            guard let first = parts.first, !first.hasPrefix("#") else { continue }
            guard parts.count == 4, isName(first), let role = AccessRole(rawValue: String(parts[1])),
                let digest = Hex.bytes(parts[2]), digest.count == 32
            else { throw AccessFailure("\(path):\(index + 1): not NAME ROLE SHA-256 CREATED") }
            guard !tokens.contains(where: { $0.holder.name == String(first) }) else {
                throw AccessFailure("\(path):\(index + 1): a second token named \(first)")
            }
            let holder = TokenHolder(name: String(first), role: role)
            tokens.append(StoredToken(holder: holder, digest: digest, created: String(parts[3])))
        }
        guard tokens.count <= mostInFile else { throw AccessFailure("\(path): more than \(mostInFile) tokens") }
        return tokens
    }

    /// A file that contains just one token, for all writing.
    static func single(_ text: String, path: String) throws(AccessFailure) -> [StoredToken] {
        let token = text.split(whereSeparator: \.isNewline).first.map { $0.filter { $0 != " " && $0 != "\t" } } ?? ""
        guard token.utf8.count >= 16, token.utf8.count <= 512, token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw AccessFailure("\(path): its first line is not a token: 16 to 512 printable ASCII characters")
        }
        let holder = TokenHolder(name: "write-token", role: .admin)
        return [StoredToken(holder: holder, digest: digest(of: token), created: "")]
    }
}

/// The tokens in up to two files, as the files are now.
package final class AccessTokens: Sendable {
    private struct Source: Sendable {
        let path: String
        let parse: @Sendable (String, String) throws(AccessFailure) -> [StoredToken]
        var stamp = FileStamp()
        var tokens: [StoredToken] = []
    }
    private struct State: Sendable {
        var sources: [Source]
        var checked: UInt64 = 0
    }
    private let state: Guarded<State>
    private static let pause: UInt64 = 1_000_000_000

    /// `list`: the file of `planetarium token`; `single`: a file with just one token. Throws if one can't be read.
    package init(list: String?, single: String?) throws(AccessFailure) {
        var sources: [Source] = []
        if let list {
            sources.append(
                Source(path: list) { (text, path) throws(AccessFailure) in
                    try StoredToken.parse(text, path: path)
                })
        }
        if let single {
            sources.append(
                Source(path: single) { (text, path) throws(AccessFailure) in
                    try StoredToken.single(text, path: path)
                })
        }
        for index in sources.indices { try AccessTokens.read(&sources[index]) }
        state = Guarded(State(sources: sources, checked: Clock.monotonic))
    }

    /// Nil: nobody's token.
    package func holder(of token: String) -> TokenHolder? {
        let digest = StoredToken.digest(of: token)
        return state.withLock { state in
            let now = Clock.monotonic
            if now &- state.checked >= AccessTokens.pause {
                state.checked = now
                for index in state.sources.indices { AccessTokens.refresh(&state.sources[index]) }
            }
            var found: TokenHolder?
            // All are compared, each in the same time, so that the time reveals nothing.
            for source in state.sources {
                for stored in source.tokens where SHA256.areEqual(stored.digest, digest) { found = stored.holder }
            }
            return found
        }
    }

    private static func read(_ source: inout Source) throws(AccessFailure) {
        source.stamp = FileStamp(source.path)
        source.tokens = try source.parse(try TextFile.text(of: source.path), source.path)
    }

    /// A missing file admits nobody; one that can't be understood changes nothing and is logged.
    private static func refresh(_ source: inout Source) {
        let stamp = FileStamp(source.path)
        guard stamp != source.stamp else { return }
        do throws(AccessFailure) {
            try read(&source)
            Log.info("tokens read", ["file": source.path, "tokens": source.tokens.count])
        } catch {
            source.stamp = stamp
            if !stamp.isThere { source.tokens = [] }
            Log.error(
                stamp.isThere ? "tokens not read; the earlier ones remain" : "no tokens: the file is gone",
                ["reason": error])
        }
    }
}

/// Shows whether a file was changed.
struct FileStamp: Equatable, Sendable {
    private var inode: UInt = 0
    private var size = 0
    private var seconds = 0
    private var nanoseconds = 0
    private(set) var isThere = false

    init() {}

    init(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return }
        (inode, size, isThere) = (UInt(status.st_ino), Int(status.st_size), true)
        (seconds, nanoseconds) = (Int(status.st_mtim.tv_sec), Int(status.st_mtim.tv_nsec))
    }
}

/// A small file read whole.
package enum TextFile {
    private static let mostBytes = 1 << 20

    package static func text(of path: String) throws(AccessFailure) -> String {
        guard let stream = fopen(path, "re") else {
            throw AccessFailure("cannot open \(path): \(String(cString: strerror(errno)))")
        }
        defer { fclose(stream) }
        var bytes = [UInt8](repeating: 0, count: mostBytes + 1)
        let count = fread(&bytes, 1, bytes.count, stream)
        guard ferror(stream) == 0, count <= mostBytes else {
            throw AccessFailure("cannot read \(path), or it has more than \(mostBytes) bytes")
        }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}
