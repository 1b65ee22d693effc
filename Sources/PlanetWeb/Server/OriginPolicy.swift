// Which web pages may open a WebSocket here (RFC 6455 section 10.2): this server's own, and those in the options.

import HTTPWire

enum OriginPolicy {
    /// `own`: how the client addressed this server; its scheme is unknown if a proxy may have ended the encryption.
    static func allows(_ head: RequestHead, _ allowed: [WebOrigin], own: Caller) -> Bool {
        // Without Origin it is not a browser, so not another site's page either.
        guard let text = head["origin"] else { return true }
        guard let origin = WebOrigin(text) else { return false }
        if allowed.contains(origin) { return true }
        guard let authority = Authority(own.authority.isEmpty ? head.authority : own.authority),
            own.scheme == nil || own.scheme == origin.scheme
        else { return false }
        return authority.host == origin.authority.host
            && authority.port(of: origin.scheme) == origin.authority.port(of: origin.scheme)
    }

    static func refusal(_ head: RequestHead) -> Response {
        let fault = Problem.Fault(
            field: "Origin", value: head["origin"].map { String($0.prefix(200)) }, rule: .foreign_origin,
            detail: "The origin under which this server is asked, or one of --public-url and --allow-origin.")
        return .problem(403, "Pages of this origin may not open a WebSocket here.", errors: [fault])
    }
}
