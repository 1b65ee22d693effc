// The query of a target as names and values (application/x-www-form-urlencoded, WHATWG URL section 5.1).

package struct QueryItem: Sendable, Equatable {
    package var name: String
    package var value: String
    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    /// "a=1&b" gives a: "1" and b: "". A plus is a space; a percent sign without two hex digits stands for itself.
    package static func parse(_ query: some Collection<UInt8>) -> [QueryItem] {
        query.split(separator: 0x26).map { pair in
            let equals = pair.firstIndex(of: 0x3D)
            return QueryItem(
                PercentEncoding.decodeForm(pair[..<(equals ?? pair.endIndex)]),
                equals.map { PercentEncoding.decodeForm(pair[pair.index(after: $0)...]) } ?? "")
        }
    }
}
