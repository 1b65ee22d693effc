// Answers shared by several routes if something is missing (the catalogue, the board, a planet) or not as the request
// requires.

import HTTPWire
import PlanetCore
import Synchronization
import Threads

extension Response {
    fileprivate static let catalogueNotReady = Response.unavailable("The catalogue is still being read from the log.")
    static let boardNotReady = Response.unavailable("The stream has not published a board yet.")

    /// 503; `retryAfter` in seconds.
    static func unavailable(_ detail: String, retryAfter: Int = 1) -> Response {
        .problem(503, detail).with("Retry-After", "\(retryAfter)")
    }

    /// `name`: as in the path.
    static func noPlanet(_ name: String) -> Response {
        .problem(404, "There is no planet \(name.prefix(100)) in the catalogue.")
    }

    static func noAlias(_ name: String) -> Response {
        .problem(404, "There is no alias \(name.prefix(100)) in the catalogue.")
    }

    /// For a record that is refused.
    static func refused(_ issues: [FieldIssue]) -> Response {
        .problem(
            422, "The record breaks \(issues.count) rule\(issues.count == 1 ? "" : "s").", errors: issues.map(\.fault))
    }

    /// For a body with a content coding; nil if it has none.
    static func codingRefusal(_ request: Request) -> Response? {
        guard let coding = request.header("content-encoding"), coding.lowercased() != "identity" else { return nil }
        let fault = Problem.Fault(
            field: "Content-Encoding", value: coding, rule: .unknown_coding, detail: "No coding is supported.")
        return Response.problem(415, "Send the body as it is, without a Content-Encoding.", errors: [fault])
            .with("Accept-Encoding", "identity")
    }

    /// What a GET with these conditions is answered: `content`, 304 or 412, with the tag. `tags`: of what is there, its
    /// own first. `isCoded`: the content is compressed where the request accepts that.
    static func read(
        _ request: Request, _ tags: [EntityTag], isCoded: Bool, _ content: () -> Response
    ) -> Response {
        guard let tag = tags.first else { return content() }
        let conditions = Preconditions(request.head)
        let own = isCoded ? tag.coded(request.coding) : tag
        let others = isCoded ? tags + ContentCoding.all.map(tag.coded) : Array(tags.dropFirst())
        switch conditions.reading(own, or: others) {
        case .send: return content().with("ETag", tag.description)
        case .notModified:
            let response = Response.empty(status: 304).with("ETag", own.description)
            return isCoded ? response.varying("Accept-Encoding") : response
        case .failed:
            return .failed(conditions, request.head, "It is another one now.").with("ETag", own.description)
        }
    }

    /// 412 (RFC 9110 section 15.5.13).
    static func failed(_ conditions: Preconditions, _ head: RequestHead, _ detail: String) -> Response {
        let fault = Problem.Fault(
            field: conditions.field, value: head[conditions.field], rule: .precondition_failed, detail: detail)
        return .problem(412, "Nothing was done: \(conditions.field) does not hold.", errors: [fault])
    }

    static func isAlias(_ name: String, _ alias: PlanetAlias) -> Response {
        let issue = FieldIssue(
            field: "key", value: name, rule: .known_alias, note: "it is an alias of \(alias.canonical)")
        return .problem(
            409, "Withdraw the planet under its own name, or remove the alias at /api/aliases.", errors: [issue.fault])
    }
}

extension WebServices {
    /// Whether the catalogue has read the log to its end at the start.
    var isCatalogueReady: Bool { isReady.load(ordering: .acquiring) }

    /// Waits at most `timeout` nanoseconds.
    func waitUntilReady(timeout: UInt64) {
        let end = Clock.monotonic + timeout
        while !isCatalogueReady, Clock.monotonic < end { Clock.pause(5_000_000) }
    }

    /// The answer until then.
    var notReady: Response {
        health.trouble().map { Response.unavailable($0, retryAfter: 5) } ?? .catalogueNotReady
    }
}
