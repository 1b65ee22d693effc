// Who may do what: hosts, origins, tokens and roles, private reading. Decided from a request's head, before its body is
// read. The executable sets it up.

import HTTPWire
import Telemetry

package struct AccessPolicy: Sendable {
    package enum Writers: Sendable { case everybody, tokens, nobody }

    /// Who may write.
    package var writers = Writers.everybody
    /// Nil: there are none, and the Authorization field is ignored.
    package var tokens: AccessTokens?
    package var privateReading: Set<PrivateReading> = []
    /// Nil: any name is accepted.
    package var hosts: HostPolicy?
    /// Allowed besides the origin under which this server is addressed.
    package var origins: [WebOrigin] = []
    package var proxies = TrustedProxies()
    /// Nil: there are none.
    package var classes: ClassList?
    package init() {}

    /// The role of a request without a token. Where there are tokens, curating needs one even if everybody may submit.
    private var openRole: AccessRole? { writers == .everybody ? (tokens == nil ? .admin : .submit) : nil }

    /// How submissions get in, for the page: "open", "token" or "none".
    var writing: String {
        switch writers {
        case .everybody: "open"
        case .tokens: "token"
        case .nobody: "none"
        }
    }

    // MARK: Who is asking

    /// Throws the answer to a request that is not for this server, or whose token nobody holds.
    func caller(
        _ head: RequestHead, from peer: Peer, _ limiter: RateLimiter, at now: UInt64
    ) throws(Refusal) -> Caller {
        var caller = Caller(address: peer.address, role: openRole)
        if peer.transport == .encrypted { caller.scheme = "https" }
        caller.certificate = peer.certificate
        proxies.amend(&caller, head)
        try checkHost(head, caller)
        try authenticate(&caller, head, from: peer, limiter, at: now)
        caller.member = try member(head, caller, at: now)
        // Where a token is needed to send something, an open class's code does as well.
        if caller.member != nil, writers == .tokens { caller.role = max(caller.role ?? .submit, .submit) }
        return caller
    }

    /// Puts in whose token it is.
    private func authenticate(
        _ caller: inout Caller, _ head: RequestHead, from peer: Peer, _ limiter: RateLimiter, at now: UInt64
    ) throws(Refusal) {
        guard let tokens, let token = AccessPolicy.bearer(head) else { return }
        let address = caller.address ?? peer.address
        let guesses = limiter.mayGuess(address, at: now)
        guard guesses.wait == 0 else { throw Refusal(.tooMany(guesses)) }
        guard let holder = tokens.holder(of: token) else {
            limiter.guessedWrong(address, at: now)
            throw Refusal(.unauthorized("This token is not known here, or was revoked.", error: "invalid_token"))
        }
        caller.holder = holder
        caller.role = max(holder.role, openRole ?? .read)
    }

    struct Refusal: Error {
        let response: Response
        init(_ response: Response) { self.response = response }
    }

    /// RFC 9110 sections 7.4 and 15.5.20.
    private func checkHost(_ head: RequestHead, _ caller: Caller) throws(Refusal) {
        guard let hosts else { return }
        if head.version == .http11, head.authorityRange.isEmpty {
            throw Refusal(.problem(400, "Host is empty."))
        }
        let isAllowed =
            caller.authority.isEmpty
            ? hosts.allows(head.bytes[head.authorityRange]) : hosts.allows(Array(caller.authority.utf8)[...])
        if isAllowed { return }
        let host = String((caller.authority.isEmpty ? head.authority : caller.authority).prefix(200))
        throw Refusal(
            .problem(
                421, "This server does not answer under the name \(host).",
                errors: [
                    Problem.Fault(
                        field: "Host", value: host, rule: .unknown_host,
                        detail: "An address, localhost, the name it listens on, or one of --public-url.")
                ]))
    }

    /// RFC 6750 section 2.1.
    private static func bearer(_ head: RequestHead) -> String? {
        guard let value = head["authorization"] else { return nil }
        let parts = value.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1].drop { $0 == " " })
    }

    // MARK: What the caller may do

    /// The answer to a request that is not allowed; nil: it is.
    func refusal(_ need: AccessNeed, _ caller: Caller) -> Response? {
        if need.isWrite, writers == .nobody { return .problem(403, "This server is read-only.") }
        guard let role = role(for: need), !caller.may(role) else { return nil }
        return AccessPolicy.refusal(role, caller)
    }

    static func refusal(_ role: AccessRole, _ caller: Caller) -> Response {
        guard let holder = caller.holder else {
            return .unauthorized("This needs a token with the role \(role.rawValue): Authorization: Bearer TOKEN.")
        }
        return Response.problem(
            403, "This needs the role \(role.rawValue); the token \(holder.name) has \(holder.role.rawValue)."
        ).with(
            "WWW-Authenticate", "Bearer realm=\"planetarium\", error=\"insufficient_scope\", scope=\"\(role.rawValue)\""
        )
    }

    private func role(for need: AccessNeed) -> AccessRole? {
        switch need {
        case .nothing: nil
        case .metrics: privateReading.contains(.metrics) ? .read : nil
        case .submit: .submit
        case .curate: .curate
        }
    }

    /// Whether this receipt is another sender's and thus hidden. `sender`: whose token sent the record; `mark`: which
    /// class.
    func hides(sender: String?, _ mark: ClassMark? = nil, isRefused: Bool, from caller: Caller) -> Bool {
        guard privateReading.contains(.receipts) || (isRefused && privateReading.contains(.quarantine)) else {
            return false
        }
        if caller.may(.curate) { return false }
        if let mark, let member = caller.member, mark == ClassMark(member) { return false }
        return caller.holder == nil || caller.holder?.name != sender
    }
}

extension Response {
    /// 401; `error` as in RFC 6750 section 3.1.
    static func unauthorized(_ detail: String, error: String? = nil) -> Response {
        Response.problem(401, detail).with(
            "WWW-Authenticate", "Bearer realm=\"planetarium\"" + (error.map { ", error=\"\($0)\"" } ?? ""))
    }
}
