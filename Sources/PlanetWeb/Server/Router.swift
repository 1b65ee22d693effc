// Which handler answers a request: patterns like "/api/planets/{key}", 404, 405 with Allow, HEAD from GET, OPTIONS.
// Matches percent-decoded segments, so "%2F" in a key stays inside its segment. Built once, then only read.

import HTTPWire

/// Runs on a loop thread and must not block.
package typealias Handler = @Sendable (Request, LoopContext) -> Outcome

package struct Router: Sendable {
    package struct Route: Sendable {
        let method: HTTPMethod
        let pattern: [Segment]
        package let bodyLimit: Int
        /// What it requires of the caller.
        let need: AccessNeed
        package let handler: Handler
        /// What the head alone decides, if the client waits for permission to send its body; nil: go on.
        var early: (@Sendable (Request) -> Response?)?

        /// As registered, such as "/api/planets/{key}".
        var path: String {
            pattern.reduce(into: "") { path, segment in
                switch segment {
                case .literal(let bytes): path += "/" + String(decoding: bytes, as: UTF8.self)
                case .parameter(let name): path += "/{\(name)}"
                }
            }
        }
    }
    enum Segment: Sendable, Equatable {
        case literal([UInt8])
        case parameter(String)
    }

    private(set) var routes: [Route] = []
    private(set) var fallback: (handler: Handler, isThere: @Sendable (RequestHead) -> Bool)?

    /// The largest body that a route accepts by default.
    package static let defaultBodyLimit = 16 << 20

    package init() {}

    package mutating func get(_ pattern: String, need: AccessNeed = .nothing, _ handler: @escaping Handler) {
        add(.get, pattern, bodyLimit: 0, need: need, handler)
    }

    package mutating func post(
        _ pattern: String, bodyLimit: Int = Router.defaultBodyLimit, need: AccessNeed = .submit,
        early: (@Sendable (Request) -> Response?)? = nil, _ handler: @escaping Handler
    ) {
        add(.post, pattern, bodyLimit: bodyLimit, need: need, handler)
        routes[routes.count - 1].early = early
    }

    package mutating func patch(
        _ pattern: String, bodyLimit: Int = Router.defaultBodyLimit, need: AccessNeed = .submit,
        early: (@Sendable (Request) -> Response?)? = nil, _ handler: @escaping Handler
    ) {
        add(.patch, pattern, bodyLimit: bodyLimit, need: need, handler)
        routes[routes.count - 1].early = early
    }

    package mutating func delete(_ pattern: String, need: AccessNeed = .curate, _ handler: @escaping Handler) {
        add(.delete, pattern, bodyLimit: 0, need: need, handler)
    }

    package mutating func add(
        _ method: HTTPMethod, _ pattern: String, bodyLimit: Int, need: AccessNeed, _ handler: @escaping Handler
    ) {
        precondition(pattern.utf8.first == 0x2F, "BUG: a pattern begins with a slash: \(pattern)")
        let segments = pattern.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { part in
            part.hasPrefix("{") && part.hasSuffix("}")
                ? Segment.parameter(String(part.dropFirst().dropLast())) : .literal(Array(part.utf8))
        }
        routes.append(Route(method: method, pattern: segments, bodyLimit: bodyLimit, need: need, handler: handler))
    }

    /// Answers GET and HEAD for every path that no pattern matches (static files). `isThere`: whether something exists
    /// that other methods can be refused for.
    package mutating func otherwise(
        isThere: @escaping @Sendable (RequestHead) -> Bool = { _ in true }, _ handler: @escaping Handler
    ) { fallback = (handler, isThere) }
}

/// The router's decision on a head, before the body is read.
package enum RouteMatch: Sendable {
    case route(Router.Route, [(name: String, value: String)])
    case reply(Response)
}

extension Router {
    package func match(_ head: RequestHead) -> RouteMatch {
        let path = head.bytes[head.pathRange]
        if path.elementsEqual([0x2A]) { return .reply(Router.options("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS")) }
        guard let segments = PathSegments(head) else { return .reply(.problem(400, "malformed path")) }
        var allowed: [HTTPMethod] = []
        var best: (route: Route, parameters: Int)?
        for route in routes {
            guard let parameters = segments.matches(route.pattern) else { continue }
            if route.method == head.method || (head.method == .head && route.method == .get) {
                if best.map({ parameters < $0.parameters }) ?? true { best = (route, parameters) }
            }
            allowed.append(route.method)
        }
        if let best { return segments.bind(best.route) }
        if !allowed.isEmpty { return .reply(refusal(head.method, allowed)) }
        if let fallback {
            if head.method == .get || head.method == .head {
                return .route(
                    Route(method: .get, pattern: [], bodyLimit: 0, need: .nothing, handler: fallback.handler), [])
            }
            if fallback.isThere(head) { return .reply(refusal(head.method, [.get])) }
        }
        if head.method == .unknown { return .reply(.problem(501, "unknown method")) }
        return .reply(.problem(404, "there is nothing here"))
    }

    /// RFC 9110 sections 9.1 and 15.5.6: 501 for an unknown method, 405 with Allow for one this resource lacks.
    private func refusal(_ method: HTTPMethod, _ allowed: [HTTPMethod]) -> Response {
        var names: [String] = []
        for method in allowed where !names.contains(method.rawValue) { names.append(method.rawValue) }
        if names.contains("GET") { names.append("HEAD") }
        names.append("OPTIONS")
        let list = names.joined(separator: ", ")
        switch method {
        case .options: return Router.options(list)
        case .unknown: return .problem(501, "unknown method")
        default: return .problem(405, "this resource takes \(list)").with("Allow", list)
        }
    }

    private static func options(_ allowed: String) -> Response { Response.empty().with("Allow", allowed) }

    /// Straight to the handler, without a connection (for tests; nothing waits for `pending`).
    package func outcome(of request: Request, _ context: LoopContext) -> Outcome {
        switch match(request.head) {
        case .reply(let response): return .reply(response)
        case .route(let route, let parameters):
            var request = request
            request.pathParameters = parameters
            return route.handler(request, context)
        }
    }
}
