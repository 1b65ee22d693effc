// A path split at its slashes, then percent-decoded: in this order, so that an encoded slash separates nothing.

import HTTPWire

struct PathSegments {
    private let bytes: [UInt8]
    private var ranges: [Range<Int>] = []

    /// Nil if a segment is not UTF-8 or contains a NUL.
    init?(_ head: RequestHead) {
        let path = head.pathRange
        var start = path.lowerBound + 1
        guard head.bytes[path].contains(0x25) else {
            bytes = head.bytes
            for i in start..<path.upperBound where bytes[i] == 0x2F {
                ranges.append(start..<i)
                start = i + 1
            }
            ranges.append(start..<path.upperBound)
            return
        }
        var decoded: [UInt8] = []
        for part in head.bytes[start..<path.upperBound].split(separator: 0x2F, omittingEmptySubsequences: false) {
            guard let segment = PercentEncoding.decode(part), !segment.contains(0) else { return nil }
            var utf8 = UTF8Validator()
            guard segment.withUnsafeBytes({ utf8.accepts($0) }), utf8.isComplete else { return nil }
            ranges.append(decoded.count..<(decoded.count + segment.count))
            decoded += segment
        }
        bytes = decoded
    }

    /// The number of parameters if the pattern fits.
    func matches(_ pattern: [Router.Segment]) -> Int? {
        guard pattern.count == ranges.count else { return nil }
        var parameters = 0
        for i in 0..<pattern.count {
            switch pattern[i] {
            case .literal(let text):
                let range = ranges[i]
                guard text.count == range.count else { return nil }
                for k in 0..<text.count where text[k] != bytes[range.lowerBound + k] { return nil }
            case .parameter:
                if ranges[i].isEmpty { return nil }
                parameters += 1
            }
        }
        return parameters
    }

    func bind(_ route: Router.Route) -> RouteMatch {
        var values: [(name: String, value: String)] = []
        for (segment, range) in zip(route.pattern, ranges) {
            if case .parameter(let name) = segment {
                values.append((name, String(decoding: bytes[range], as: UTF8.self)))
            }
        }
        return .route(route, values)
    }
}
