// Answers compressed as their request accepts it (RFC 9110 sections 8.4 and 12.5.3): which ones, and what else changes
// with it. Not those that depend on who asks: where a secret and a stranger's text are compressed together, the length
// tells of the secret.

import HTTPWire

extension Request {
    /// Of a body in any coding there is.
    var coding: ContentCoding? { AcceptEncoding(head["accept-encoding"]).best(of: ContentCoding.all) }
}

extension EntityTag {
    /// RFC 9110 section 8.8.3.3: two codings of one thing have two strong tags.
    func coded(_ coding: ContentCoding?) -> EntityTag {
        guard let coding, !isWeak else { return self }
        return EntityTag("\(opaque)-\(coding.rawValue)")
    }
}

extension Response {
    /// Smaller ones fit a packet or two anyway. Those with tags are compressed: what a 304 compares with is decided
    /// before there is a body.
    private static let fewBytes = 1024
    /// Larger ones take more of an event loop's time than a request has.
    static let quicklyCoded = 256 << 10

    private static let types: Set<String> = [
        "application/json", "application/x-ndjson", "application/x-votable+xml", "text/csv",
        "text/tab-separated-values", "text/plain",
    ]

    /// As a GET with these codings gets it. `isQuick`: on an event loop, which leaves large bodies as they are.
    func coded(for codings: @autoclosure () -> AcceptEncoding, isQuick: Bool = false) -> Response {
        guard status == 200, isCodable else { return self }
        let accepted = codings()
        if isShort, accepted.takesIdentity { return self }
        var response = self
        if let coding = accepted.best(of: ContentCoding.all), let body = codedBody(coding, isQuick: isQuick) {
            response.body = body
            response.forms = nil
            response.headers = headers.map { field in
                guard field.name == "ETag", !field.value.hasPrefix("W/") else { return field }
                let tag = EntityTag(String(field.value.dropFirst().dropLast()))
                return ResponseField("ETag", tag.coded(coding).description)
            }
            response.headers.append(ResponseField("Content-Encoding", coding.rawValue))
        } else if !accepted.takesIdentity {
            response = .problem(406, "The request excludes the answer as it is, and accepts neither gzip nor zstd.")
        }
        return response.varying("Accept-Encoding")
    }

    /// The same answer, which depends on that field of the request.
    func varying(_ field: String) -> Response {
        guard let place = headers.firstIndex(where: { $0.name == "Vary" }) else { return with("Vary", field) }
        var response = self
        response.headers[place] = ResponseField("Vary", headers[place].value + ", " + field)
        return response
    }

    private var isCodable: Bool {
        switch body {
        case .none: return false
        // Those without forms are files, or coded already.
        case .shared where forms == nil: return false
        case .bytes, .shared, .parts: break
        }
        guard !keepsCoding, header("Content-Encoding") == nil, let type = header("Content-Type") else { return false }
        let control = header("Cache-Control") ?? ""
        if control.contains("private") || control.contains("no-store") { return false }
        return Response.types.contains(String(type.prefix { $0 != ";" }))
    }

    private var isShort: Bool {
        if case .bytes(let bytes) = body { return bytes.count < Response.fewBytes && header("ETag") == nil }
        return false
    }

    /// Nil where the body is left as it is.
    private func codedBody(_ coding: ContentCoding, isQuick: Bool) -> Body? {
        let isLong = isQuick && body.count > Response.quicklyCoded
        switch body {
        case .none: return nil
        case .shared:
            guard let forms else { return nil }
            return (isLong ? forms.known(coding) : forms.form(coding)).map { .shared($0) }
        case .bytes(let bytes):
            guard !isLong else { return nil }
            return .bytes(bytes.withUnsafeBytes { ContentCoder.code($0, coding) })
        case .parts(let parts): return .parts(parts.coded(coding))
        }
    }
}

/// Compresses the parts of one body. @unchecked: each part is asked for when the one before has come.
final class PartCoder: @unchecked Sendable {
    private let coder: ContentCoder

    init(_ coding: ContentCoding) { coder = ContentCoder(coding) }

    func code(_ part: BodyPart) -> BodyPart {
        switch part {
        case .more(let bytes): .more(bytes.withUnsafeBytes { coder.code($0, isLast: false) })
        case .last(let bytes): .last(bytes.withUnsafeBytes { coder.code($0, isLast: true) })
        case .failed: .failed
        }
    }
}

extension BodyParts {
    fileprivate func coded(_ coding: ContentCoding) -> BodyParts {
        let coder = PartCoder(coding)
        return BodyParts(first: coder.code(first)) { [ask] responder in
            var responder = responder
            responder.coder = coder
            return ask(responder)
        }
    }
}
