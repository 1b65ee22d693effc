// Answers to unencrypted requests: a redirect to HTTPS from a port for that purpose, or an error on a port that speaks
// TLS.

import HTTPWire

enum Redirection {
    /// 301 for reading, 308 (RFC 9110 section 15.4.9) if method and body must stay the same.
    static func answer(_ head: RequestHead, _ caller: Caller, _ port: UInt16, _ known: [WebOrigin]) -> Response {
        let asked = caller.authority.isEmpty ? head.authority : caller.authority
        guard let authority = Authority(asked) else {
            return .problem(400, "This server is reached by HTTPS; without Host it cannot say where.")
        }
        // A port of the machine may have another number outside.
        let named = known.first { $0.scheme == "https" && $0.authority.host == authority.host }
        let target = named.map { $0.authority.port(of: "https") } ?? port
        let host = authority.host.contains(":") ? "[\(authority.host)]" : authority.host
        let query = head.query.map { "?" + $0 } ?? ""
        let url = "https://\(host)\(target == 443 ? "" : ":\(target)")\(caller.prefix)\(head.path)\(query)"
        let isReading = head.method == .get || head.method == .head
        return Response.problem(isReading ? 301 : 308, "This server is reached by HTTPS.").with("Location", url)
    }

    static func spokenPlainly(_ head: RequestHead) -> Response {
        var response = Response.problem(
            400, "This port speaks TLS: https://\(head.authority)\(head.path) instead of http://.")
        response.closes = true
        return response
    }
}
