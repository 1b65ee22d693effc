// Which content codings a client accepts (RFC 9110 section 12.5.3).

package enum AcceptEncoding {
    /// Whether the coding, or "*", is listed with a weight above 0. Without the field only identity is sent.
    package static func accepts(_ coding: String, in value: String?) -> Bool {
        guard let value else { return false }
        var any: Bool?
        for element in value.split(separator: ",") {
            let parts = element.split(separator: ";").map { String(decoding: trimmed(Array($0.utf8)), as: UTF8.self) }
            guard let name = parts.first?.lowercased() else { continue }
            var weight = 1.0
            for part in parts.dropFirst() where part.lowercased().hasPrefix("q=") {
                weight = Self.weight(part.dropFirst(2))
            }
            if name == coding || (coding == "gzip" && name == "x-gzip") { return weight > 0 }
            if name == "*" { any = weight > 0 }
        }
        return any ?? false
    }

    /// RFC 9110 section 12.4.2: 0 to 1 with at most three decimals; anything else counts as 0.
    private static func weight(_ text: Substring) -> Double {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, first == 0x30 || first == 0x31, bytes.count <= 5 else { return 0 }
        if bytes.count == 1 { return first == 0x31 ? 1 : 0 }
        guard bytes[1] == 0x2E, bytes[2...].allSatisfy({ $0 &- 0x30 < 10 }) else { return 0 }
        let thousandths = (bytes[2...] + [0x30, 0x30, 0x30]).prefix(3).reduce(0) { $0 * 10 + Int($1 - 0x30) }
        if first == 0x31 { return thousandths == 0 ? 1 : 0 }
        return Double(thousandths) / 1000
    }
}
