// Who sends a request, as far as known: the address, the token, and the address under which this server was reached.
// For a request through a trusted proxy the proxy supplies them.

import Basics
import HTTPWire

package struct Caller: Sendable {
    /// The client's; nil without a connection (tests).
    package var address: IPAddress?
    /// The common name in the certificate shown by the other end of the connection.
    package var certificate: String?
    /// Whose token the request carries.
    package var holder: TokenHolder?
    /// For which class it is sent, and by which of its pupils.
    var member: ClassMember?
    /// What the request may do; nil: only what is open to everybody.
    package var role: AccessRole?
    /// "http" or "https" as seen by the client; nil if there may be a proxy in front about which nothing is known.
    var scheme: String?
    /// Host and port as written by the client, if a proxy passes them on; empty: as in the request's head.
    var authority = ""
    /// What it has taken of its sender's buckets; nil: it is not limited.
    var rates: RatesTaken?
    /// The part of the path that a proxy removed, without a trailing slash: to be put before every path in an answer.
    package var prefix = ""

    /// Everything is allowed: for requests without a connection.
    package static let trusted = Caller(role: .admin)

    func may(_ role: AccessRole) -> Bool { self.role.map { $0 >= role } ?? false }

    /// The Idempotency-Key as stored: a key belongs to its sender. The space keeps a name from being part of a key.
    func scoped(_ key: String) -> String { holder.map { "\($0.name) \(key)" } ?? key }

    /// The key that this caller sent, if it is this caller's.
    func own(_ scoped: String) -> String? {
        guard let holder, scoped.hasPrefix(holder.name + " ") else { return nil }
        return String(scoped.dropFirst(holder.name.utf8.count + 1))
    }
}

/// The other end of a connection.
struct Peer: Sendable {
    enum Transport: Sendable { case plain, encrypted, plainByMistake }

    let address: IPAddress
    var transport = Transport.plain
    /// The common name of its certificate.
    var certificate: String?
}

/// The proxies that are trusted to name the client.
package struct TrustedProxies: Sendable {
    /// Which fields they set; the other one may be made up by the client.
    package enum Fields: String, Sendable, CaseIterable {
        case xForwarded = "x-forwarded"
        case forwarded
    }
    package var networks: [IPNetwork] = []
    package var fields = Fields.xForwarded
    package init() {}

    package func trusts(_ address: IPAddress) -> Bool { networks.contains { $0.contains(address) } }

    /// Adds what the proxy says.
    func amend(_ caller: inout Caller, _ head: RequestHead) {
        guard !networks.isEmpty, let address = caller.address, trusts(address) else { return }
        switch fields {
        case .xForwarded:
            caller.address = client(head["x-forwarded-for"]?.split(separator: ",") ?? [], behind: address)
            if let scheme = last(head["x-forwarded-proto"]) { caller.scheme = known(scheme) }
            if let host = last(head["x-forwarded-host"]) { caller.authority = host }
        case .forwarded:
            let elements = Forwarded.elements(head["forwarded"] ?? "")
            caller.address = client(elements.compactMap { $0["for"] }, behind: address)
            if let scheme = elements.last?["proto"] { caller.scheme = known(scheme) }
            if let host = elements.last?["host"] { caller.authority = host }
        }
        caller.prefix = last(head["x-forwarded-prefix"]).flatMap { TrustedProxies.prefix($0) } ?? ""
    }

    /// The last address that is not a trusted proxy's: anybody may have written those before it.
    private func client(_ list: [some StringProtocol], behind proxy: IPAddress) -> IPAddress {
        var nearest = proxy
        for text in list.reversed() {
            guard let address = TrustedProxies.address(text) else { return nearest }
            nearest = address
            if !trusts(address) { return address }
        }
        return nearest
    }

    /// With or without a port.
    private static func address(_ text: some StringProtocol) -> IPAddress? {
        let text = text.drop { $0 == " " || $0 == "\t" }.prefix { $0 != " " && $0 != "\t" }
        return IPAddress(text) ?? Authority(text).flatMap { IPAddress($0.host) }
    }

    /// What the nearest proxy wrote.
    private func last(_ list: String?) -> String? {
        guard var part = list?.split(separator: ",").last?.drop(while: { $0 == " " }) else { return nil }
        while part.last == " " { part = part.dropLast() }
        return String(part)
    }

    private func known(_ scheme: String) -> String? {
        let scheme = scheme.lowercased()
        return ["http", "https"].contains(scheme) ? scheme : nil
    }

    /// "/planetarium"; nil for anything that would change the meaning of the addresses that follow it.
    private static func prefix(_ text: String) -> String? {
        var path = Substring(text)
        while path.last == "/" { path = path.dropLast() }
        guard path.first == "/", path.utf8.count <= 200, !path.contains("//"),
            path.split(separator: "/").allSatisfy({ $0 != "." && $0 != ".." }),
            path.utf8.allSatisfy({
                ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) || Digits.isDigit($0) || "/-._~".utf8.contains($0)
            })
        else { return nil }
        return String(path)
    }
}

/// RFC 7239 section 4.
enum Forwarded {
    /// One dictionary for each proxy, names in lower case, the nearest last.
    static func elements(_ value: String) -> [[String: String]] {
        split(value, at: ",").map { element in
            var pairs: [String: String] = [:]
            for pair in split(element, at: ";") {
                guard let equals = pair.firstIndex(of: "=") else { continue }
                let name = pair[..<equals].lowercased().filter { $0 != " " }
                var text = pair[pair.index(after: equals)...].drop { $0 == " " }
                while text.last == " " { text = text.dropLast() }
                if text.first == "\"", text.last == "\"", text.count >= 2 { text = text.dropFirst().dropLast() }
                pairs[name] = String(text)
            }
            return pairs
        }
    }

    /// Outside quotes.
    private static func split(_ text: String, at separator: Character) -> [String] {
        var parts = [""]
        var isQuoted = false
        for character in text {
            if character == "\"" { isQuoted.toggle() }
            if character == separator, !isQuoted {
                parts.append("")
            } else {
                parts[parts.count - 1].append(character)
            }
        }
        return parts
    }
}
