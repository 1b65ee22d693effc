// Where a lake in HDFS is, and how to log in: "hdfs://NAMENODE:9870,NAMENODE:9870/folder" over WebHDFS (Hadoop's REST
// interface). The port is that of the NameNode's web interface, not of Hadoop's RPC.

import Glibc

package struct WebHDFSAddress: Sendable, Equatable {
    /// "host:port" each, all serving one file system; the client finds the active one.
    package var nodes: [String]
    package var isSecure: Bool
    /// Absolute, without a trailing slash.
    package var folder: String
    package var options: WebHDFSOptions

    private static let schemes: [(prefix: String, isSecure: Bool)] = [
        ("hdfs://", false), ("webhdfs://", false), ("hdfs+https://", true), ("swebhdfs://", true),
    ]

    /// Nil for anything else.
    package init?(_ text: String, _ options: WebHDFSOptions = WebHDFSOptions()) {
        guard let scheme = WebHDFSAddress.schemes.first(where: { text.hasPrefix($0.prefix) }) else { return nil }
        let rest = text.dropFirst(scheme.prefix.count)
        guard let slash = rest.firstIndex(of: "/") else { return nil }
        // Hadoop's defaults of dfs.namenode.http-address and https-address.
        let port = scheme.isSecure ? 9871 : 9870
        var nodes: [String] = []
        for node in rest[..<slash].split(separator: ",", omittingEmptySubsequences: false) {
            guard let node = WebHDFSAddress.node(node, port) else { return nil }
            nodes.append(node)
        }
        let parts = rest[slash...].split(separator: "/")
        guard !nodes.isEmpty, !parts.isEmpty, parts.allSatisfy({ $0 != "." && $0 != ".." && !$0.contains(":") }) else {
            return nil
        }
        self.nodes = nodes
        isSecure = scheme.isSecure
        folder = "/" + parts.joined(separator: "/")
        self.options = options
    }

    private static func node(_ text: Substring, _ port: Int) -> String? {
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"@?#/\\".utf8.contains($0) }) else {
            return nil
        }
        // "[::1]" contains colons of its own.
        let name = text.lastIndex(of: "]").map { text[text.index(after: $0)...] } ?? text
        guard let colon = name.lastIndex(of: ":") else { return "\(text):\(port)" }
        guard colon != text.startIndex, UInt16(name[name.index(after: colon)...]) ?? 0 > 0 else { return nil }
        return String(text)
    }

    /// As written; contains no secret.
    package var text: String { "\(isSecure ? "hdfs+https" : "hdfs")://\(nodes.joined(separator: ","))\(folder)" }
}

/// How the client behaves, and as whom.
package struct WebHDFSOptions: Sendable, Equatable, CustomStringConvertible {
    /// `user.name`; empty: the process's user. Unused if there is a token.
    package var user = ""
    /// A delegation token; it overrides the user's name.
    package var token: String?
    /// A file with the token, read for each request, so that it may be replaced at any time.
    package var tokenFile: String?
    /// PEM certificates of the authorities that signed the servers'; nil: the system's.
    package var caFile: String?
    /// For the local copy of a file being written; nil: $TMPDIR or /tmp.
    package var spoolFolder: String?
    /// Octal, for new folders; files get it without the x bits. Nil: HDFS's default.
    package var permission: String?
    /// For how many nanoseconds a call is retried.
    package var patience: UInt64 = 15_000_000_000
    /// Nanoseconds without a sign of life after which others may take over a lock.
    package var lease: UInt64 = 30_000_000_000

    package init() {}

    package var userName: String {
        if !user.isEmpty { return user }
        if let name = getenv("HADOOP_USER_NAME"), name.pointee != 0 { return String(cString: name) }
        return getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) } ?? "planetarium"
    }

    /// Without the token.
    package var description: String { "user \(userName)\(token != nil || tokenFile != nil ? ", with a token" : "")" }
}
