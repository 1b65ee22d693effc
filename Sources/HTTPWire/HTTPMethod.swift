// Request methods and protocol versions (RFC 9110 section 9, RFC 9112 section 2.3) as values.
// Which methods a resource allows is the router's decision.

package enum HTTPMethod: String, Sendable, Hashable, CaseIterable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
    case options = "OPTIONS"
    case trace = "TRACE"
    case connect = "CONNECT"
    /// A well-formed token that is none of the above.
    case unknown = ""

    /// RFC 9110 section 9.1: method names are case-sensitive.
    init(_ bytes: UnsafeRawBufferPointer) {
        switch bytes.count {
        case 3: self = bytes.spells("GET") ? .get : bytes.spells("PUT") ? .put : .unknown
        case 4: self = bytes.spells("POST") ? .post : bytes.spells("HEAD") ? .head : .unknown
        case 5: self = bytes.spells("PATCH") ? .patch : bytes.spells("TRACE") ? .trace : .unknown
        case 6: self = bytes.spells("DELETE") ? .delete : .unknown
        case 7: self = bytes.spells("OPTIONS") ? .options : bytes.spells("CONNECT") ? .connect : .unknown
        default: self = .unknown
        }
    }
}

package enum HTTPVersion: Sendable, Equatable {
    case http10
    /// 1.1, or a later minor version of 1, which is answered as 1.1 (RFC 9110 section 6.2).
    case http11
}

/// How the end of a request's body is found (RFC 9112 section 6.3).
package enum BodyFraming: Sendable, Equatable {
    case none
    case length(Int)
    case chunked
}

extension UnsafeRawBufferPointer {
    /// Whether these are exactly the bytes of an ASCII literal.
    @inline(__always) func spells(_ literal: StaticString) -> Bool {
        guard count == literal.utf8CodeUnitCount, let base = baseAddress else { return false }
        for i in 0..<count where base.load(fromByteOffset: i, as: UInt8.self) != literal.utf8Start[i] { return false }
        return true
    }

    /// Whether these are the bytes of an ASCII literal in lower case, whatever their own case.
    @inline(__always) func spellsIgnoringCase(_ literal: StaticString) -> Bool {
        guard count == literal.utf8CodeUnitCount, let base = baseAddress else { return false }
        for i in 0..<count
        where asciiLowercase(base.load(fromByteOffset: i, as: UInt8.self)) != literal.utf8Start[i] { return false }
        return true
    }
}

@inline(__always) package func asciiLowercase(_ byte: UInt8) -> UInt8 {
    byte &- 0x41 < 26 ? byte | 0x20 : byte
}
