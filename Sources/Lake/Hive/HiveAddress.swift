// "thrift://host:9083,thrift://other:9083": the metastores' addresses. Any of them will do; they share one database.

package struct HiveAddress: Sendable, Equatable, CustomStringConvertible {
    package var host: String
    package var port: UInt16

    /// Hive's default port (hive.metastore.port).
    package static let usualPort: UInt16 = 9083

    package init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    package var description: String { "thrift://\(host.contains(":") ? "[\(host)]" : host):\(port)" }

    /// A comma-separated list, like hive.metastore.uris; the scheme may be omitted. Nil for anything else.
    package static func list(_ text: String) -> [HiveAddress]? {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        var addresses: [HiveAddress] = []
        for part in parts {
            guard let address = HiveAddress(part.trimmed) else { return nil }
            addresses.append(address)
        }
        return addresses.isEmpty ? nil : addresses
    }

    private init?(_ text: Substring) {
        var rest = text
        if rest.hasPrefix("thrift://") { rest = rest.dropFirst(9) }
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        var port = HiveAddress.usualPort
        // The colons of an IPv6 address are inside brackets.
        if let colon = rest.lastIndex(of: ":"), !rest[colon...].contains("]") {
            guard let number = UInt16(rest[rest.index(after: colon)...]), number > 0 else { return nil }
            port = number
            rest = rest[..<colon]
        }
        if rest.hasPrefix("["), rest.hasSuffix("]") {
            rest = rest.dropFirst().dropLast()
        } else if rest.contains(":") {
            return nil
        }
        guard !rest.isEmpty, !rest.contains("/"), !rest.contains(" "), !rest.contains("@") else { return nil }
        self.init(host: String(rest), port: port)
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        var text = self
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return text
    }
}
