// Host and port as in a Host field, and origins as a browser sends them (RFC 6454 section 4): scheme, host and port,
// where a missing port means the scheme's default.

import Basics

/// "example.org", "example.org:8080", "[::1]:8080".
package struct Authority: Sendable, Equatable {
    /// In lower case, without brackets and trailing dot.
    package let host: String
    package let port: UInt16?

    package init?(_ text: some StringProtocol) {
        var host = Substring(text.lowercased())
        var port: UInt16?
        let colon = host.lastIndex(of: ":")
        if let colon, !host[colon...].contains("]"), host.first == "[" || host.firstIndex(of: ":") == colon {
            let digits = host[host.index(after: colon)...]
            if !digits.isEmpty {
                guard let number = UInt16(digits), digits.utf8.allSatisfy(Digits.isDigit) else { return nil }
                port = number
            }
            host = host[..<colon]
        }
        if host.first == "[" {
            guard host.last == "]" else { return nil }
            host = host.dropFirst().dropLast()
            guard IPAddress(host)?.isIPv4 == false else { return nil }
        }
        if host.last == "." { host = host.dropLast() }
        guard !host.isEmpty else { return nil }
        (self.host, self.port) = (String(host), port)
    }

    func port(of scheme: String) -> UInt16 { port ?? (scheme == "https" ? 443 : 80) }
}

/// "https://example.org", as in a setting or an Origin field.
package struct WebOrigin: Sendable, Equatable, CustomStringConvertible {
    package let scheme: String
    package let authority: Authority
    package let description: String

    /// Nil for a text with a path other than a slash.
    package init?(_ text: some StringProtocol) {
        guard let mark = text.firstRange(of: "://") else { return nil }
        scheme = text[..<mark.lowerBound].lowercased()
        var rest = text[mark.upperBound...]
        if rest.last == "/" { rest = rest.dropLast() }
        guard scheme == "http" || scheme == "https", !rest.contains("/"), !rest.contains("@"), !rest.contains("?"),
            let authority = Authority(rest)
        else { return nil }
        self.authority = authority
        description = String(text)
    }

    package static func == (a: WebOrigin, b: WebOrigin) -> Bool {
        a.scheme == b.scheme && a.authority.host == b.authority.host
            && a.authority.port(of: a.scheme) == b.authority.port(of: b.scheme)
    }
}
