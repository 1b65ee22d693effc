// "sqlite:data/log.db", "memory:", "kafka://host:9092": the only switch between log backends.

package enum LogAddress: Sendable, Equatable, CustomStringConvertible {
    case sqlite(path: String)
    case memory
    case kafka(bootstrapServers: String)

    /// Nil for anything else.
    package init?(_ text: String) {
        if text == "memory:" {
            self = .memory
        } else if let path = text.dropping(prefix: "sqlite:"), !path.isEmpty {
            self = .sqlite(path: path)
        } else if let servers = text.dropping(prefix: "kafka://"), !servers.isEmpty, !servers.contains("@") {
            self = .kafka(bootstrapServers: servers)
        } else {
            return nil
        }
    }

    package var description: String {
        switch self {
        case .sqlite(let path): "sqlite:\(path)"
        case .memory: "memory:"
        case .kafka(let servers): "kafka://\(servers)"
        }
    }
}

extension String {
    fileprivate func dropping(prefix: String) -> String? {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
    }
}
