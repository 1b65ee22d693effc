// A Content-Type value: type, subtype and parameters (RFC 9110 section 8.3.1).

package struct MediaType: Sendable, Equatable {
    /// In lower case, without parameters: "text/csv".
    package let essence: String
    /// Names in lower case; quoted values without their quotes.
    package let parameters: [QueryItem]

    package init?(_ text: String) {
        let parts = MediaType.split(text)
        guard let first = parts.first else { return nil }
        let essence = String(decoding: trimmed(Array(first.utf8)), as: UTF8.self).lowercased()
        let halves = essence.utf8.split(separator: 0x2F, omittingEmptySubsequences: false)
        guard halves.count == 2, halves.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isTokenByte) }) else { return nil }
        self.essence = essence
        var parameters: [QueryItem] = []
        for part in parts.dropFirst() {
            let part = String(decoding: trimmed(Array(part.utf8)), as: UTF8.self)
            if part.isEmpty { continue }  // RFC 9110 section 5.6.6: an empty parameter is allowed
            guard let equals = part.firstIndex(of: "="), equals != part.startIndex else { return nil }
            let name = part[..<equals].lowercased()
            guard name.utf8.allSatisfy(isTokenByte) else { return nil }
            guard let value = MediaType.value(part[part.index(after: equals)...]) else { return nil }
            parameters.append(QueryItem(name, value))
        }
        self.parameters = parameters
    }

    package subscript(parameter: String) -> String? { parameters.first { $0.name == parameter }?.value }

    /// At semicolons outside quoted strings.
    private static func split(_ text: String) -> [String] {
        var parts = [""]
        var quoted = false
        var escaped = false
        for scalar in text.unicodeScalars {
            if escaped {
                escaped = false
            } else if quoted && scalar == "\\" {
                escaped = true
            } else if scalar == "\"" {
                quoted.toggle()
            } else if scalar == ";" && !quoted {
                parts.append("")
                continue
            }
            parts[parts.count - 1].unicodeScalars.append(scalar)
        }
        return parts
    }

    private static func value(_ text: Substring) -> String? {
        guard text.first == "\"" else {
            return !text.isEmpty && text.utf8.allSatisfy(isTokenByte) ? String(text) : nil
        }
        guard text.count >= 2, text.last == "\"" else { return nil }
        var out = ""
        var escaped = false
        for character in text.dropFirst().dropLast() {
            if escaped || character != "\\" {
                out.append(character)
                escaped = false
            } else {
                escaped = true
            }
        }
        return escaped ? nil : out
    }
}
