// Which handler answers a request: patterns like "/api/planets/{key}", 404, 405 with Allow, HEAD from GET, OPTIONS.
// Matching is on percent-decoded segments, so "%2F" in a key stays inside its segment. Built once, then only read.

import HTTPWire

/// Runs on a loop thread and must not block.
package typealias Handler = @Sendable (Request, LoopContext) -> Outcome

package struct Router: Sendable {
    package struct Route: Sendable {
        let method: HTTPMethod
        let pattern: [Segment]
        package let bodyLimit: Int
        package let handler: Handler
    }
    enum Segment: Sendable, Equatable {
        case literal([UInt8])
        case parameter(String)
    }

    private(set) var routes: [Route] = []
    private(set) var fallback: Handler?

    /// The largest body a route takes unless it says otherwise.
    package static let defaultBodyLimit = 16 << 20

    package init() {}

    package mutating func get(_ pattern: String, _ handler: @escaping Handler) {
        add(.get, pattern, bodyLimit: 0, handler)
    }

    package mutating func post(
        _ pattern: String, bodyLimit: Int = Router.defaultBodyLimit, _ handler: @escaping Handler
    ) {
        add(.post, pattern, bodyLimit: bodyLimit, handler)
    }

    package mutating func put(
        _ pattern: String, bodyLimit: Int = Router.defaultBodyLimit, _ handler: @escaping Handler
    ) {
        add(.put, pattern, bodyLimit: bodyLimit, handler)
    }

    package mutating func delete(_ pattern: String, _ handler: @escaping Handler) {
        add(.delete, pattern, bodyLimit: 0, handler)
    }

    package mutating func add(
        _ method: HTTPMethod, _ pattern: String, bodyLimit: Int, _ handler: @escaping Handler
    ) {
        precondition(pattern.utf8.first == 0x2F, "BUG: a pattern begins with a slash: \(pattern)")
        let segments = pattern.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { part in
            part.hasPrefix("{") && part.hasSuffix("}")
                ? Segment.parameter(String(part.dropFirst().dropLast())) : .literal(Array(part.utf8))
        }
        routes.append(Route(method: method, pattern: segments, bodyLimit: bodyLimit, handler: handler))
    }

    /// Answers GET and HEAD of every path that no pattern matches (static files).
    package mutating func otherwise(_ handler: @escaping Handler) { fallback = handler }
}
