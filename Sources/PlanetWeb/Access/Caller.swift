// Who sends a request, as far as it is known: the address, the token, and the address under which this server was asked
// for, which are a trusted proxy's words where the request came through one.

import Basics
import HTTPWire

package struct Caller: Sendable {
    /// Of the client; nil where there is no connection (tests).
    package var address: IPAddress?
    /// The common name in the certificate that the connection's other end has shown.
    package var certificate: String?
    /// Whose token the request carries.
    package var holder: TokenHolder?
    /// What the request may do; nil: only what is open to everybody.
    package var role: AccessRole?
    /// "http" or "https" as the client sees it; nil where a proxy may stand in front of which nothing is known.
    var scheme: String?
    /// Host and port as the client wrote them, where a proxy tells; empty: as in the request's head.
    var authority = ""
    /// How its sender's bucket was found; nil: it is not limited.
    var rate: RateState?
    /// What a proxy has taken off the path, without a slash at its end: to be put before every path in an answer.
    package var prefix = ""

    /// Everything is allowed: for requests made without a connection.
    package static let trusted = Caller(role: .admin)

    func may(_ role: AccessRole) -> Bool { self.role.map { $0 >= role } ?? false }

    /// The Idempotency-Key as it is kept: a key is its sender's own. The space keeps a name from being part of a key.
    func scoped(_ key: String) -> String { holder.map { "\($0.name) \(key)" } ?? key }

    /// The key that this caller sent, if it is this caller's.
    func own(_ scoped: String) -> String? {
        guard let holder, scoped.hasPrefix(holder.name + " ") else { return nil }
        return String(scoped.dropFirst(holder.name.utf8.count + 1))
    }
}

/// What is at the other end of a connection.
struct Peer: Sendable {
    enum Transport: Sendable { case plain, encrypted, plainByMistake }

    let address: IPAddress
    var transport = Transport.plain
    /// The common name of its certificate.
    var certificate: String?
}

/// The proxies whose word on the client is taken.
package struct TrustedProxies: Sendable {
    /// Which fields they set; the other one may be the client's own invention.
    package enum Fields: String, Sendable, CaseIterable {
        case xForwarded = "x-forwarded"
        case forwarded
    }
    package var networks: [IPNetwork] = []
    package var fields = Fields.xForwarded
    package init() {}

    package func trusts(_ address: IPAddress) -> Bool { networks.contains { $0.contains(address) } }

    /// Puts in what the proxy says.
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

    /// The last address that is not a trusted proxy's: what stands before it anybody may have written.
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

    /// "/planetarium"; nil for what would change the meaning of the addresses that it is put before.
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
