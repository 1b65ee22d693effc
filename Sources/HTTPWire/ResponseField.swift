// One field of a response. Control characters become spaces, so no value breaks out of its line (RFC 9110 section 5.5).

package struct ResponseField: Sendable, Equatable {
    package let name: String
    package let value: String

    package init(_ name: String, _ value: String) {
        precondition(!name.isEmpty && name.utf8.allSatisfy(isTokenByte), "BUG: not a field name: \(name)")
        self.name = name
        let clean = value.utf8.allSatisfy(isFieldValueByte)
        self.value =
            clean ? value : String(decoding: value.utf8.map { isFieldValueByte($0) ? $0 : 0x20 }, as: UTF8.self)
    }
}
