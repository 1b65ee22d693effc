// One request's line and fields, as ranges into one copy of the bytes that came: two allocations a request.
// Only RequestHeadParser makes them, so what is here has passed every check of RFC 9112.

package struct RequestHead: Sendable {
    /// A field line's name and value as offsets into `bytes`.
    package struct Field: Sendable, Equatable {
        var nameStart: UInt32
        var nameEnd: UInt32
        var valueStart: UInt32
        var valueEnd: UInt32
        package var name: Range<Int> { Int(nameStart)..<Int(nameEnd) }
        package var value: Range<Int> { Int(valueStart)..<Int(valueEnd) }
    }

    /// The head as received, from the method to the empty line.
    package let bytes: [UInt8]
    package let method: HTTPMethod
    package let version: HTTPVersion
    package let fields: [Field]
    package let framing: BodyFraming
    /// Whether the client wants the connection kept (RFC 9112 section 9.3).
    package let keepsAlive: Bool
    /// Expect: 100-continue (RFC 9110 section 10.1.1).
    package let expectsContinue: Bool
    /// The path as sent, beginning with a slash; "*" for OPTIONS *.
    package let pathRange: Range<Int>
    /// The query as sent, without the question mark.
    package let queryRange: Range<Int>?
    /// Host and port of the target or of the Host field, as sent; empty when there is none.
    package let authorityRange: Range<Int>

    package var path: String { text(pathRange) }
    package var query: String? { queryRange.map(text) }
    package var authority: String { text(authorityRange) }

    package func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    /// The value of a field, its name in any case; several lines are joined by commas (RFC 9110 section 5.3).
    package subscript(name: String) -> String? {
        var found: String?
        for field in fields where matches(field, name) {
            let value = text(field.value)
            found = found.map { $0 + ", " + value } ?? value
        }
        return found
    }

    /// One value a line, in order.
    package func values(_ name: String) -> [String] {
        fields.lazy.filter { matches($0, name) }.map { text($0.value) }
    }

    /// Whether the comma-separated list of a field has this token, without regard to case.
    package func lists(_ name: String, token: String) -> Bool {
        for field in fields where matches(field, name) {
            for part in bytes[field.value].split(separator: 0x2C) {
                if equalIgnoringCase(trimmed(part), token.utf8) { return true }
            }
        }
        return false
    }

    private func matches(_ field: Field, _ name: String) -> Bool {
        let length = Int(field.nameEnd - field.nameStart)
        var name = name
        return name.withUTF8 { name in
            guard name.count == length else { return false }
            return bytes.withUnsafeBufferPointer { bytes in
                let start = Int(field.nameStart)
                for i in 0..<length where asciiLowercase(bytes[start + i]) != asciiLowercase(name[i]) { return false }
                return true
            }
        }
    }
}

/// Without spaces and tabs at both ends (OWS, RFC 9110 section 5.6.3).
func trimmed<Bytes: BidirectionalCollection<UInt8>>(_ bytes: Bytes) -> Bytes.SubSequence {
    let start = bytes.firstIndex { $0 != 0x20 && $0 != 0x09 } ?? bytes.endIndex
    let last = bytes.lastIndex { $0 != 0x20 && $0 != 0x09 }
    return last.map { bytes[start...$0] } ?? bytes[start..<start]
}

func equalIgnoringCase(_ a: some Sequence<UInt8>, _ b: some Sequence<UInt8>) -> Bool {
    a.elementsEqual(b) { asciiLowercase($0) == asciiLowercase($1) }
}
